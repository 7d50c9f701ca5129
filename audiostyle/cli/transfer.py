"""``audiostyle transfer``: the texture of one recording put onto another."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.batch.inputs import STDIN
from audiostyle.cli.batch.naming import STDOUT, check_stdout
from audiostyle.cli.console import UsageError
from audiostyle.spectrogram.methods import DEFAULT, METHODS

app = typer.Typer()

FILENAME = "{stem}.{method}.{ext}"


class Features(StrEnum):
    """Networks whose features ``gram`` compares."""

    wide = "wide"
    random = "random"
    encoder = "encoder"
    complex = "complex"


class Start(StrEnum):
    """What ``gram`` starts from."""

    content = "content"
    noise = "noise"
    wct = "wct"


class Optimized(StrEnum):
    """What ``gram`` changes."""

    spectrogram = "spectrogram"
    wave = "wave"


Content = Annotated[
    str, typer.Argument(metavar="CONTENT", help="A recording, a folder, a glob in quotes, or - for a WAV.")
]
Styles = Annotated[
    list[str],
    typer.Argument(metavar="STYLE", help="Recordings, folders or .style profiles: what it is to be like."),
]
Method = Annotated[str, typer.Option("--method", "-m", metavar="NAME", help=shared.describe_methods(METHODS))]
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
FeaturesChoice = Annotated[
    Features | None,
    typer.Option("--features", help="What gram compares: features of which network.", show_default="wide"),
]
StartChoice = Annotated[
    Start | None, typer.Option("--start", help="What gram starts from.", show_default="content")
]
OptimizeChoice = Annotated[
    Optimized | None,
    typer.Option("--optimize", help="What gram changes.", show_default="spectrogram"),
]
Alpha = Annotated[
    float | None,
    typer.Option(
        "--alpha",
        metavar="0..1",
        min=0.0,
        max=1.0,
        help="For wct, complex-wct and cascade: from the content's features, 0, to the style's, 1, at"
        " every level.",
        show_default="1",
    ),
]
Pseudo = Annotated[
    bool | None,
    typer.Option(
        "--pseudo", help="For complex-wct: copy pseudo-covariances too, how phases depend on each other."
    ),
]
Lags = Annotated[
    str | None,
    typer.Option(
        "--lags",
        metavar="SECONDS,…",
        help="For gram: compare features at these distances in time too, which is rhythm.",
        show_default="none",
    ),
]
Centered = Annotated[
    bool | None,
    typer.Option("--centered", help="For gram: compare covariances of features, without their means."),
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
    method: Method = DEFAULT,
    strength: shared.Strength = 1.0,
    match: Match = None,
    levels: Levels = None,
    features: FeaturesChoice = None,
    start: StartChoice = None,
    optimize: OptimizeChoice = None,
    lags: Lags = None,
    centered: Centered = None,
    alpha: Alpha = None,
    pseudo: Pseudo = None,
    weights: shared.Weights = None,
    plot: Plot = None,
    format: shared.Format = None,
    subtype: shared.Subtype = None,
    clip: shared.ClipPolicy = shared.Clip.rescale,
    device: shared.Device = "auto",
    jobs: shared.Jobs = 1,
    seed: shared.Seed = 0,
    json: shared.Json = False,
    dry_run: shared.DryRun = False,
    quiet: shared.Quiet = False,
) -> None:
    """Give recordings the texture of another.

    The result has the content's sample rate, channels and length.
    """
    from audiostyle.cli.batch.plan import plan_batch
    from audiostyle.cli.batch.run import run_batch
    from audiostyle.cli.batch.transfers import TransferNaming, TransferReporter, find_style_recordings
    from audiostyle.cli.jobs.transfer import TransferJob

    options = shared.collect_options(
        match=match,
        levels=shared.parse_numbers("--levels", levels, int),
        seed=seed,
        features=features,
        start=start,
        optimize=optimize,
        lags=shared.parse_numbers("--lags", lags, float),
        centered=centered,
        alpha=alpha,
        pseudo=pseudo,
    )
    options = _select_options(options, method)
    _check_outputs(content, out, plot, json)
    styles = find_style_recordings(style)
    shares = _parse_weights(weights, len(styles))
    naming = TransferNaming(out, filename, format, subtype, plot)
    plan = plan_batch(
        [content], [method], naming, overwrite=overwrite, skip_existing=skip_existing, also_read=styles
    )
    plan.tasks = [task for task in plan.tasks if method in task.outputs]  # a plot goes with its result
    writing = {"format": format, "subtype": subtype, "clip": clip.value}
    settings = {"strength": strength, "weights": shares, "device": device}
    job = TransferJob(method, styles, {**settings, **options, **writing})
    reporter = TransferReporter(json=json, quiet=quiet, text_to_stderr=out == STDOUT)
    raise typer.Exit(run_batch(plan, job, reporter, jobs=jobs, dry_run=dry_run))


def _select_options(options: Mapping[str, object], method: str) -> dict[str, object]:
    """Select the options that a method has; a seed is left out where nothing is random.

    Raises:
        UsageError: there is no such method, or the user set an option that it does not have.
    """
    known = shared.choose_method(METHODS, method).options
    if foreign := options.keys() - known - {"seed"}:
        able = ", ".join(name for name, other in METHODS.items() if foreign <= other.options)
        remedy = f"leave it out, or use {able}" if able else "leave it out"
        raise UsageError(f"{shared.format_flag(foreign)}: --method {method} has no such option; {remedy}")
    return {name: value for name, value in options.items() if name in known}


def _parse_weights(text: str | None, count: int) -> tuple[float, ...] | None:
    """Parse ``--weights``: a positive number for each of ``count`` styles.

    Raises:
        UsageError: they are others.
    """
    weights = shared.parse_numbers("--weights", text, float)
    if weights is not None and (len(weights) != count or not all(weight > 0 for weight in weights)):
        raise UsageError(f"--weights {text}: {count} style(s) need as many positive numbers")
    return weights


def _check_outputs(content: str, out: str | None, plot: str | None, json: bool) -> None:
    if plot is not None:
        from audiostyle.spectrogram.plot import require_matplotlib

        require_matplotlib()
        if out == STDOUT or content == STDIN:
            raise UsageError("--plot: what goes through a pipe cannot be read again; name files")
    check_stdout(out, json)
