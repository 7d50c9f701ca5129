"""Two views by optimization: the right one is held to what the left one shows of it.

The loss is that of films (Ruder, Dosovitskiy & Brox 2016, eq. 7): between two views, it is the disparity loss
of Chen, Yuan, Liao, Yu & Hua 2018, "Stereoscopic neural style transfer", for the right one given the left
one.  As in films, the second picture starts from the first one's result, moved.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from audiostyle.checks import check_number
from audiostyle.image.arrays import AnyPicture, to_list
from audiostyle.image.optimization.optimize import optimize
from audiostyle.image.optimization.presets import DEFAULT, get_preset
from audiostyle.image.stylization import choose_smoothing, smooth_result
from audiostyle.progress import Progress
from audiostyle.video.descent import make_temporal
from audiostyle.video.flow import Floats, Motion, warp

WEIGHT = 3000.0
"""Of the disparity loss, beside those of the preset: ten times that of films, as both eyes see at once."""


def optimize_views(
    left: Floats,
    right: Floats,
    style: AnyPicture | Sequence[AnyPicture],
    match: Motion,
    *,
    weight: float = WEIGHT,
    preset: str = DEFAULT,
    loss: str | None = None,
    sizes: Sequence[int] | None = None,
    iterations: int | Sequence[int] | None = None,
    start: str | None = None,
    smooth: str | None = None,
    progress: Progress | None = None,
    **options: object,
) -> tuple[Floats, Floats]:
    """Optimize two views, the right one from the left one's result and held to it.

    Args:
        left, right: the views, (H, W, 3) in [0, 1].
        style: a picture, or several.
        match: where the pixels of the right view lie in the left one.
        weight: of the disparity loss, beside those of the preset; 0 holds the right view to nothing.
        preset, loss: see `audiostyle.image.optimize`.
        sizes, iterations, start: of the left view; the right one takes the last of the iterations, at its own
            size.
        smooth: smoothing of the results.
        progress: is told which share of the work is done, of 1.
        options: further ones of `audiostyle.image.optimize`.

    Returns:
        Both results, (H, W, 3) in [0, 1].

    Raises:
        AudiostyleError: a name or a number is not among those there are.

    Example:
        >>> from audiostyle.stereo.matching import match_by_disparity
        >>> view, style = np.full((24, 32, 3), 0.5, np.float32), np.zeros((24, 24, 3), np.float32)
        >>> match = match_by_disparity(np.zeros((24, 32)))
        >>> one, other = optimize_views(view, view, style, match, sizes=(0,), iterations=1, device="cpu")
        >>> one.shape, other.shape
        ((24, 32, 3), (24, 32, 3))
    """
    weight = check_number("weight", weight, 0)
    settings = get_preset(preset)
    smoothing = choose_smoothing("optimize", smooth)  # type: ignore[arg-type]  # is checked there
    further: dict[str, Any] = dict(options)
    halves = [_report_half(progress, half) for half in (0, 1)]
    made: Floats = np.asarray(
        optimize(
            left, style, preset=preset, loss=loss, sizes=sizes, iterations=iterations, start=start,
            progress=halves[0], **further,
        ),
        np.float32,
    )  # fmt: skip
    counts = to_list(settings.iterations if iterations is None else iterations)
    held: dict[str, Any] = {"loss": loss}
    if weight:
        moved = warp(made, match.flow)
        held = {
            "loss": f"{loss or settings.loss},temporal:{weight:g}",
            "initial": np.where(match.trusted[..., None] > 0, moved, right).clip(0, 1),
            "own": {"temporal": make_temporal([(match, made)])},
        }
    other: Floats = np.asarray(
        optimize(
            right, style, preset=preset, sizes=(0,), iterations=counts[-1], progress=halves[1],
            **held, **further,
        ),
        np.float32,
    )  # fmt: skip
    return smooth_result(left, made, smoothing), smooth_result(right, other, smoothing)


def _report_half(progress: Progress | None, half: int) -> Progress | None:
    """Return the progress of the first (0) or the second (1) half of the work."""
    if progress is None:
        return None
    return lambda done, total: progress((half + done / (total or 1)) / 2, 1.0)
