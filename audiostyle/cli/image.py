"""``audiostyle image``: pictures in the style of others, and smoothing along the edges of a guide."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from audiostyle.cli import image_options as own
from audiostyle.cli import options as shared
from audiostyle.cli.batch.conventions import NAME_BY_METHOD, STDOUT, check_stdout
from audiostyle.cli.console import UsageError
from audiostyle.cli.image_lut import make_lut
from audiostyle.cli.image_optimize import optimize
from audiostyle.cli.image_plans import check_masks, list_style_files, plan_stylization, split_names
from audiostyle.cli.image_stereo import Views, stylize_stereo
from audiostyle.cli.train.styles import train_style
from audiostyle.image.methods import DEFAULT, METHODS, TWO_VIEWS, choose_method

if TYPE_CHECKING:
    from audiostyle.cli.batch.engine import Engine

app = typer.Typer()
image = typer.Typer(help="Stylize pictures and keep them photographs.", no_args_is_help=True)
app.add_typer(image, name="image")

_OF_ALL = {"smooth", "smoothness", "affinity", "depth", "depth_strength"}  # which every method has


@image.command()
def stylize(
    content: own.Content,
    style: own.MaybeStyles = None,
    out: shared.Out = None,
    filename: shared.Filename = NAME_BY_METHOD,
    overwrite: shared.Overwrite = False,
    skip_existing: shared.SkipExisting = False,
    network: own.Network = None,
    lut: own.Lut = None,
    pairs: own.Pairs = False,
    compare: own.Compare = False,
    methods: own.Methods = None,
    method: own.Method = None,
    strength: shared.Strength = 1.0,
    weights: shared.Weights = None,
    content_mask: own.ContentMask = None,
    style_mask: own.StyleMask = None,
    segments: own.Segments = None,
    smooth: own.SmoothChoice = None,
    smoothness: own.Smoothness = None,
    affinity: own.AffinityChoice = None,
    depth: own.Depth = None,
    depth_strength: own.DepthStrength = None,
    right: own.Right = None,
    right_out: own.RightOut = None,
    disparity: own.Disparity = None,
    layout: own.LayoutChoice = None,
    texture: own.Texture = None,
    levels: own.Levels = None,
    unpool: own.UnpoolChoice = None,
    content_reg: own.ContentReg = None,
    backbone: own.Backbone = None,
    memory_limit: own.MemoryLimit = None,
    max_megapixels: own.MaxMegapixels = 200.0,
    device: shared.Device = "auto",
    jobs: shared.Jobs = 1,
    engine: shared.EngineChoice = shared.EngineName.processes,
    address: shared.Address = None,
    ledger: shared.LedgerFile = None,
    seed: shared.Seed = 0,
    json: shared.Json = False,
    dry_run: shared.DryRun = False,
    quiet: shared.Quiet = False,
) -> None:
    """Give pictures the style of another.

    The result has the content's size, way up, transparency, color profile and depth.
    """
    from audiostyle.cli.batch.ledger import describe_files, open_ledger
    from audiostyle.cli.batch.pictures import PictureNaming, PictureReporter
    from audiostyle.cli.batch.run import run_batch
    from audiostyle.cli.jobs.stylize import StylizeJob

    options = shared.collect_options(
        strength=strength,
        weights=shared.parse_numbers("--weights", weights, float),
        smooth=smooth,
        smoothness=smoothness,
        affinity=affinity,
        texture=texture,
        levels=shared.parse_numbers("--levels", levels, int),
        depth=depth,
        depth_strength=_parse_depth_strength(depth, depth_strength),
        unpool=unpool,
        content_reg=content_reg,
        backbone=backbone,
        memory_limit=memory_limit,
        seed=seed,
        device=device,
    )
    _check_stdout(out, json=json, compare=compare)
    made = [option for option in (network, lut) if option is not None]
    if len(made) + bool(style) != 1:
        raise UsageError("give one STYLE or several, or --network FILE or --lut FILE and no STYLE")
    shared.refuse_addresses(
        network=network, lut=lut, content_mask=content_mask, depth=depth, segments=segments
    )
    shared.refuse_addresses(right=right, right_out=right_out, disparity=disparity)
    views = Views(right, right_out, disparity, layout).find(content)
    if views:
        sheet = segments if segments not in ("auto", "none") else None
        views.refuse(
            lut=lut, pairs=pairs, compare=compare, content_mask=content_mask, segments=sheet, depth=depth,
        )  # fmt: skip
        if segments is not None:
            options["segments"] = segments
    styles = list_style_files(style or ()) if ledger or engine == shared.EngineName.ray else ()
    given = (*styles, content_mask, *(style_mask or ()), depth, *made, right, disparity)
    read = [path for path in given if path is not None]
    identity = {"command": "stylize", "method": method, "compared": methods, **options}
    identity |= {"read": describe_files(read), "pairs": pairs, "segments": segments, "layout": layout}
    book = open_ledger(ledger, out, identity, wanted=engine == shared.EngineName.ray and not dry_run)
    chosen = shared.choose_engine(engine, address, jobs, device, book)
    if made and not views:
        _stylize_by_file(
            content, network, lut, options, out, filename, overwrite, skip_existing, max_megapixels, chosen,
            json, dry_run, quiet,
        )  # fmt: skip
    if method is None:
        options.pop("memory_limit", None) if smooth != own.Smooth.exact else None
    method = choose_method(method, options, TWO_VIEWS if views else DEFAULT)
    if not network:
        options = _select_options(options, method)
    if views:
        stylize_stereo(
            views, content, style or (), network, method, options, out, filename, overwrite, skip_existing,
            own.count_pixels(max_megapixels), chosen, json, dry_run, quiet,
        )  # fmt: skip
    masks = check_masks(content_mask, style_mask)
    sheet = _check_segments(segments, masks[0], options)
    job = StylizeJob(method, options, *masks, own.count_pixels(max_megapixels), sheet)
    job.compared = _check_compared(methods, compare=compare)
    naming = PictureNaming(out, filename, compare=compare)
    plan = plan_stylization(content, style or (), job, naming, pairs, overwrite, skip_existing, book)
    if sheet is not None and len(plan.tasks) > 1:
        raise UsageError("--segments: several contents cannot share one sheet; give auto, or one content")
    reporter = PictureReporter(json=json, quiet=quiet, text_to_stderr=out == STDOUT)
    raise typer.Exit(run_batch(plan, job, reporter, engine=chosen, dry_run=dry_run))


@image.command()
def smooth(
    guide: own.Guide,
    picture: own.Picture,
    out: shared.Out = None,
    filename: shared.Filename = NAME_BY_METHOD,
    overwrite: shared.Overwrite = False,
    skip_existing: shared.SkipExisting = False,
    method: own.SolverChoice = own.Solver.guided,
    smoothness: own.Smoothness = None,
    affinity: own.AffinityChoice = None,
    normalization: own.NormalizationChoice = None,
    tolerance: own.Tolerance = None,
    memory_limit: own.MemoryLimit = None,
    max_megapixels: own.MaxMegapixels = 200.0,
    json: shared.Json = False,
    dry_run: shared.DryRun = False,
    quiet: shared.Quiet = False,
) -> None:
    """Smooth a picture along the edges of its guide, whichever tool stylized it."""
    from audiostyle.cli.batch.pictures import PictureNaming, PictureReporter
    from audiostyle.cli.batch.plan import plan_batch
    from audiostyle.cli.batch.run import run_batch
    from audiostyle.cli.jobs.smooth import SmoothJob

    _check_stdout(out, json=json)
    options = shared.collect_options(
        smoothness=smoothness,
        affinity=affinity,
        normalization=normalization,
        tolerance=tolerance,
        memory_limit=memory_limit,
    )
    if method == own.Solver.guided and options:
        raise UsageError(
            f"{shared.format_flag(options)}: of no effect without --method exact; add that, or leave it out"
        )
    plan = plan_batch(
        [picture],
        [method.value],
        PictureNaming(out, filename),
        overwrite=overwrite,
        skip_existing=skip_existing,
        also_read=[guide],
    )
    job = SmoothJob(guide, method.value, options, own.count_pixels(max_megapixels))
    reporter = PictureReporter(json=json, quiet=quiet, text_to_stderr=out == STDOUT)
    raise typer.Exit(run_batch(plan, job, reporter, dry_run=dry_run))


image.command()(optimize)
image.command("lut")(make_lut)
image.command("train-style")(train_style)


def _stylize_by_file(
    content: str,
    network: str | None,
    lut: str | None,
    options: Mapping[str, object],
    out: str | None,
    filename: str,
    overwrite: bool,
    skip_existing: bool,
    max_megapixels: float,
    engine: "Engine",
    json: bool,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Carry out ``stylize --network`` or ``stylize --lut``, and exit.

    Raises:
        UsageError: an option was given that is one of methods.
    """
    from audiostyle.cli.batch.pictures import PictureNaming, PictureReporter
    from audiostyle.cli.batch.plan import plan_batch
    from audiostyle.cli.batch.run import run_batch
    from audiostyle.cli.jobs.lut import LutJob
    from audiostyle.cli.jobs.network import NetworkJob

    name = "network" if network is not None else "lut"
    if foreign := options.keys() - {"strength", "seed", "device"}:
        raise UsageError(f"{shared.format_flag(foreign)}: of no effect with --{name}; leave it out")
    file = network or lut or ""
    plan = plan_batch(
        [content],
        [name],
        PictureNaming(out, filename),
        overwrite=overwrite,
        skip_existing=skip_existing,
        also_read=[file],
        ledger=engine.ledger,
    )
    share, pixels = float(str(options["strength"])), own.count_pixels(max_megapixels)
    job: NetworkJob | LutJob = LutJob(file, share, pixels)
    if network is not None:
        job = NetworkJob(file, share, str(options["device"]), pixels)
    reporter = PictureReporter(json=json, quiet=quiet, text_to_stderr=out == STDOUT)
    raise typer.Exit(run_batch(plan, job, reporter, engine=engine, dry_run=dry_run))


def _parse_depth_strength(depth: str | None, strengths: str | None) -> tuple[float, ...] | None:
    """Return the strengths of near and far.

    Raises:
        UsageError: there is no map, or they are not two numbers from 0 to 1.
    """
    found = shared.parse_numbers("--depth-strength", strengths, float)
    if found is None:
        return None
    if depth is None:
        raise UsageError("--depth-strength: of no effect without --depth; add that, or leave it out")
    if len(found) != 2 or not all(0 <= number <= 1 for number in found):
        raise UsageError(f"--depth-strength {strengths}: give two numbers from 0 to 1, such as 0,1")
    return found


def _check_segments(segments: str | None, mask: str | None, options: dict[str, object]) -> str | None:
    """Add what ``--segments`` says to the options, and return the path of a sheet, if it names one.

    Raises:
        UsageError: there are masks too, or it is neither a choice nor a PNG file.
    """
    if segments is None or segments == "none":
        options.update({"segments": segments} if segments else {})
        return None
    if mask is not None:
        raise UsageError("--segments finds what masks say; leave out --segments, or both masks")
    options["segments"] = "auto"
    if segments == "auto":
        return None
    if not segments.lower().endswith(".png"):
        raise UsageError(f"--segments {segments}: give auto, none, or a name that ends in .png")
    return segments


def _check_compared(methods: str | None, *, compare: bool) -> tuple[str, ...]:
    """Return the methods that a sheet is to show.

    Raises:
        UsageError: there is no sheet, or no such method.
    """
    names = split_names(methods) or ()
    if names and not compare:
        raise UsageError("--methods: of no effect without --compare; add that, or leave it out")
    for name in names:
        shared.choose_method(METHODS, name)
    return names


def _select_options(options: Mapping[str, object], name: str) -> dict[str, object]:
    """Select the options that a method has.

    What every run has a value for (a seed, a device) is left out where the method has no use for it.

    Raises:
        UsageError: there is no such method, or the user set an option that it does not have or that has no
            effect.
    """
    method = shared.choose_method(METHODS, name)
    how = options.get("smooth") or method.smooth
    known = method.options | _OF_ALL | ({"memory_limit"} if how == "exact" else set())
    if foreign := options.keys() - known - {"seed", "device"}:
        raise UsageError(f"{shared.format_flag(foreign)}: --method {name} has no such option; leave it out")
    if how != "exact" and (unused := {"smoothness", "affinity"} & options.keys()):
        raise UsageError(
            f"{shared.format_flag(unused)}: of no effect without --smooth exact; add that, or leave it out"
        )
    return {option: value for option, value in options.items() if option in known}


def _check_stdout(out: str | None, *, json: bool, compare: bool = False) -> None:
    check_stdout(out, json)
    if compare and out == STDOUT:
        raise UsageError("--compare writes a second file; give --out a name")
