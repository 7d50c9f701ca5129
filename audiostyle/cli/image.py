"""``audiostyle image``: pictures in the style of others, and smoothing along the edges of a guide."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import typer

from audiostyle.cli import image_options as own
from audiostyle.cli import options as shared
from audiostyle.cli.batch.naming import STDOUT, check_stdout
from audiostyle.cli.console import UsageError, tell

if TYPE_CHECKING:
    from audiostyle.cli.batch.plan import Plan
    from audiostyle.cli.batch.pool import Work
    from audiostyle.cli.jobs.stylize import Stylisation

app = typer.Typer()
image = typer.Typer(help="Stylise pictures and keep them photographs.", no_args_is_help=True)
app.add_typer(image, name="image")

FILENAME = "{stem}.{method}.{ext}"


@image.command()
def stylize(
    content: own.Content,
    style: own.Styles,
    out: own.Out = None,
    filename: shared.Filename = FILENAME,
    overwrite: shared.Overwrite = False,
    skip_existing: shared.SkipExisting = False,
    pairs: own.Pairs = False,
    compare: own.Compare = False,
    method: own.Method = "photowct",
    strength: shared.Strength = 1.0,
    weights: shared.Weights = None,
    content_mask: own.ContentMask = None,
    style_mask: own.StyleMask = None,
    smooth: own.SmoothChoice = None,
    alpha: own.Alpha = None,
    affinity: own.AffinityChoice = None,
    levels: own.Levels = None,
    unpool: own.UnpoolChoice = None,
    content_reg: own.ContentReg = None,
    backbone: own.Backbone = None,
    memory_limit: own.MemoryLimit = None,
    max_megapixels: own.MaxMegapixels = 200.0,
    device: shared.Device = "auto",
    jobs: shared.Jobs = 1,
    seed: shared.Seed = 0,
    json: shared.Json = False,
    dry_run: shared.DryRun = False,
    quiet: shared.Quiet = False,
) -> None:
    """Give pictures the style of another.

    The result has the content's size, way up, transparency, colour profile and depth.
    """
    options = shared.given(
        strength=strength,
        weights=shared.numbers("--weights", weights, float),
        smooth=smooth,
        alpha=alpha,
        affinity=affinity,
        levels=shared.numbers("--levels", levels, int),
        unpool=unpool,
        content_reg=content_reg,
        backbone=backbone,
        memory_limit=memory_limit,
        seed=seed,
        device=device,
    )
    _check_stdout(out, json=json, compare=compare)
    work = _work(method, content_mask, style_mask or [], options, max_megapixels)
    planning = {"overwrite": overwrite, "skip_existing": skip_existing}
    todo = _planned(content, style, work, pairs, _naming(out, filename, compare), planning)
    _carry_out(todo, work, jobs, dry_run, json=json, quiet=quiet, to_stdout=out == STDOUT)


@image.command()
def smooth(
    guide: own.Guide,
    picture: own.Smoothed,
    out: own.Out = None,
    filename: shared.Filename = FILENAME,
    overwrite: shared.Overwrite = False,
    skip_existing: shared.SkipExisting = False,
    method: own.SolverChoice = own.Solver.exact,
    alpha: own.Alpha = None,
    affinity: own.AffinityChoice = None,
    normalisation: own.NormalisationChoice = None,
    tolerance: own.Tolerance = None,
    memory_limit: own.MemoryLimit = None,
    max_megapixels: own.MaxMegapixels = 200.0,
    json: shared.Json = False,
    dry_run: shared.DryRun = False,
    quiet: shared.Quiet = False,
) -> None:
    """Smooth a picture along the edges of its guide, whichever tool stylised it."""
    from audiostyle.cli.batch.plan import plan
    from audiostyle.cli.jobs.stylize import Smoothing

    _check_stdout(out, json=json)
    options = shared.given(
        alpha=alpha,
        affinity=affinity,
        normalisation=normalisation,
        tolerance=tolerance,
        memory_limit=memory_limit,
    )
    if method == own.Solver.guided and options:
        raise UsageError(f"{shared.named(options)}: --method guided has no such option; leave it out")
    if method == own.Solver.exact:
        options.setdefault("normalisation", own.Normalisation.random_walk.value)
    todo = plan(
        [picture],
        [method.value],
        _naming(out, filename),
        overwrite=overwrite,
        skip_existing=skip_existing,
        also_read=[guide],
    )
    work = Smoothing(guide, method.value, options, own.pixels(max_megapixels))
    _carry_out(todo, work, 1, dry_run, json=json, quiet=quiet, to_stdout=out == STDOUT)


def _work(
    method: str,
    content_mask: str | None,
    style_masks: Sequence[str],
    options: dict[str, Any],
    max_megapixels: float,
) -> "Stylisation":
    from audiostyle.cli.jobs.stylize import Stylisation
    from audiostyle.errors import did_you_mean
    from audiostyle.image.methods import METHODS

    if method not in METHODS:
        near = did_you_mean(method, METHODS)
        raise UsageError(f"--method {method}: not known{near}; use one of {', '.join(METHODS)}")
    options = _suitable(options, METHODS[method].options, method)
    how = options.get("smooth") or METHODS[method].smooth
    if how != "exact" and (unheard := {"alpha", "affinity"} & options.keys()):
        raise UsageError(
            f"{shared.named(unheard)}: of no effect without --smooth exact; add that, or leave it out"
        )
    if bool(content_mask) != bool(style_masks):
        raise UsageError("--content-mask and --style-mask go together; give both or none")
    return Stylisation(method, options, content_mask, tuple(style_masks), own.pixels(max_megapixels))


def _suitable(options: dict[str, Any], known: Collection[str], method: str) -> dict[str, Any]:
    """Without what every run has a value for and this method no use (a seed, a device).

    Raises UsageError for any other option that the method does not have.
    """
    of_all = {"smooth", "alpha", "affinity"}
    foreign = options.keys() - known - of_all - {"seed", "device"}
    if foreign:
        raise UsageError(f"{shared.named(foreign)}: --method {method} has no such option; leave it out")
    return {name: value for name, value in options.items() if name in known or name in of_all}


def _planned(
    content: str,
    style: Sequence[str],
    work: "Stylisation",
    pairs: bool,
    naming: Any,
    planning: dict[str, bool],
) -> "Plan":
    """Every content with its styles.  Raises UsageError where their number does not fit weights or masks."""
    from audiostyle.cli.batch.pictures import paired, styles_named
    from audiostyle.cli.batch.plan import plan

    if pairs and len(style) > 1:
        raise UsageError("--pairs takes two folders, one of contents and one of styles")
    styles = () if pairs else styles_named(style)
    count = len(styles) or 1
    for option, given in (("--weights", work.options.get("weights")), ("--style-mask", work.style_masks)):
        if given and len(given) != count:
            raise UsageError(f"{option}: {count} style(s) need as many, not {len(given)}")
    todo = plan([content], [work.method], naming, also_read=[*styles, *work.masks()], **planning)
    if pairs:
        work.styles, unused = paired(todo, content, style[0])
        for path in unused:
            tell(f"{path}: no content has that name; not used")
    else:
        work.shared = styles
    return todo


def _carry_out(
    todo: "Plan", work: "Work", jobs: int, dry_run: bool, *, json: bool, quiet: bool, to_stdout: bool
) -> None:
    from audiostyle.cli.batch.pictures import PictureReporter
    from audiostyle.cli.batch.run import process

    reporter = PictureReporter(json=json, quiet=quiet, stdout_is_sound=to_stdout)
    reporter.before(todo)
    if dry_run:
        for task in todo.tasks:
            reporter.planned(task)
    else:
        process(todo.tasks, work, jobs, reporter)
    raise typer.Exit(reporter.close())


def _naming(out: str | None, filename: str, compare: bool = False) -> Any:
    from audiostyle.cli.batch.pictures import PictureNaming

    return PictureNaming(out, filename, compare=compare)


def _check_stdout(out: str | None, *, json: bool, compare: bool = False) -> None:
    check_stdout(out, json)
    if compare and out == STDOUT:
        raise UsageError("--compare writes a second file; give --out a name")
