"""``audiostyle study``: listening and viewing tests, from folders of results to a report."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.console import UsageError, format_table, print_json, print_message, print_text

app = typer.Typer()
study = typer.Typer(
    help="Ask people which results they prefer, without network or account.", no_args_is_help=True
)
app.add_typer(study, name="study")


class Design(StrEnum):
    """How listeners are asked."""

    pairs = "pairs"
    choice = "choice"
    scale = "scale"


Folder = Annotated[str, typer.Argument(metavar="STUDY", help="The study's folder.")]
Systems = Annotated[
    list[str],
    typer.Option("--system", metavar="NAME=FOLDER", help="What is compared; give it for each system."),
]
Level = Annotated[
    float, typer.Option("--level", metavar="0..1", min=0.5, max=0.999, help="Coverage of the intervals.")
]


@study.command()
def new(
    folder: Annotated[str, typer.Argument(metavar="STUDY", help="A folder, which is made.")],
    system: Systems,
    question: Annotated[str, typer.Option("--question", metavar="TEXT", help="What listeners are asked.")],
    design: Annotated[
        Design,
        typer.Option(
            "--design", help="Two at a time, one of several, or all placed on a strip without ends."
        ),
    ] = Design.pairs,
    source: Annotated[
        str | None, typer.Option("--source", metavar="FOLDER", help="What the systems were applied to.")
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option("--reference", metavar="FOLDER|FILE", help="What results should be like."),
    ] = None,
    listeners: Annotated[
        int, typer.Option("--listeners", metavar="N", min=1, help="How many are planned.")
    ] = 20,
    trials: Annotated[
        int | None,
        typer.Option(
            "--trials",
            metavar="N",
            min=1,
            help="Questions to each that count.",
            show_default="ten minutes' worth",
        ),
    ] = None,
    align_loudness: Annotated[
        bool, typer.Option("--align-loudness", help="Bring versions to one loudness (ITU-R BS.1770).")
    ] = False,
    seed: shared.Seed = 0,
    quiet: shared.Quiet = False,
) -> None:
    """Make a study of folders of results, whose files are matched by name."""
    from audiostyle.study.creation import create_study

    made, remarks = create_study(
        folder,
        parse_systems(system),
        question,
        design=design.value,
        source=source,
        reference=reference,
        listeners=listeners,
        trials=trials,
        align_loudness=align_loudness,
        seed=seed,
    )
    for remark in remarks:
        print_message(remark)
    if not quiet:
        plan = made.plan
        print_message(
            f"{folder}: {len(made.systems)} systems, {len(made.items)} items, {plan.trials} questions to "
            f"each listener beside training and traps"
        )
        print_message(f"next: audiostyle study serve {folder}  (texts and settings: {folder}/study.toml)")


@study.command()
def serve(
    folder: Folder,
    host: shared.Host = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 is any free one.")
    ] = 8000,
    quiet: shared.Quiet = False,
) -> None:
    """Let people answer a study in their browsers, until Ctrl-C. Every answer is stored at once."""
    from audiostyle.study.running import serve_study

    def announce(link: str) -> None:
        print_text(link)
        if not quiet:
            print_message("listening; give the link above to listeners, and press Ctrl-C to end")

    serve_study(folder, host=host, port=port, announce=announce)


@study.command()
def analyze(
    folder: Folder,
    out: Annotated[
        str | None,
        typer.Option(
            "--out", "-o", metavar="FOLDER", help="Where the report goes.", show_default="STUDY/report"
        ),
    ] = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Of the answers that 'study simulate' made.")
    ] = False,
    cannot_tell: Annotated[
        bool, typer.Option("--cannot-tell-is-tie", help="Count 'cannot tell' as a tie, not as no answer.")
    ] = False,
    level: Level = 0.95,
    seed: shared.Seed = 0,
    json: shared.Json = False,
    quiet: shared.Quiet = False,
) -> None:
    """Write a report: scores with intervals, what is settled, who was left out, why; all answers as CSV."""
    from audiostyle.study.analysis import analyze as analyze_answers
    from audiostyle.study.files import ANSWERS, SIMULATED, load_study
    from audiostyle.study.report import make_summary, write_report
    from audiostyle.study.results import read_answers

    place = Path(folder)
    made = load_study(place)
    answers = read_answers(place / (SIMULATED if simulated else ANSWERS), made)
    found = analyze_answers(made, answers, level=level, seed=seed, cannot_tell_as_tie=cannot_tell)
    target = Path(out) if out else place / ("simulated-report" if simulated else "report")
    paths = write_report(made, answers, found, target)
    if json:
        print_json(make_summary(made, answers, found))
    elif not quiet:
        _print_analysis(found, answers.simulated)
    if not quiet:
        print_message(f"{folder} -> {paths[0]}")


@study.command()
def simulate(
    folder: Folder,
    truth: Annotated[
        list[str],
        typer.Option("--truth", metavar="NAME=NUMBER", help="A system's true score, as log-odds; for each."),
    ],
    listeners: Annotated[
        int | None,
        typer.Option(
            "--listeners", metavar="N", min=1, help="How many.", show_default="as many as are planned"
        ),
    ] = None,
    taste: Annotated[float, typer.Option(help="How much listeners differ in a system's score.")] = 0.5,
    item: Annotated[float, typer.Option(help="How much items differ in a system's score.")] = 0.3,
    side: Annotated[float, typer.Option(help="How much they prefer one side.")] = 0.2,
    ties: Annotated[float, typer.Option(help="How often they find pairs alike; 0 is never.")] = 0.5,
    gain: Annotated[float, typer.Option(help="How much they differ in how wide they place.")] = 0.3,
    noise: Annotated[float, typer.Option(help="How inexact they place.")] = 0.5,
    lazy: Annotated[float, typer.Option(help="Share who answer without listening, 0 to 1.")] = 0.0,
    seed: shared.Seed = 0,
    quiet: shared.Quiet = False,
) -> None:
    """Answer a study by listeners that do not exist, to plan it. Reports on them say so."""
    from audiostyle.study.files import load_study
    from audiostyle.study.simulation import Population, simulate_answers

    made = load_study(Path(folder))
    population = Population(taste, item, side, ties, gain, noise, lazy)
    path = simulate_answers(
        made, Path(folder), parse_truth(truth), listeners=listeners, population=population, seed=seed
    )
    if not quiet:
        print_message(
            f"{path}: answers that no person gave; see 'audiostyle study analyze {folder} --simulated'"
        )


def parse_systems(given: list[str]) -> dict[str, str]:
    """Return name → folder of options like ``ours=a/``.

    Raises:
        UsageError: one has another form, or two have one name.

    Example:
        >>> parse_systems(["ours=a/", "theirs=b/"])
        {'ours': 'a/', 'theirs': 'b/'}
    """
    systems: dict[str, str] = {}
    for text in given:
        name, mark, folder = text.partition("=")
        if not (name.strip() and mark and folder):
            raise UsageError(f"--system {text}: give NAME=FOLDER")
        if name in systems:
            raise UsageError(f"--system {text}: {name!r} is given twice; choose another name")
        systems[name] = folder
    return systems


def parse_truth(given: list[str]) -> dict[str, float]:
    """Return name → score of options like ``ours=1.0``.

    Raises:
        UsageError: one has another form.

    Example:
        >>> parse_truth(["ours=1", "theirs=-0.5"])
        {'ours': 1.0, 'theirs': -0.5}
    """
    scores = {}
    for text in given:
        name, _, number = text.rpartition("=")
        try:
            scores[name] = float(number)
        except ValueError:
            name = ""
        if not name or abs(scores[name]) > 20 or scores[name] != scores[name]:
            raise UsageError(f"--truth {text}: give NAME=NUMBER, between -20 and 20")
    return scores


def _print_analysis(found: "object", simulated: bool) -> None:
    from audiostyle.study.analysis import Analysis
    from audiostyle.study.report import SIMULATED, describe_need

    assert isinstance(found, Analysis)
    if simulated:
        print_text(SIMULATED)
    standing = found.standing
    rows = [("SYSTEM", "SCORE", f"{found.level:.0%} INTERVAL")]
    rows += [
        (name, f"{score:.2f}", f"{low:.2f} to {high:.2f}")
        for name, score, low, high in zip(
            standing.systems, standing.scores, standing.low, standing.high, strict=True
        )
    ]
    lines = format_table(rows).splitlines()
    for difference in standing.differences:
        verdict = "holds" if difference.settled else f"open; {describe_need(difference)}"
        names = f"{difference.one} over {difference.other}"
        lines.append(f"{names}: {difference.size:.2f}, p {difference.p:.3f}, {verdict}")
    lines += [f"note: {note}" for note in found.notes]
    lines += [f"left out: L{check.session + 1:03}, {'; '.join(check.reasons)}" for check in found.left_out]
    for line in lines:
        print_text(line)
