"""Colors of hand-painted masks, turned into labels: the same color is the same label in every mask.

A mask that was saved without loss has a handful of colors, and each is a label.  One saved as JPEG, or drawn
with a soft brush, has more, up to thousands: compression moves the color of an area by a little, and borders
take every blend of their two sides.  Areas are flat and borders are not.  So the labels are the colors of
flat pixels, the most frequent first, and every other pixel goes to the nearest label.  No random choice is
made.

Two masks of the same areas may have been saved in different ways.  A color that only the content's mask has
is taken for the nearest one that only the styles' have, if that is nearer than colors of one mask ever are.
"""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, minimum_filter
from scipy.spatial import KDTree

Color = tuple[int, int, int]
"""Red, green, blue, each 0 … 255."""

EXACT_COLORS = 32
"""Masks that have together no more colors than this were mostly saved without loss."""
FLAT_RANGE = 16  # of 255, in every channel over 3 × 3 pixels
SAME_COLOR = 48.0  # Euclidean distance, of 255 a channel, by which compression moves a color at the most
_NOISE = 16.0  # the same where it left few colors, and every one of them far less frequent
_RARE = 8  # times as frequent is the color that noise is around
_FEWEST_BLENDS = 3  # borders that were smoothed have at least so many colors in between
_GRAY_GAP = 16  # of 255: painted grays are further apart
_ASIDE = 4.0  # of 255: how far a blend of two colors may be from the line between them, by rounding

log = logging.getLogger(__name__)


def label_colors(
    masks: Sequence[NDArray[np.uint8]], hidden: Sequence[NDArray[np.bool_]] | None = None
) -> tuple[list[NDArray[np.intp]], list[Color]]:
    """Number the colors of masks, with one number for all colors that belong together.

    Args:
        masks: (H, W, 3) each, of any sizes; the content's, then those of the styles.
        hidden: which pixels (H, W) of each are transparent, whose color means nothing; None for none.

    Returns:
        For each mask an array (H, W) of indices into the palette, and the palette.
    """
    packed = [_pack(mask) for mask in masks]
    away = hidden or [np.zeros(mask.shape[:2], bool) for mask in masks]
    visible = [codes[~gone] for codes, gone in zip(packed, away, strict=True)]
    colors, counts = np.unique(np.concatenate(visible), return_counts=True)
    if not len(colors):
        return [np.zeros(codes.shape, np.intp) for codes in packed], []
    palette = _choose_labels(masks, packed, away, colors, counts)
    _, nearest = KDTree(palette).query(_unpack(colors))
    places = [np.searchsorted(colors, codes).clip(max=len(colors) - 1) for codes in packed]
    labels = [nearest[place] for place in places]
    shown = [np.unique(numbers[~gone]) for numbers, gone in zip(labels, away, strict=True)]
    palette, renamed = _pair_near(palette, shown)
    return [renamed[numbers] for numbers in labels], [
        (int(red), int(green), int(blue)) for red, green, blue in palette
    ]


def clean_colors(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a mask (H, W, 3) that was compressed with loss in the few colors that it was painted in."""
    packed = _pack(mask)
    colors, counts = np.unique(packed, return_counts=True)
    flat = packed[_is_flat(mask)]
    palette = _choose_palette(*(np.unique(flat, return_counts=True) if flat.size else (colors, counts)))
    _, nearest = KDTree(palette).query(_unpack(colors))
    return palette[nearest[np.searchsorted(colors, packed)]].astype(np.uint8)


def settle_grays(masks: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """Return masks of labels (H, W) without the values that smoothed borders add.

    Labels are numbers, and small ones next to each other as good as any.  So this is done only where it can
    be nothing else: values of areas are grays far apart, and no area has any of several other values.
    """
    values = np.unique(np.concatenate([np.unique(mask) for mask in masks]))
    grays = np.unique(np.concatenate([mask[_is_flat(mask[..., None], 0)] for mask in masks]))
    far = len(grays) and not (len(grays) > 1 and np.diff(grays).min() < _GRAY_GAP)
    if not far or values[0] < 0 or values[-1] > 255 or len(values) - len(grays) < _FEWEST_BLENDS:
        if len(values) > EXACT_COLORS:
            log.warning("masks hold %d labels; those saved as JPEG are read by read_mask", len(values))
        return list(masks)
    nearest = grays[np.abs(values[:, None] - grays).argmin(axis=1)]
    return [nearest[np.searchsorted(values, mask)] for mask in masks]


def _choose_labels(
    masks: Sequence[NDArray[np.uint8]],
    packed: Sequence[NDArray[np.int64]],
    hidden: Sequence[NDArray[np.bool_]],
    colors: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the colors that are labels, (labels, 3), in the order of ``colors`` if these are exact."""
    limit = FLAT_RANGE if len(colors) > EXACT_COLORS else 0
    where = [_is_flat(mask, limit) & ~gone for mask, gone in zip(masks, hidden, strict=True)]
    flat = np.concatenate([codes[there] for codes, there in zip(packed, where, strict=True)])
    if limit:
        # Where there is nothing but borders, only frequency is left to go by.
        return _choose_palette(*(np.unique(flat, return_counts=True) if flat.size else (colors, counts)))
    exact = _unpack(colors)
    kept = ~_find_noise(exact, counts)
    kept &= ~_find_blends(exact, kept & np.isin(colors, flat))
    return exact[kept]


def _find_noise(colors: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of a few colors (n, 3) are those of compression: near to one that is far more frequent.

    Grays are left alone, which may be numbers and next to each other.
    """
    if not (colors != colors[:, :1]).any():
        return np.zeros(len(colors), bool)
    near = np.linalg.norm(colors[:, None] - colors, axis=2) <= _NOISE
    return (near & (counts > _RARE * counts[:, None])).any(axis=1)


def _find_blends(colors: NDArray[np.int64], areas: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which colors (n, 3) lie between two colors of areas, as those of smoothed borders do."""
    blends = np.zeros(len(colors), bool)
    ends = colors[areas]
    if (
        len(ends) < 2
        or np.linalg.norm(ends[:, None] - ends, axis=2)[~np.eye(len(ends), dtype=bool)].min() < SAME_COLOR
    ):
        return blends
    toward = ends[:, None] - ends
    squares = np.maximum((toward**2).sum(2), 1)
    for n in np.flatnonzero(~areas):
        away = (colors[n] - ends)[None]
        along = (away * toward).sum(2) / squares
        aside = np.linalg.norm(away - along[..., None] * toward, axis=2)
        blends[n] = bool(((along > 0) & (along < 1) & (aside <= _ASIDE)).any())
    return blends if blends.sum() >= _FEWEST_BLENDS else np.zeros(len(colors), bool)


def _pair_near(
    palette: NDArray[np.int64], shown: Sequence[NDArray[np.intp]]
) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Take colors of the content's mask alone and of the styles' alone for the same where they are near.

    Returns:
        The palette that is left, and for each old index the new one.
    """
    same = np.arange(len(palette))
    own, others = set(shown[0].tolist()), {n for one in shown[1:] for n in one.tolist()}
    apart = np.linalg.norm(palette[:, None] - palette, axis=2)
    spread = [apart[np.ix_(one, one)][~np.eye(len(one), dtype=bool)] for one in shown]
    radius = min(SAME_COLOR, *(gaps.min() / 2 for gaps in spread if gaps.size), SAME_COLOR)
    pairs = sorted((apart[n, m], n, m) for n in own - others for m in others - own if apart[n, m] <= radius)
    for _, n, m in pairs:
        if same[m] == m and n not in same[list(others - own)]:
            same[m] = n
            names = [tuple(palette[place].tolist()) for place in (n, m)]
            log.warning("mask colors %s and %s are taken for the same", *names)
    kept = np.unique(same)
    return palette[kept], np.searchsorted(kept, same)


def _choose_palette(colors: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the most frequent color, then the most frequent of those unlike it, and so on: (labels, 3)."""
    order = np.lexsort((colors, -counts))
    left = _unpack(colors[order])
    palette = []
    while len(left):
        palette.append(left[0])
        left = left[np.linalg.norm(left - left[0], axis=1) > SAME_COLOR]
    return np.array(palette)


def _is_flat(mask: NDArray[Any], limit: int = FLAT_RANGE) -> NDArray[np.bool_]:
    """Return which pixels (H, W) have a color like all of those around them."""
    window = (3, 3, 1)
    spread = maximum_filter(mask, window).astype(np.int64) - minimum_filter(mask, window)
    return (spread <= limit).all(axis=2)


def _pack(mask: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Write each color as one number: (H, W, 3) → (H, W)."""
    return mask.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])


def _unpack(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Undo `_pack`: (…) → (…, 3)."""
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1)
