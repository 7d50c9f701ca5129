"""Masks: which part of the content is to look like which part of the styles.

A mask says by label what each pixel is: whole numbers (H, W), or colours (H, W, 3) as painted by hand (see
:mod:`audiostyle.image.palette`).  It may have any size; it is brought to its picture's by nearest neighbour.
Each label that the content shares with at least one style is a segment, stylised by its own statistics.
Pixels of any other label stay as they are in the content, and a line in the log names those labels.

The published code asks for more than 10 pixels of a label on both sides and a ratio of areas under 100, and
otherwise drops the label without a word.  Here a label needs ``MIN_PIXELS`` on both sides, or the whole
picture where that has less; the ratio is left free, for covariances of few pixels are shrunk.  What the
published code swallows, a mask that does not fit, is an error.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.image.palette import Color, to_labels

MIN_PIXELS = 10
"""Fewer pixels of a label than this are no area: neither their mean nor their spread can be relied on."""

Size = Sequence[int]
"""Height and width in pixels."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Region:
    """A part of the content and what it is to look like.

    Attributes:
        label: of the masks: a number or a colour; None where there are no masks.
        content: bool (H, W), at least one pixel.
        styles: bool (h, w) each, one a style.  A style without enough of this label holds
            no True; at least one has enough.
    """

    label: int | Color | None
    content: Tensor
    styles: tuple[Tensor, ...]


def match_regions(
    content_mask: Any, style_masks: Sequence[Any] | None, content_size: Size, style_sizes: Sequence[Size]
) -> list[Region]:
    """Pair what the masks call by the same label.

    Args:
        content_mask: whole numbers (H, W) or colours (H, W, 3), uint8 or floats in [0, 1]; None for none.
        style_masks: the same, one a style; None (or all None) for none.
        content_size: (height, width) of the content.
        style_sizes: of each style.

    Returns:
        segments that do not overlap, by label; without masks, one that is everything.

    Raises:
        ShapeError: masks on one side only, not one a style, neither labels nor colours, NaN, labels on one
            side and colours on the other, or no label in common.
    """
    given = list(style_masks) if style_masks is not None else []
    if content_mask is None and all(mask is None for mask in given):
        styles = tuple(torch.ones(*size, dtype=torch.bool) for size in style_sizes)
        return [Region(None, torch.ones(*content_size, dtype=torch.bool), styles)]
    _check_presence(content_mask, given, len(style_sizes))
    names = ["content mask", *(f"style mask {n}" for n in range(1, len(given) + 1))]
    masks = [_check_mask(mask, name) for mask, name in zip([content_mask, *given], names, strict=True)]
    labelled, called = _common_labels(masks)
    sizes = [content_size, *style_sizes]
    resized = [_resize(mask, size) for mask, size in zip(labelled, sizes, strict=True)]
    usable = _find_usable(dict(zip(names, resized, strict=True)), called)
    shared = usable[0] & set().union(*usable[1:])
    if not shared:
        raise ShapeError(
            f"content and style masks share no label of {MIN_PIXELS} pixels; paint matching areas alike"
        )
    content, *by_style = zip(resized, usable, strict=True)
    return [
        Region(called[label], _area(label, *content), tuple(_area(label, *style) for style in by_style))
        for label in sorted(shared)
    ]


def _area(label: int, mask: Tensor, usable: set[int]) -> Tensor:
    return mask == label if label in usable else torch.zeros_like(mask, dtype=torch.bool)


def _find_usable(masks: dict[str, Tensor], called: dict[int, int | Color]) -> list[set[int]]:
    """The labels to work with in each mask, the content's first; the others are named in the log."""
    usable, there = [], []
    for mask in masks.values():
        labels, counts = torch.unique(mask, return_counts=True)
        there.append(set(labels.tolist()))
        usable.append(set(labels[counts >= min(MIN_PIXELS, mask.numel())].tolist()))
    content, styles = there[0], set().union(*there[1:])
    _warn(content - styles, called, "is only in the content mask: these pixels stay as they are")
    _warn(styles - content, called, "is only in a style mask: not used")
    for name, present, enough in zip(masks, there, usable, strict=True):
        _warn(
            (present - enough) & content & styles,
            called,
            f"has fewer than {MIN_PIXELS} pixels in the {name}: not used",
        )
    return usable


def _warn(labels: Collection[int], called: dict[int, int | Color], what: str) -> None:
    if labels:
        log.warning("mask label %s %s", ", ".join(str(called[label]) for label in sorted(labels)), what)


def _check_presence(content_mask: Any, style_masks: Sequence[Any], styles: int) -> None:
    if content_mask is None:
        raise ShapeError("there is a style mask but no content mask; give both or none")
    if not style_masks or all(mask is None for mask in style_masks):
        raise ShapeError("there is a content mask but no style mask; give both or none")
    if len(style_masks) != styles or any(mask is None for mask in style_masks):
        got = sum(mask is not None for mask in style_masks)
        raise ShapeError(f"{styles} style(s) need as many style masks, not {got}")


def _check_mask(mask: Any, name: str) -> NDArray[Any]:
    """Whole numbers int64 (H, W) or colours uint8 (H, W, 3)."""
    array = mask.detach().cpu().numpy() if isinstance(mask, Tensor) else np.asarray(mask)
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)) or not array.size:
        raise ShapeError(f"{name} must hold labels (H, W) or colours (H, W, 3), not shape {array.shape}")
    if not (np.issubdtype(array.dtype, np.number) or array.dtype == bool) or np.iscomplexobj(array):
        raise ShapeError(f"{name} must hold numbers, not {array.dtype}")
    if not np.isfinite(array).all():
        raise ShapeError(f"{name} holds NaN or infinite values; paint every pixel")
    return _whole_numbers(array, name) if array.ndim == 2 else _check_colors(array, name)


def _whole_numbers(array: NDArray[Any], name: str) -> NDArray[np.int64]:
    if array.dtype != bool and (
        (array != np.rint(array)).any() or np.abs(array).max() > np.iinfo(np.int32).max
    ):
        raise ShapeError(f"{name} must hold whole numbers as labels; give colours the shape (H, W, 3)")
    return array.astype(np.int64)


def _check_colors(array: NDArray[Any], name: str) -> NDArray[np.uint8]:
    top = 1 if np.issubdtype(array.dtype, np.floating) else 255
    if array.min() < 0 or array.max() > top:
        raise ShapeError(f"{name} must hold colours from 0 to {top}, not {array.min()} to {array.max()}")
    return np.rint(array * (255 / top)).astype(np.uint8)


def _common_labels(masks: list[NDArray[Any]]) -> tuple[list[NDArray[Any]], dict[int, int | Color]]:
    """Masks as numbers (H, W), and what each number is called."""
    if len({mask.ndim for mask in masks}) > 1:
        raise ShapeError("content and style masks must all hold labels (H, W) or all colours (H, W, 3)")
    if masks[0].ndim == 3:
        labelled, palette = to_labels(masks)
        return labelled, dict(enumerate(palette))
    present = set().union(*(np.unique(mask).tolist() for mask in masks))
    return masks, {label: label for label in present}


def _resize(mask: NDArray[Any], size: Size) -> Tensor:
    """Nearest neighbour, by the centres of pixels: (h, w) → (height, width)."""
    rows, columns = (
        ((np.arange(new) + 0.5) * (old / new)).astype(np.intp)
        for new, old in zip(size, mask.shape, strict=True)
    )
    return torch.from_numpy(mask[rows[:, None], columns])
