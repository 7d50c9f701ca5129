"""``audiostyle evaluate``: results measured, with intervals, and systems compared."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.console import (
    ExitCode,
    UsageError,
    format_table,
    print_json,
    print_message,
    print_text,
)

if TYPE_CHECKING:
    from audiostyle.cli.batch.engine import Engine
    from audiostyle.cli.jobs.evaluate import EvaluateJob, EvaluateTask
    from audiostyle.evaluate.corpora import Scores
    from audiostyle.evaluate.intervals import Estimate
    from audiostyle.evaluate.items import ItemScores
    from audiostyle.evaluate.measures import Measure
    from audiostyle.evaluate.pairing import Matching

app = typer.Typer()

_ONLY = "results"  # what the single system is called
_SHOWN_FAILURES = 5
_FOLDER = "FOLDER"


@app.command()
def evaluate(
    results: Annotated[
        str | None, typer.Argument(metavar="[RESULTS]", help="A folder of results, if no --system is given.")
    ] = None,
    system: Annotated[
        list[str] | None,
        typer.Option("--system", metavar="NAME=FOLDER", help="Results of one of several systems; for each."),
    ] = None,
    truth: Annotated[
        str | None, typer.Option("--truth", metavar=_FOLDER, help="What perfect results would be.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar=_FOLDER, help="What the results were made of.")
    ] = None,
    style: Annotated[
        str | None, typer.Option("--style", metavar=_FOLDER, help="What the results should be like.")
    ] = None,
    pairs: Annotated[
        str | None,
        typer.Option("--pairs", metavar="CSV", help="A table with columns of files, in place of folders."),
    ] = None,
    metrics: Annotated[
        str | None,
        typer.Option(
            "--metrics",
            metavar="NAME,NAME",
            help="lsd, timbre, chroma, loudness, melody, notes, pitch, fad, grain; "
            "for pictures ssim, edges, colors, palette, art.",
            show_default="all that apply and are fast",
        ),
    ] = None,
    csv: Annotated[str | None, typer.Option("--csv", metavar="FILE", help="Write every value.")] = None,
    plot: Annotated[str | None, typer.Option("--plot", metavar="FILE", help="Draw it, PNG or SVG.")] = None,
    level: Annotated[
        float, typer.Option("--level", metavar="0..1", min=0.5, max=0.999, help="Coverage of the intervals.")
    ] = 0.95,
    overwrite: shared.Overwrite = False,
    jobs: shared.Jobs = 1,
    engine: shared.EngineChoice = shared.EngineName.processes,
    address: shared.Address = None,
    seed: shared.Seed = 0,
    json: shared.Json = False,
    quiet: shared.Quiet = False,
) -> None:  # fmt: skip
    """Measure results against what they should be, matched by name; say which differences of systems hold.

    Intervals are by bootstrap over items. What each metric is blind to stands in docs/judging.md.
    """
    from audiostyle.cli.jobs.evaluate import EvaluateJob, EvaluateTask
    from audiostyle.evaluate.corpora import gather_scores
    from audiostyle.evaluate.measures import SOURCE, STYLE, TRUTH, choose_measures
    from audiostyle.evaluate.pairing import find_medium

    for path in (csv, plot):
        if path and Path(path).exists() and not overwrite:
            raise UsageError(f"{path}: exists already; use --overwrite or another name")
    companions = {role: place for role, place in ((TRUTH, truth), (SOURCE, source), (STYLE, style)) if place}
    systems = _name_systems(results, system, pairs)
    matching = _match(systems, companions, pairs)
    example = next(iter(matching.items.values()))
    names = tuple(systems) or tuple(name for name in example if name not in (TRUTH, SOURCE, STYLE))
    if not names:
        raise UsageError(f"{pairs}: has no column of results; add one beside truth, source and style")
    wanted = tuple(name.strip() for name in metrics.split(",")) if metrics else None
    measures = choose_measures(wanted, find_medium(example[names[0]].parent), set(example) - set(names))
    if not quiet:
        for name, rest in matching.left_out.items():
            print_message(f"{name}: {len(rest)} items that others lack, such as {rest[0]!r}; left out")
    tasks = [EvaluateTask(item, paths) for item, paths in matching.items.items()]
    job = EvaluateJob(names, tuple(measures))
    found = _measure(
        tasks, job, shared.choose_engine(engine, address, jobs, "cpu", None), quiet=quiet or json
    )
    scores = gather_scores(found, names, measures, set(example) - set(names), level=level, seed=seed)
    if csv:
        _write_values(scores, Path(csv))
    if plot:
        from audiostyle.evaluate.plots import draw_scores

        draw_scores(scores, Path(plot))
    for record in _list_records(scores) if json else ():
        print_json(record)
    if not (json or quiet):
        for line in _format(scores, measures, level):
            print_text(line)
    for failure in scores.failures[:_SHOWN_FAILURES]:
        print_message(f"{failure.system}, {failure.item}, {failure.measure}: {failure.message}")
    if len(scores.failures) > _SHOWN_FAILURES:
        print_message(f"and {len(scores.failures) - _SHOWN_FAILURES} more could not be measured")
    raise typer.Exit(ExitCode.SOME_FAILED if scores.failures else ExitCode.DONE)


def _measure(
    tasks: "list[EvaluateTask]", job: "EvaluateJob", engine: "Engine", *, quiet: bool
) -> "Iterator[ItemScores]":
    """Yield the scores of all items, in order; what could not be measured at all is a failure of each system.

    Raises:
        AudiostyleError: what would fail every item.
    """
    from audiostyle.cli.batch.progress import ProgressBars
    from audiostyle.cli.signals import raise_if_ended
    from audiostyle.evaluate.items import Failure, ItemScores

    def show(index: int, done: float, total: float | None) -> None:
        raise_if_ended()
        bars.update(index, done, total)

    with (
        ProgressBars([task.input for task in tasks], quiet=quiet) as bars,
        closing(engine.run(tasks, job, show)) as outcomes,
    ):
        for index, (task, outcome) in enumerate(zip(tasks, outcomes, strict=True)):
            bars.finish(index)
            message = outcome.error or "no result"
            lost = [
                Failure(system, task.input, name, message) for system in job.systems for name in job.metrics
            ]
            yield outcome.result or ItemScores(task.input, failures=lost)


def _name_systems(results: str | None, system: list[str] | None, pairs: str | None) -> dict[str, Path]:
    """Return name → folder of what is measured; nothing where a table says it.

    Raises:
        UsageError: not exactly one of the three ways is used.
    """
    from audiostyle.cli.study import parse_systems

    if (results is not None) + bool(system) + (pairs is not None) != 1:
        raise UsageError("name a folder of results, or give --system for each of several, or --pairs")
    if system:
        return {name: Path(place) for name, place in parse_systems(system).items()}
    return {_ONLY: Path(results)} if results is not None else {}


def _match(systems: dict[str, Path], companions: dict[str, str], pairs: str | None) -> "Matching":
    from audiostyle.evaluate.pairing import find_medium, match_items, read_pairs

    for role in companions:
        if role in systems:
            raise UsageError(f"--system {role}=…: that is what --{role} is called; choose another name")
    if pairs is not None:
        if companions:
            raise UsageError("--pairs names all files; leave out --truth, --source and --style")
        return read_pairs(Path(pairs))
    folders = systems | {role: Path(place) for role, place in companions.items()}
    return match_items(folders, find_medium(next(iter(systems.values()))))


def _format(scores: "Scores", measures: "dict[str, Measure]", level: float) -> Iterator[str]:
    systems = list(next(iter(scores.values.values())))
    rows = [("METRIC", "AGAINST", "BETTER", *systems)]
    for name, found in scores.estimates.items():
        better = "more" if measures[name].more_is_better else "less"
        cells = [_format_estimate(found[system]) if system in found else "-" for system in systems]
        rows.append((name, scores.compared_with[name], better, *cells))
    yield from format_table(rows).splitlines()
    counts = {estimate.count for found in scores.estimates.values() for estimate in found.values()}
    span = " to ".join(map(str, sorted({min(counts), max(counts)})))
    yield f"{level:.0%} intervals by bootstrap over {span} items"
    for name, comparisons in scores.comparisons.items():
        for one in comparisons:
            verdict = "holds" if one.holds else "open"
            size = _format_estimate(one.difference)
            yield f"{name}: {one.one} minus {one.other} is {size}, p {one.p:.3f} (Holm), {verdict}"


def _format_estimate(estimate: "Estimate") -> str:
    return f"{estimate.mean:.3g} [{estimate.low:.3g}, {estimate.high:.3g}]"


def _list_records(scores: "Scores") -> Iterator[dict[str, object]]:
    """Yield an object for each system and measure, and one for each comparison."""
    from dataclasses import asdict

    for name, found in scores.estimates.items():
        for system, estimate in found.items():
            record = {"metric": name, "against": scores.compared_with[name], "system": system}
            yield record | asdict(estimate) | {"values": scores.values[name][system]}
    for name, comparisons in scores.comparisons.items():
        for comparison in comparisons:
            yield {"metric": name, "comparison": True} | asdict(comparison)


def _write_values(scores: "Scores", path: Path) -> None:
    """Write a line for each system, item and metric."""
    import csv

    from audiostyle.atomic import write_atomically
    from audiostyle.errors import AudiostyleError

    with (
        write_atomically(path, AudiostyleError) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(("metric", "against", "system", "item", "value"))
        for name, systems in scores.values.items():
            for system, values in systems.items():
                for item, value in values.items():
                    writer.writerow((name, scores.compared_with[name], system, item, value))
