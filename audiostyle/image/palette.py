"""Colors of hand-painted masks, turned into labels: the same color is the same label in every mask.

A mask that was saved without loss has a handful of colors, and each is a label.  One saved as JPEG, or drawn
with a soft brush, has thousands: compression moves the color of an area by a little, and borders take every
blend of their two sides.  Areas are flat and borders are not.  So the labels are the colors of flat pixels,
the most frequent first, and every other pixel goes to the nearest label.  No random choice is made.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, minimum_filter
from scipy.spatial import KDTree

Color = tuple[int, int, int]
"""Red, green, blue, each 0 … 255."""

EXACT_COLORS = 32
"""Masks that have together no more colors than this were saved without loss."""
FLAT_RANGE = 16  # of 255, in every channel over 3 × 3 pixels
SAME_COLOR = 48.0  # Euclidean distance, of 255 a channel, by which compression moves a color at the most


def label_colors(masks: Sequence[NDArray[np.uint8]]) -> tuple[list[NDArray[np.intp]], list[Color]]:
    """Number the colors of masks, with one number for all colors that belong together.

    Args:
        masks: (H, W, 3) each, of any sizes.

    Returns:
        For each mask an array (H, W) of indices into the palette, and the palette.
    """
    packed = [_pack(mask) for mask in masks]
    colors, counts = np.unique(np.concatenate([codes.ravel() for codes in packed]), return_counts=True)
    if len(colors) > EXACT_COLORS:
        flat = np.concatenate([codes[_is_flat(mask)] for codes, mask in zip(packed, masks, strict=True)])
        if flat.size:
            palette = _choose_palette(*np.unique(flat, return_counts=True))
        else:  # nothing but borders: only frequency is left to go by
            palette = _choose_palette(colors, counts)
    else:
        palette = _unpack(colors)
    _, nearest = KDTree(palette).query(_unpack(colors))
    labels = [nearest[np.searchsorted(colors, codes)] for codes in packed]
    return labels, [(int(red), int(green), int(blue)) for red, green, blue in palette]


def _choose_palette(colors: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the most frequent color, then the most frequent of those unlike it, and so on: (labels, 3)."""
    order = np.lexsort((colors, -counts))
    left = _unpack(colors[order])
    palette = []
    while len(left):
        palette.append(left[0])
        left = left[np.linalg.norm(left - left[0], axis=1) > SAME_COLOR]
    return np.array(palette)


def _is_flat(mask: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which pixels (H, W) have a color like all of those around them."""
    window = (3, 3, 1)
    spread = maximum_filter(mask, window).astype(np.int16) - minimum_filter(mask, window)
    return (spread <= FLAT_RANGE).all(axis=2)


def _pack(mask: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Write each color as one number: (H, W, 3) → (H, W)."""
    return mask.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])


def _unpack(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Undo `_pack`: (…) → (…, 3)."""
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1)
