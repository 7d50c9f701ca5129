"""Transparent pixels: what hides under them has no say.

The color of a pixel that nobody sees is whatever a program left there, black, white or noise.  Networks and
smoothing look at neighbors, so that it would show in visible pixels.  Before any work hidden pixels therefore
get colors that the visible ones suggest, and statistics count every pixel by its alpha.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

F = TypeVar("F", np.float32, np.float64)

FAINT = 1 / 16
"""Alpha below which a color is trusted in part only: multiplied by it, 8 bits keep less than 4 of color."""


def fill_hidden(color: NDArray[F], alpha: NDArray[np.float32]) -> NDArray[F]:
    """Return a picture with its hidden pixels filled from the visible ones around them.

    Colors are averaged over larger and larger blocks, weighted by how visible they are, and holes are filled
    from the smallest blocks that hold anything: the "pull-push" of Gortler, Grzeszczuk, Szeliski and Cohen,
    "The Lumigraph" (SIGGRAPH 1996), section 3.4.  Visible pixels stay as they are, faint ones in part.

    Args:
        color: (H, W, 3); where ``alpha`` is 0 it may hold anything.
        alpha: (H, W) in [0, 1], above 0 somewhere.

    Returns:
        (H, W, 3), which does not depend on the hidden colors at all.

    Example:
        >>> color = np.array([[[0.2, 0.2, 0.2], [np.nan, 9.0, 7.0]]])
        >>> fill_hidden(color, np.array([[1, 0]], np.float32))[0, 1].round(6).tolist()
        [0.2, 0.2, 0.2]
    """
    trust = np.minimum(alpha / np.float32(FAINT), 1) ** 2  # many faint pixels together are little, too
    weight = trust[..., None].astype(color.dtype)
    known = np.zeros_like(color)
    np.copyto(known, color, where=weight > 0)  # what hides may be NaN, which no factor makes 0
    return _fill(known, weight)


def _fill(color: NDArray[F], weight: NDArray[F]) -> NDArray[F]:
    """Blend colors (H, W, 3) with those of the blocks around them where their weight (H, W, 1) is below 1."""
    if bool((weight >= 1).all()) or color.shape[:2] == (1, 1):
        return color
    total, mean = _sum_blocks(weight), _sum_blocks(color * weight)
    np.divide(mean, total, where=total > 0, out=mean)
    coarse = _fill(mean, np.minimum(total, 1))
    height, width = color.shape[:2]
    return (color * weight + _enlarge(coarse)[:height, :width] * (1 - weight)).astype(color.dtype, copy=False)


def _sum_blocks(values: NDArray[F]) -> NDArray[F]:
    """Add up blocks of 2 × 2: (H, W, C) → (⌈H/2⌉, ⌈W/2⌉, C)."""
    height, width = values.shape[:2]
    padded = np.pad(values, ((0, height % 2), (0, width % 2), (0, 0)))
    rows = padded[::2] + padded[1::2]
    return rows[:, ::2] + rows[:, 1::2]


def _enlarge(values: NDArray[F]) -> NDArray[F]:
    """Double the size, linearly between the centers of blocks: (H, W, C) → (2H, 2W, C)."""
    for axis in (0, 1):
        edges = [(1, 1) if dim == axis else (0, 0) for dim in range(3)]
        wide = np.moveaxis(np.pad(values, edges, mode="edge"), axis, 0)
        middle = wide[1:-1] * values.dtype.type(0.75)
        quarter = wide * values.dtype.type(0.25)
        both = np.stack([middle + quarter[:-2], middle + quarter[2:]], axis=1)
        values = np.moveaxis(both.reshape(-1, *both.shape[2:]), 0, axis)
    return values
