"""The picture of a study: where each system stands, with its interval, as PNG for light and for dark pages.

matplotlib comes with the extra ``study``.
"""

import io
from typing import TYPE_CHECKING

from audiostyle.errors import AudiostyleError
from audiostyle.study.standings import Standing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LIGHT, DARK = ("#1b1f24", "#2b6cb0", "#d0d7de"), ("#e6edf3", "#79b8ff", "#3d444d")
"""Colors of text, of scores and of lines."""

_DPI = 160
_MOST_NAME = 28  # characters of a system's name


def draw_standing(
    standing: Standing,
    unit: str,
    *,
    reference: float | None = None,
    watermark: str = "",
    colors: tuple[str, str, str] = LIGHT,
    background: str | None = "white",
) -> bytes:
    """Draw scores with intervals, best on top, and return the PNG.

    Args:
        standing: what is drawn.
        unit: of the scores.
        reference: a value that is marked by a line, such as chance.
        watermark: is written across the picture.
        colors: of text, of scores and of lines.
        background: color, or None for none.

    Raises:
        AudiostyleError: matplotlib is not installed.
    """
    figure = _make_figure(len(standing.systems))
    text, mark, line = colors
    axes = figure.subplots()
    places = range(len(standing.systems))[::-1]
    if reference is not None:
        axes.axvline(reference, color=line, linewidth=1.2, zorder=0)
    ends = [
        [score - low for score, low in zip(standing.scores, standing.low, strict=True)],
        [high - score for score, high in zip(standing.scores, standing.high, strict=True)],
    ]
    if standing.listeners > 1:  # of one listener there are no intervals
        axes.errorbar(standing.scores, places, xerr=ends, fmt="none", ecolor=mark, elinewidth=2, capsize=4)
    axes.plot(standing.scores, places, "o", color=mark, markersize=7)
    axes.set_yticks(list(places), [_shorten(name) for name in standing.systems])
    axes.set_ylim(-0.6, len(standing.systems) - 0.4)
    axes.set_xlabel(unit)
    axes.grid(axis="x", color=line, linewidth=0.6)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(colors=text, length=0)
    axes.xaxis.label.set_color(text)
    if watermark:
        figure.text(
            0.5, 0.5, watermark, color=text, alpha=0.13, fontsize=26, ha="center", va="center", rotation=12
        )
    file = io.BytesIO()
    face = {"facecolor": background} if background else {"transparent": True}
    figure.savefig(file, format="png", dpi=_DPI, metadata={"Software": ""}, **face)
    return file.getvalue()


def _make_figure(rows: int) -> "Figure":
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise AudiostyleError("plots need matplotlib; install it: pip install 'audiostyle[study]'") from None
    figure = Figure(figsize=(5.4, 0.9 + 0.42 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _shorten(name: str) -> str:
    """Return a name that fits beside a plot, in which no character means anything to matplotlib."""
    text = name if len(name) <= _MOST_NAME else f"{name[: _MOST_NAME - 1]}…"
    return text.replace("$", r"\$")
