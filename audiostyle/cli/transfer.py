"""``audiostyle transfer``: the texture of one recording put onto another."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.batch.naming import STDOUT, check_stdout
from audiostyle.cli.console import UsageError

app = typer.Typer()

FILENAME = "{stem}.{method}.{ext}"


class _Features(StrEnum):
    wide = "wide"
    random = "random"
    encoder = "encoder"
    complex = "complex"


class _Start(StrEnum):
    content = "content"
    noise = "noise"
    wct = "wct"


class _Optimised(StrEnum):
    spectrogram = "spectrogram"
    wave = "wave"


Content = Annotated[
    str, typer.Argument(metavar="CONTENT", help="A recording, a folder, a glob in quotes, or - for a WAV.")
]
Styles = Annotated[
    list[str],
    typer.Argument(metavar="STYLE", help="Recordings, folders or .style profiles: what it is to be like."),
]
Method = Annotated[
    str,
    typer.Option(
        "--method", "-m", metavar="NAME", help="wct, complex-wct, cascade, musaicing, gram or reference."
    ),
]
Match = Annotated[
    float | None,
    typer.Option(
        "--match",
        metavar="0..1",
        min=0.0,
        max=1.0,
        help="For musaicing and gram. 0: the content's events, the style's average sound; 1: the style's own"
        " events, re-ordered.",
        show_default="0.5",
    ),
]
Levels = Annotated[
    str | None,
    typer.Option(
        "--levels",
        metavar="N,N",
        help="Levels to work through, in this order: among 1 (fine) to 4, or to 3 for complex-wct.",
        show_default="1,2 for wct; 2,1 for complex-wct; 1,2,3 for cascade",
    ),
]
Features = Annotated[
    _Features | None,
    typer.Option("--features", help="What gram compares: features of which network.", show_default="wide"),
]
Start = Annotated[
    _Start | None,
    typer.Option("--start", help="What gram starts from.", show_default="content"),
]
Optimise = Annotated[
    _Optimised | None,
    typer.Option("--optimise", help="What gram changes.", show_default="spectrogram"),
]
Plot = Annotated[
    str | None,
    typer.Option("--plot", metavar="PATH", help="Draw content, style and result: a .png, .pdf or .svg."),
]


@app.command()
def transfer(
    content: Content,
    style: Styles,
    out: shared.Out = None,
    filename: shared.Filename = FILENAME,
    overwrite: shared.Overwrite = False,
    skip_existing: shared.SkipExisting = False,
    method: Method = "wct",
    strength: shared.Strength = 1.0,
    match: Match = None,
    levels: Levels = None,
    features: Features = None,
    start: Start = None,
    optimise: Optimise = None,
    weights: shared.Weights = None,
    plot: Plot = None,
    format: shared.Format = None,
    subtype: shared.Subtype = None,
    clip: shared.ClipPolicy = shared.Clip.rescale,
    jobs: shared.Jobs = 1,
    seed: shared.Seed = 0,
    json: shared.Json = False,
    dry_run: shared.DryRun = False,
    quiet: shared.Quiet = False,
) -> None:
    """Give recordings the texture of another.

    The result has the content's sample rate, channels and length.
    """
    from audiostyle.cli.batch.plan import plan
    from audiostyle.cli.batch.run import process
    from audiostyle.cli.jobs.transfer import TransferNaming, TransferReporter, Transferring, styles_named

    chosen = shared.given(match=match, levels=shared.numbers("--levels", levels, int), seed=seed)
    options = _suitable(method, chosen | shared.given(features=features, start=start, optimise=optimise))
    _check_outputs(content, out, plot, json)
    styles = styles_named(style)
    shares = shared.numbers("--weights", weights, float)
    if shares is not None and (len(shares) != len(styles) or not all(share > 0 for share in shares)):
        raise UsageError(f"--weights {weights}: {len(styles)} style(s) need as many positive numbers")
    naming = TransferNaming(out, filename, format, subtype, plot=plot)
    todo = plan(
        [content], [method], naming, overwrite=overwrite, skip_existing=skip_existing, also_read=styles
    )
    todo.tasks = [task for task in todo.tasks if method in task.outputs]  # a plot goes with its result
    reporter = TransferReporter(json=json, quiet=quiet, stdout_is_sound=out == STDOUT)
    reporter.before(todo)
    writing = {"format": format, "subtype": subtype, "clip": clip.value}
    work = Transferring(method, styles, {"strength": strength, "weights": shares, **options}, writing)
    if dry_run:
        for task in todo.tasks:
            reporter.planned(task)
    else:
        process(todo.tasks, work, jobs, reporter)
    raise typer.Exit(reporter.close())


def _suitable(method: str, options: dict[str, Any]) -> dict[str, Any]:
    """Without a seed where nothing is random.

    Raises UsageError for an unknown method, and for an option that the user set and the method does not have.
    """
    from audiostyle.errors import did_you_mean
    from audiostyle.spectrogram.methods import METHODS

    if method not in METHODS:
        near = did_you_mean(method, METHODS)
        raise UsageError(f"--method {method}: not known{near}; use one of {', '.join(METHODS)}")
    known = METHODS[method].options
    if foreign := options.keys() - known - {"seed"}:
        able = ", ".join(name for name, one in METHODS.items() if foreign <= one.options)
        remedy = f"leave it out, or use {able}" if able else "leave it out"
        raise UsageError(f"{shared.named(foreign)}: --method {method} has no such option; {remedy}")
    return {name: value for name, value in options.items() if name in known}


def _check_outputs(content: str, out: str | None, plot: str | None, json: bool) -> None:
    if plot is not None:
        from audiostyle.spectrogram.plot import require_matplotlib

        require_matplotlib()
        if out == STDOUT or content == "-":
            raise UsageError("--plot: what goes through a pipe cannot be heard twice; name files")
    check_stdout(out, json)
