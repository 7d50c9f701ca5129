"""The report on a study: one page of HTML that needs nothing else, its plot as PNG, its answers as CSV, its
numbers as JSON.
"""

import base64
import dataclasses
import json
import math
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from audiostyle._version import __version__
from audiostyle.atomic import write_atomically
from audiostyle.errors import AudiostyleError
from audiostyle.study.analysis import UNITS, Analysis
from audiostyle.study.design import CHOICE, DESIGNS, PAIRS, Study
from audiostyle.study.plots import DARK, LIGHT, draw_standing
from audiostyle.study.results import Answers, write_table
from audiostyle.study.screening import ListenerCheck
from audiostyle.study.standings import Difference, Standing

REPORT, PLOT, TABLE, NUMBERS = "report.html", "scores.png", "answers.csv", "summary.json"
"""Names of what is written."""

SIMULATED = "SIMULATED: no person gave these answers"
"""What stands on everything that is made of such answers."""

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = (Path(__file__).parent / "web" / "report.css").read_text("utf-8")


def write_report(study: Study, answers: Answers, analysis: Analysis, folder: Path) -> list[Path]:
    """Write the report, the plot, the raw answers and the numbers into a folder.

    Args:
        study: what was asked.
        answers: raw.
        analysis: of the answers.
        folder: made if need be; files of these names in it are replaced.

    Returns:
        The files.

    Raises:
        AudiostyleError: one cannot be written, or matplotlib is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = "SIMULATED" if answers.simulated else ""
    reference = 1 / len(study.systems) if study.design == CHOICE else 0.0
    unit = UNITS[study.design]
    settings = {"reference": reference, "watermark": mark}
    plot = draw_standing(analysis.standing, unit, **settings)  # type: ignore[arg-type]
    light, dark = (
        draw_standing(analysis.standing, unit, colors=colors, background=None, **settings)  # type: ignore[arg-type]
        for colors in (LIGHT, DARK)
    )
    paths = [folder / name for name in (REPORT, PLOT, TABLE, NUMBERS)]
    with write_atomically(paths[0], AudiostyleError) as temporary:
        temporary.write_text(make_page(study, answers, analysis, light, dark), encoding="utf-8")
    with write_atomically(paths[1], AudiostyleError) as temporary:
        temporary.write_bytes(plot)
    write_table(answers, study, paths[2])
    with write_atomically(paths[3], AudiostyleError) as temporary:
        summary = make_summary(study, answers, analysis)
        temporary.write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return paths


def make_summary(study: Study, answers: Answers, analysis: Analysis) -> dict[str, object]:
    """Return all numbers of a report, for other programs; what is not finite is null."""
    numbers = {
        "study": study.id,
        "simulated": answers.simulated,
        "question": study.texts.question,
        "design": study.design,
        "unit": UNITS[study.design],
        "level": analysis.level,
        "listeners": {
            "began": answers.began,
            "finished": answers.finished,
            "kept": analysis.standing.listeners,
        },
        "answers": analysis.answers,
        "cannot_tell": analysis.abstentions,
        "agreement": analysis.agreement,
        "standing": dataclasses.asdict(analysis.standing),
        "standing_without_screening": dataclasses.asdict(analysis.unscreened),
        "checks": [dataclasses.asdict(check) for check in analysis.checks],
        "notes": list(analysis.notes),
        "stimuli": {
            f"{study.by_key[key].system}/{study.by_key[key].item}": dict(
                zip(("score", "low", "high"), ends, strict=True)
            )
            for key, ends in analysis.stimulus_scores.items()
        },
        "audiostyle": __version__,
    }
    cleaned = _replace_infinite(numbers)
    assert isinstance(cleaned, dict)
    return cleaned


def make_page(study: Study, answers: Answers, analysis: Analysis, light: bytes, dark: bytes) -> str:
    """Return the report as HTML; whatever anybody wrote is text in it and nothing else."""
    banner = f'<p class="simulated">{SIMULATED}</p>' if answers.simulated else ""
    kept, left_out = analysis.standing.listeners, len(analysis.left_out)
    sentence = (
        f"{DESIGNS[study.design].capitalize()}. {answers.began} listeners began, {answers.finished} answered "
        f"everything; {analysis.answers} answers count. {left_out or 'None'} left out by "
        f"screening, {kept} kept."
    )
    parts = [
        f"<h1>{escape(study.texts.title)}</h1>{banner}",
        f'<p class="question">{escape(study.texts.question)}</p><p>{escape(sentence)}</p>',
        f"<h2>Where the systems stand</h2>{_embed(light, dark, analysis.standing)}",
        _tabulate_standing(analysis),
        "<h2>Which differences hold</h2>" + _tabulate_differences(analysis.standing.differences),
        _explain(study, analysis),
        "<h2>Listeners</h2>" + _tabulate_checks(analysis.checks, study),
        _list_comments(answers.comments),
        f"<footer>audiostyle {escape(__version__)}, study {escape(study.id)}, "
        f"intervals of {analysis.level:.0%}</footer>",
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{escape(study.texts.title)}: report</title><style>{_STYLE}</style></head><body><main>"
        + "\n".join(part for part in parts if part)
        + "</main></body></html>\n"
    )


def _embed(light: bytes, dark: bytes, standing: Standing) -> str:
    """Return the plot as a picture that goes with the page's colors."""
    sources = [f"data:image/png;base64,{base64.b64encode(png).decode()}" for png in (light, dark)]
    text = escape(
        ", ".join(
            f"{name} {score:.2f}" for name, score in zip(standing.systems, standing.scores, strict=True)
        )
    )
    return (
        f'<picture><source srcset="{sources[1]}" media="(prefers-color-scheme: dark)">'
        f'<img src="{sources[0]}" alt="Scores with intervals: {text}"></picture>'
    )


def _tabulate_standing(analysis: Analysis) -> str:
    standing, whole = analysis.standing, analysis.unscreened
    screened = standing is not whole
    header = [
        "system",
        "score",
        f"{analysis.level:.0%} interval",
        *(["without screening"] if screened else []),
    ]
    rows = []
    for place, name in enumerate(standing.systems):
        row = [
            name,
            _format(standing.scores[place]),
            _format_range(standing.low[place], standing.high[place]),
        ]
        if screened:
            other = whole.systems.index(name)
            row.append(
                f"{_format(whole.scores[other])} ({_format_range(whole.low[other], whole.high[other])})"
            )
        rows.append(row)
    return _tabulate(header, rows)


def _tabulate_differences(differences: Sequence[Difference]) -> str:
    rows = [
        [
            f"{found.one} over {found.other}", _format(found.size), _format_range(found.low, found.high),
            _format_p(found.p), "holds" if found.settled else "open", describe_need(found),
        ]
        for found in differences
    ]  # fmt: skip
    header = ["difference", "size", "interval", "p (Holm)", "", "listeners that would settle it"]
    return _tabulate(header, rows)


def describe_need(found: Difference) -> str:
    """Return how many listeners would settle a difference, in words.

    Example:
        >>> describe_need(Difference("a", "b", 0.4, -0.1, 0.9, 0.2, False, 62))
        'about 62 in all'
    """
    if found.settled:
        return ""
    return (
        f"about {found.needed} in all" if found.needed else "cannot be told: too small, or too few listeners"
    )


def _explain(study: Study, analysis: Analysis) -> str:
    lines = list(analysis.notes)
    unit = UNITS[study.design]
    lines.append(
        f"Scores are {unit}. Intervals are by bootstrap over listeners and hold for each number singly."
    )
    if study.design == PAIRS:
        lines.append(
            "A difference of 1 means that, of listeners who prefer one of the two, 73 of 100 like the better."
        )
    lines.append(
        "Open does not mean alike: the listeners there are cannot tell. The numbers of listeners assume that "
        "the difference is in truth as large as it was found."
    )
    alpha = analysis.agreement
    lines.append(
        f"Agreement of listeners (Krippendorff's alpha): {_format(alpha)}. At 1 all say the same, at 0 it is "
        "chance."
        if math.isfinite(alpha)
        else "Agreement of listeners cannot be told: no two judged the same."
    )
    return (
        "<h2>How to read this</h2><ul>"
        + "".join(f"<li>{escape(_capitalize(line))}</li>" for line in lines)
        + "</ul>"
    )


def _tabulate_checks(checks: Sequence[ListenerCheck], study: Study) -> str:
    rows = []
    for check in checks:
        left = f"{check.left_share:.0%}" if study.design == PAIRS and math.isfinite(check.left_share) else "–"
        rows.append(
            [
                f"L{check.session + 1:03}", str(check.answers), _format_count(check.traps_seen, check.traps),
                _format_count(check.repeats_same, check.repeats),
                _format_count(check.identical_seen, check.identical),
                left, f"{check.seconds:.1f}", str(check.unplayed), "; ".join(check.reasons) or "kept",
            ]
        )  # fmt: skip
    header = [
        "listener", "answers", "traps seen", "repeats alike", "copies alike", "left", "seconds",
        "not all played", "",
    ]  # fmt: skip
    return _tabulate(header, rows)


def _list_comments(comments: dict[int, str]) -> str:
    if not comments:
        return ""
    entries = "".join(
        f"<dt>L{session + 1:03}</dt><dd>{escape(text)}</dd>" for session, text in sorted(comments.items())
    )
    return f"<h2>Comments</h2><dl>{entries}</dl>"


def _tabulate(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _format(value: float) -> str:
    return f"{value:.2f}".replace("-", "−") if math.isfinite(value) else "–"


def _format_range(low: float, high: float) -> str:
    return f"{_format(low)} to {_format(high)}" if math.isfinite(low) and math.isfinite(high) else "–"


def _format_p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _format_count(count: int, total: int) -> str:
    return f"{count} of {total}" if total else "–"


def _capitalize(line: str) -> str:
    return line[:1].upper() + line[1:]


def _replace_infinite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _replace_infinite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_infinite(entry) for entry in value]
    return value
