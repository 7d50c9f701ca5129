"""``audiostyle image optimize``: pictures by descent on sums of losses."""

from collections.abc import Mapping

import typer

from audiostyle.cli import image_options as own
from audiostyle.cli import options as shared
from audiostyle.cli.batch.conventions import NAME_BY_METHOD, STDOUT, check_stdout
from audiostyle.cli.console import UsageError
from audiostyle.cli.image_plans import check_masks, plan_stylization, split_names
from audiostyle.cli.image_stereo import Views, stylize_stereo
from audiostyle.errors import AudiostyleError


def optimize(
    content: own.Content,
    style: own.Styles,
    out: shared.Out = None,
    filename: shared.Filename = NAME_BY_METHOD,
    overwrite: shared.Overwrite = False,
    skip_existing: shared.SkipExisting = False,
    preset: own.Preset = "gatys",
    loss: own.Loss = None,
    layers: own.LossLayers = None,
    content_layers: own.ContentLayers = None,
    start: own.StartChoice = None,
    size_schedule: own.SizeSchedule = None,
    iterations: own.Iterations = None,
    optimizer: own.OptimizerChoice = None,
    rate: own.Rate = None,
    photorealism: own.Photorealism = None,
    style_scale: own.StyleScale = 1.0,
    strength: shared.Strength = 1.0,
    weights: shared.Weights = None,
    content_mask: own.ContentMask = None,
    style_mask: own.StyleMask = None,
    smooth: own.SmoothChoice = None,
    right: own.Right = None,
    right_out: own.RightOut = None,
    disparity: own.Disparity = None,
    backbone: own.Backbone = None,
    snapshots: own.Snapshots = None,
    max_megapixels: own.MaxMegapixels = 200.0,
    device: shared.Device = "auto",
    seed: shared.Seed = 0,
    json: shared.Json = False,
    dry_run: shared.DryRun = False,
    quiet: shared.Quiet = False,
) -> None:
    """Optimize pictures until losses are small: the papers of neural style transfer, as presets.

    Slow beside 'image stylize': minutes for a picture of 512 pixels on a laptop.
    With --snapshots DIR, an interrupted command goes on where it stopped when it is given again.
    """
    from audiostyle.cli.batch.engine import Engine
    from audiostyle.cli.batch.pictures import PictureNaming, PictureReporter
    from audiostyle.cli.batch.run import run_batch
    from audiostyle.cli.jobs.optimize import OptimizeJob

    options = shared.collect_options(
        preset=preset,
        loss=loss,
        layers=split_names(layers),
        content_layers=split_names(content_layers),
        start=start,
        sizes=shared.parse_numbers("--size-schedule", size_schedule, int),
        iterations=shared.parse_numbers("--iterations", iterations, int),
        optimizer=optimizer,
        rate=rate,
        photorealism=photorealism,
        style_scale=style_scale,
        strength=strength,
        weights=shared.parse_numbers("--weights", weights, float),
        smooth=smooth,
        backbone=backbone,
        seed=seed,
        device=device,
    )
    _check_optimization(options)
    check_stdout(out, json)
    if views := Views(right, right_out, disparity).find(content):
        views.refuse(content_mask=content_mask, style_mask=style_mask, snapshots=snapshots)
        stylize_stereo(
            views, content, style, None, "optimize", options, out, filename, overwrite, skip_existing,
            own.count_pixels(max_megapixels), Engine(), json, dry_run, quiet,
        )  # fmt: skip
    masks = check_masks(content_mask, style_mask)
    job = OptimizeJob(
        "optimize", options, *masks, own.count_pixels(max_megapixels), snapshots=snapshots, quiet=quiet
    )
    naming = PictureNaming(out, filename)
    plan = plan_stylization(content, style, job, naming, False, overwrite, skip_existing, None)
    job.several = len(plan.tasks) > 1
    reporter = PictureReporter(json=json, quiet=quiet, text_to_stderr=out == STDOUT)
    raise typer.Exit(run_batch(plan, job, reporter, dry_run=dry_run))


def _check_optimization(options: Mapping[str, object]) -> None:
    """Find slips in settings before anything is read.

    Raises:
        UsageError: a name is unknown, or a number is out of its range.
    """
    from audiostyle.image.optimization.settings import Overrides, choose_settings

    known = {name: options[name] for name in Overrides.__dataclass_fields__ if name in options}
    try:
        choose_settings(str(options["preset"]), Overrides(**known))  # type: ignore[arg-type]
    except AudiostyleError as error:
        raise UsageError(str(error)) from None
