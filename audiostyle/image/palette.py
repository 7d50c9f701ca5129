"""Colours of hand-painted masks, made labels: the same colour is the same label in every mask.

A mask saved without loss has a handful of colours, and each is a label.  One saved as JPEG, or drawn with a
soft brush, has thousands: compression moves the colour of an area by a little, and borders take every blend
of their two sides.  The areas are flat and the borders are not, so labels are the colours of flat pixels,
the most frequent first, and every other pixel goes to the nearest of them.  No random choice is made.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, minimum_filter
from scipy.spatial import KDTree

Color = tuple[int, int, int]
"""Red, green, blue, each 0 … 255."""

EXACT_COLORS = 32
"""Masks with no more colours than this between them were saved without loss."""
FLAT_RANGE = 16  # of 255, in every channel over 3 × 3 pixels
SAME_COLOR = 48.0  # Euclidean, of 255 a channel: how far compression moves the colour of an area at the most


def to_labels(masks: Sequence[NDArray[np.uint8]]) -> tuple[list[NDArray[np.intp]], list[Color]]:
    """Number the colours of masks (H, W, 3) that belong together.

    Returns:
        one array (H, W) a mask that holds indices into the palette, and the palette.
    """
    packed = [_pack(mask) for mask in masks]
    colours, counts = np.unique(np.concatenate([codes.ravel() for codes in packed]), return_counts=True)
    if len(colours) > EXACT_COLORS:
        flat = np.concatenate([codes[_is_flat(mask)] for codes, mask in zip(packed, masks, strict=True)])
        if flat.size:
            palette = _most_frequent(*np.unique(flat, return_counts=True))
        else:  # all border: nothing to go by but frequency
            palette = _most_frequent(colours, counts)
    else:
        palette = _unpack(colours)
    _, nearest = KDTree(palette).query(_unpack(colours))
    labels = [nearest[np.searchsorted(colours, codes)] for codes in packed]
    return labels, [(int(red), int(green), int(blue)) for red, green, blue in palette]


def _most_frequent(colours: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The most frequent colour, then the most frequent of those unlike it, and so on: (labels, 3)."""
    order = np.lexsort((colours, -counts))
    left = _unpack(colours[order])
    palette = []
    while len(left):
        palette.append(left[0])
        left = left[np.linalg.norm(left - left[0], axis=1) > SAME_COLOR]
    return np.array(palette)


def _is_flat(mask: NDArray[np.uint8]) -> NDArray[np.bool_]:
    window = (3, 3, 1)
    spread = maximum_filter(mask, window).astype(np.int16) - minimum_filter(mask, window)
    return (spread <= FLAT_RANGE).all(axis=2)


def _pack(mask: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(H, W, 3) → (H, W), one number a colour."""
    return mask.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])


def _unpack(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1)
