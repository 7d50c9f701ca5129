"""The picture of an evaluation: for each measure, where each system stands, with its interval.

matplotlib comes with the extra ``plot``.
"""

import math
from pathlib import Path

from audiostyle.atomic import write_atomically
from audiostyle.errors import AudiostyleError
from audiostyle.evaluate.corpora import Scores
from audiostyle.evaluate.measures import MEASURES

_COLUMNS = 2
_COLOR = "#2b6cb0"


def draw_scores(scores: Scores, path: Path) -> None:
    """Draw all measures and write the picture, PNG or SVG by its suffix.

    Args:
        scores: what was measured.
        path: of the picture.

    Raises:
        AudiostyleError: matplotlib is not installed, or the file cannot be written.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise AudiostyleError("plots need matplotlib; install it: pip install 'audiostyle[plot]'") from None
    if path.suffix.lower() not in (".png", ".svg"):
        raise AudiostyleError(f"{path}: a plot is a PNG or an SVG; give a name with such a suffix")
    drawn = {name: found for name, found in scores.estimates.items() if found}
    most = max(len(found) for found in drawn.values())
    columns = min(_COLUMNS, len(drawn))
    rows = math.ceil(len(drawn) / columns)
    figure = Figure(figsize=(4.2 * columns, (1.0 + 0.32 * most) * rows), layout="constrained")
    FigureCanvasAgg(figure)
    for place, (name, found) in enumerate(drawn.items()):
        axes = figure.add_subplot(rows, columns, place + 1)
        places = list(range(len(found)))[::-1]
        for height, estimate in zip(places, found.values(), strict=True):
            axes.plot([estimate.low, estimate.high], [height, height], color=_COLOR, linewidth=2)
            axes.plot(estimate.mean, height, "o", color=_COLOR)
        axes.set_yticks(places, [system.replace("$", r"\$") for system in found])
        axes.set_ylim(-0.6, len(found) - 0.4)
        better = "more is better" if MEASURES[name].more_is_better else "less is better"
        axes.set_title(f"{name} ({better})", fontsize=10)
        axes.grid(axis="x", color="#d0d7de", linewidth=0.6)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
    with write_atomically(path, AudiostyleError) as temporary:
        figure.savefig(temporary, format=path.suffix[1:].lower(), dpi=150, facecolor="white")
