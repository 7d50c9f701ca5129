"""The public function for all methods of stylization, with smoothing."""

from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np
import torch
from numpy.typing import NDArray

from audiostyle.errors import AudiostyleError
from audiostyle.image.arrays import AnyPicture, Floats, Picture, open_picture
from audiostyle.image.depth import STRENGTHS, mix_by_depth
from audiostyle.image.inputs import Segments
from audiostyle.image.masks import Mask
from audiostyle.image.methods import Smoothing, choose_method, get_method
from audiostyle.image.smoothing.smooth import Affinity, check_smoothing
from audiostyle.image.smoothing.smooth import smooth as smooth_picture
from audiostyle.methods import select_options
from audiostyle.models.torch_settings import own_settings
from audiostyle.progress import Progress

_DOUBLE = (np.dtype(np.float64), torch.float64)


@own_settings()
def stylize(
    content: Picture,
    style: AnyPicture | Sequence[AnyPicture],
    *,
    method: str | None = None,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask] | None = None,
    segments: Segments | None = None,
    smooth: Smoothing | None = None,
    smoothness: float | None = None,
    affinity: Affinity = "matting",
    depth: NDArray[np.floating] | None = None,
    depth_strength: Sequence[float] = STRENGTHS,
    device: str = "auto",
    memory_limit: float | None = None,
    progress: Progress | None = None,
    **options: object,
) -> Picture:
    """Give a picture the style of another one.

    Args:
        content: RGB (H, W, 3), floats in [0, 1] or uint8, a NumPy array or a tensor; or a picture of Pillow,
            gray, with alpha, or with channels first: see :mod:`audiostyle.image.arrays`.
        style: one such picture, of any size, or several.
        method: one of `METHODS`; None is ``"develop"``, or ``"photowct"`` where an option of networks is
            given.
        strength: 0 keeps the content, 1 takes the whole style.
        weights: how much each style counts, one positive number a style; None weights all styles alike.
        content_mask: labels (H, W) or colors (H, W, 3), of any size: areas of the content take the style of
            areas with the same label.  See :mod:`audiostyle.image.masks`.
        style_mask: the same of the style; for several styles a sequence of masks.  Both masks or none.
        segments: ``"auto"`` finds the parts of content and styles that are alike, ``"none"`` does not; None
            is the method's own way: ``"develop"`` and ``"grade"`` look for parts where there are no masks.
        smooth: smoothing along the edges of the content: ``"exact"``, ``"guided"`` or ``"none"``; None takes
            what belongs to the method.
        smoothness: of exact smoothing, 0 ≤ smoothness < 1; the paper's α.  None takes the affinity's.
        affinity: of exact smoothing, ``"matting"`` or ``"gaussian"``; see `audiostyle.image.smooth`.
        depth: a map (h, w) of any size and scale, largest where it is nearest; see
            `audiostyle.image.depth.mix_by_depth`.
        depth_strength: strengths of what is nearest and of what is farthest in it.
        device: where networks compute: ``"auto"``, ``"cpu"``, ``"cuda"``, ``"cuda:1"`` or ``"mps"``.
        memory_limit: GB of working memory for networks and exact smoothing; None for as much as is fast.
        progress: is told which share of a network's work is done, of 1.
        options: the method's own, such as ``texture``, ``levels``, ``unpool``, ``content_reg``, ``backbone``,
            ``rotations`` or ``seed``.  None stands for an option's default.

    Returns:
        A picture (H, W, 3) in [0, 1] of the content's size, kind and data type, with its alpha.  If the
        content holds integers, values are rounded to nearest.

    Raises:
        AudiostyleError: the method, the smoothing or an option is unknown, or an option is out of its range.
        ShapeError: a picture, the weights or the masks do not fit, or a picture is wholly transparent.
        ModelNotFound: the backbone is missing.
        ConvergenceError: the smoothing did not meet its tolerance.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> content = rng.integers(0, 256, (48, 64, 3), dtype=np.uint8)
        >>> style = rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)
        >>> result = stylize(content, style, method="mkl", strength=0.5)
        >>> result.shape, result.dtype.name
        ((48, 64, 3), 'uint8')
    """
    method = choose_method(method, [name for name, value in options.items() if value is not None])
    smoothing = choose_smoothing(method, smooth)
    check_smoothing(smoothness, affinity, memory_limit)
    arguments = {
        "strength": strength,
        "weights": weights,
        "content_mask": content_mask,
        "style_mask": style_mask,
        "segments": segments,
        "device": device,
        "memory_limit": memory_limit,
        "progress": progress,
        **options,
    }
    precision: type[np.floating] = np.float64 if getattr(content, "dtype", None) in _DOUBLE else np.float32
    opened = open_picture(content, "the content", precision)
    floats: Floats = opened.to_array()
    stylized = run_method(method, floats, style, arguments)
    result = smooth_result(floats, stylized, smoothing, smoothness, affinity, memory_limit)
    if depth is not None:
        result = mix_by_depth(floats, result, depth, depth_strength)
    restored: Picture = opened.restore(result[..., :3])  # rounded once, at the end
    return restored


def choose_smoothing(method: str, smooth: Smoothing | None) -> Smoothing:
    """Return ``smooth``, or for None the smoothing that belongs to the method.

    Raises:
        AudiostyleError: the method or the smoothing is unknown.
    """
    chosen = smooth or get_method(method).smooth
    if chosen not in get_args(Smoothing):
        raise AudiostyleError(f"smooth must be one of {', '.join(get_args(Smoothing))}, not {chosen!r}")
    return chosen


def run_method(
    method: str,
    content: Picture,
    style: AnyPicture | Sequence[AnyPicture],
    arguments: Mapping[str, object],
) -> Picture:
    """Stylize a picture without smoothing.

    Args:
        method: one of `METHODS`.
        content, style: pictures (H, W, 3).
        arguments: keyword arguments of the method; None stands for a default.  Where and with how much memory
            to compute, and progress, are left out where the method has no use for them.

    Raises:
        AudiostyleError: there is no such method, or it has no such option.
    """
    chosen = get_method(method)
    unused = {"device", "memory_limit", "progress"} - chosen.options
    wanted = {name: value for name, value in arguments.items() if name not in unused}
    result: Picture = chosen.function(content, style, **select_options(chosen, method, wanted))
    return result


def smooth_result(
    content: Floats,
    result: Floats,
    smoothing: Smoothing,
    smoothness: float | None = None,
    affinity: Affinity = "matting",
    memory_limit: float | None = None,
) -> Floats:
    """Smooth the result (H, W, 3 or 4) of a method along the edges of its content, and clip it to [0, 1].

    The arguments are those of `stylize`.
    """
    if smoothing == "none":
        return result
    smoothed = smooth_picture(
        content,
        result,
        method=smoothing,
        alpha=smoothness,
        affinity=affinity,
        memory_limit=memory_limit,
    )
    return smoothed.clip(0, 1)
