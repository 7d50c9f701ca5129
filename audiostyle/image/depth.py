"""Strength that goes with depth: what is near keeps more of the content, or what is far."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from audiostyle.checks import check_number, show_value
from audiostyle.errors import AudiostyleError, PictureReadError, ShapeError
from audiostyle.image.io.files import MAX_PIXELS, read_picture

STRENGTHS = 0.0, 1.0
"""Strengths of what is nearest and of what is farthest, unless told otherwise."""


def read_depth(path: str | Path, *, max_pixels: int = MAX_PIXELS) -> NDArray[np.float32]:
    """Read a map of depth: a gray picture in which what is near is light, as estimators of depth write it.

    Returns:
        (H, W) in [0, 1].

    Raises:
        PictureReadError: it cannot be read, or is colored.
    """
    pixels = read_picture(path, max_pixels=max_pixels).pixels
    if not bool((pixels == pixels[..., :1]).all()):
        raise PictureReadError(f"{path}: is colored; a map of depth is gray")
    return np.ascontiguousarray(pixels[..., 0])


def mix_by_depth(
    content: NDArray[np.floating],
    result: NDArray[np.floating],
    depth: NDArray[np.floating],
    strengths: Sequence[float] = STRENGTHS,
) -> NDArray[np.floating]:
    """Mix a result with its content by a strength that depends on depth.

    Args:
        content, result: (H, W, 3) in [0, 1]; further channels of the content are left out.
        depth: a map (h, w) of any size and scale, largest where it is nearest.
        strengths: of what is nearest and of what is farthest in the map, each 0 (the content) to 1 (the
            result); what lies between gets what lies between.

    Returns:
        (H, W, 3).

    Raises:
        ShapeError: the map is none, or holds what is not finite.
        AudiostyleError: a strength is not in [0, 1], or the map is all of one depth.

    Example:
        >>> black, white = np.zeros((1, 3, 3)), np.ones((1, 3, 3))
        >>> mix_by_depth(black, white, np.array([[5.0, 10.0, 0.0]]))[0, :, 0].tolist()
        [0.5, 0.0, 1.0]
    """
    near, far = check_strengths(strengths)
    if depth.ndim != 2 or not depth.size or not np.isfinite(depth).all():
        raise ShapeError(f"depth must be a map (height, width) of finite numbers, not {depth.shape}")
    low, high = float(depth.min()), float(depth.max())
    if high <= low:
        raise AudiostyleError("the map of depth is all of one depth; give one that tells near from far")
    nearness = ((depth - low) / (high - low)).astype(np.float32)
    if depth.shape != content.shape[:2]:
        size = content.shape[1], content.shape[0]
        nearness = np.asarray(Image.fromarray(nearness).resize(size, Image.Resampling.BILINEAR))
    share = (far + (near - far) * nearness)[..., None].astype(content.dtype)
    color = content[..., :3]
    mixed: NDArray[np.floating] = color + share * (result[..., :3] - color)
    return mixed


def check_strengths(strengths: object) -> tuple[float, float]:
    """Return the strengths of near and far, checked.

    Raises:
        AudiostyleError: they are not two numbers in [0, 1].
    """
    if not isinstance(strengths, Sequence) or isinstance(strengths, str) or len(strengths) != 2:
        raise AudiostyleError(f"depth_strength must be two numbers, not {show_value(strengths)}")
    near, far = (check_number("depth_strength", strength, 0, 1) for strength in strengths)
    return near, far
