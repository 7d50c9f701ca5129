"""Masks: which part of the content is to look like which part of the styles.

A mask tells by a label what each pixel is: whole numbers (H, W), or colors (H, W, 3) as painted by hand (see
:mod:`audiostyle.image.palette`).  With alpha (H, W, 4), what is more transparent than not is a label of its
own, whatever color hides there.  Gray values beside colors are grays.  A mask may have any size; it is
resized to its picture's by nearest neighbor.  Pixels that the pictures themselves hide count for no label.
Each label that the content shares with at least one style is a region, stylized by its own statistics.
Pixels of any other label stay as they are in the content, and a line in the log names those labels.

The published code asks for more than 10 pixels of a label on both sides and a ratio of areas under 100, and
otherwise drops the label silently.  Here a label needs ``MIN_PIXELS`` on both sides, or the whole picture
where that has less; the ratio is free, because covariances of few pixels are shrunk.  A mask that does not
fit, which the published code ignores, is an error.
"""

import logging
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.image.palette import Color, label_colors, settle_grays

MIN_PIXELS = 10
"""A label of fewer pixels than this makes no region: neither its mean nor its spread can be relied on."""

Mask = NDArray[np.generic] | Tensor
"""Labels: whole numbers (H, W), or colors (H, W, 3) or (H, W, 4) of uint8 or of floats in [0, 1]."""

Label = int | Color | str
"""What a mask calls an area; a text where it is transparent."""

Alpha = NDArray[np.float32] | None
"""How visible each pixel of a picture is, (H, W) in [0, 1]; None where nothing is transparent."""

TRANSPARENT = "transparent"

Size = Sequence[int]
"""Height and width in pixels."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Region:
    """A part of the content and what it is to look like.

    Attributes:
        label: of the masks; None where there are no masks.
        content: where it is, (H, W), at least one pixel: bool of a mask; of segments floats, to which share
            each pixel belongs to it, whose sum over the regions is 1.
        share: how much each pixel of the content counts in statistics, (H, W): ``content`` itself, or floats
            where some of it is transparent, or where segments have something of the whole in their
            statistics.
        styles: the same of each style, (h, w) each.  One without enough of this label is all zero; at least
            one has enough.
    """

    label: Label | None
    content: Tensor
    share: Tensor
    styles: tuple[Tensor, ...]


def match_regions(
    content_mask: Mask | None,
    style_masks: Sequence[Mask | None] | None,
    content_size: Size,
    style_sizes: Sequence[Size],
    content_alpha: Alpha = None,
    style_alphas: Sequence[Alpha] | None = None,
) -> list[Region]:
    """Pair the areas that the masks give the same label.

    Args:
        content_mask: labels or colors of the content; None for no masks.
        style_masks: the same, one a style; None (or all None) for no masks.
        content_size: (height, width) of the content.
        style_sizes: (height, width) of each style.
        content_alpha: of the content; None where nothing is transparent.
        style_alphas: the same of each style.

    Returns:
        Regions that do not overlap, ordered by label; without masks, one region that is everything.

    Raises:
        ShapeError: masks are given on one side only or not for every style; a mask holds neither labels nor
            colors, or NaN; one side has large labels and the other colors; or no label is shared.
    """
    given = list(style_masks) if style_masks is not None else []
    alphas = [content_alpha, *(style_alphas or [None] * len(style_sizes))]
    if content_mask is None and all(mask is None for mask in given):
        content, *styles = (torch.ones(*size, dtype=torch.bool) for size in (content_size, *style_sizes))
        share, *shares = (_weigh(area, alpha) for area, alpha in zip((content, *styles), alphas, strict=True))
        return [Region(None, content, share, tuple(shares))]
    _check_presence(content_mask, given, len(style_sizes))
    names = ["content mask", *(f"style mask {n}" for n in range(1, len(given) + 1))]
    masks = [_check_mask(mask, name) for mask, name in zip([content_mask, *given], names, strict=True)]
    numbered, labels = _number_labels(masks)
    sizes = [content_size, *style_sizes]
    resized = [_resize(mask, size) for mask, size in zip(numbered, sizes, strict=True)]
    seen = [
        mask if alpha is None else mask[torch.from_numpy(alpha > 0)]
        for mask, alpha in zip(resized, alphas, strict=True)
    ]
    usable = _find_usable(dict(zip(names, seen, strict=True)), labels)
    shared = usable[0] & set().union(*usable[1:])
    if not shared:
        raise ShapeError(
            f"content and style masks share no label of {MIN_PIXELS} pixels; paint matching areas alike"
        )
    return [_make_region(number, labels[number], resized, usable, alphas) for number in sorted(shared)]


def _make_region(
    number: int,
    label: Label,
    masks: Sequence[Tensor],
    usable: Sequence[set[int]],
    alphas: Sequence[Alpha],
) -> Region:
    areas = [_select_area(number, *mask) for mask in zip(masks, usable, strict=True)]
    share, *shares = (_weigh(area, alpha) for area, alpha in zip(areas, alphas, strict=True))
    return Region(label, areas[0], share, tuple(shares))


def _weigh(area: Tensor, alpha: Alpha) -> Tensor:
    """Return how much each pixel of an area (H, W) counts: the area itself, or its alpha."""
    return area if alpha is None else area * torch.from_numpy(alpha)


def _select_area(number: int, mask: Tensor, usable: set[int]) -> Tensor:
    return mask == number if number in usable else torch.zeros_like(mask, dtype=torch.bool)


def _find_usable(masks: dict[str, Tensor], labels: dict[int, Label]) -> list[set[int]]:
    """Return the labels with enough pixels in each mask, the content's first; the log names the others."""
    usable, there = [], []
    for mask in masks.values():
        numbers, counts = torch.unique(mask, return_counts=True)
        there.append(set(numbers.tolist()))
        usable.append(set(numbers[counts >= min(MIN_PIXELS, mask.numel())].tolist()))
    content, styles = there[0], set().union(*there[1:])
    _warn(content - styles, labels, "is only in the content mask: these pixels stay as they are")
    _warn(styles - content, labels, "is only in a style mask: not used")
    for name, present, enough in zip(masks, there, usable, strict=True):
        _warn(
            (present - enough) & content & styles,
            labels,
            f"has fewer than {MIN_PIXELS} pixels in the {name}: not used",
        )
    return usable


def _warn(numbers: Collection[int], labels: dict[int, Label], what: str) -> None:
    if numbers:
        log.warning("mask label %s %s", ", ".join(str(labels[number]) for number in sorted(numbers)), what)


def _check_presence(content_mask: Mask | None, style_masks: Sequence[Mask | None], styles: int) -> None:
    if content_mask is None:
        raise ShapeError("there is a style mask but no content mask; give both or none")
    if not style_masks or all(mask is None for mask in style_masks):
        raise ShapeError("there is a content mask but no style mask; give both or none")
    if len(style_masks) != styles or any(mask is None for mask in style_masks):
        got = sum(mask is not None for mask in style_masks)
        raise ShapeError(f"{styles} style(s) need as many style masks, not {got}")


def _check_mask(mask: Mask | None, name: str) -> NDArray[Any]:
    """Return a mask as whole numbers int64 (H, W) or as colors uint8 (H, W, 3) or (H, W, 4)."""
    array = _find_layout(_read_values(mask, name))
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))) or not array.size:
        raise ShapeError(f"{name} must hold labels (H, W) or colors (H, W, 3), not shape {array.shape}")
    if not (np.issubdtype(array.dtype, np.number) or array.dtype == bool) or np.iscomplexobj(array):
        raise ShapeError(f"{name} must hold numbers, not {array.dtype}")
    if not np.isfinite(array).all():
        raise ShapeError(f"{name} holds NaN or infinite values; paint every pixel")
    return _check_labels(array, name) if array.ndim == 2 else _check_colors(array, name)


def _read_values(mask: Any, name: str) -> NDArray[Any]:
    """Return the values of a mask of any kind."""
    if isinstance(mask, Tensor):
        return np.asarray(mask.detach().cpu().numpy())
    pillow = sys.modules.get("PIL.Image")  # who passes such a mask has loaded it
    if pillow is not None and isinstance(mask, pillow.Image):
        if mask.mode not in ("1", "L", "I", "I;16"):
            mask = mask.convert("RGBA" if mask.has_transparency_data else "RGB")
        return np.asarray(mask)
    try:
        return np.asarray(mask)
    except (TypeError, ValueError):
        raise ShapeError(f"{name} must hold numbers in rows of one length") from None


def _find_layout(array: NDArray[Any]) -> NDArray[Any]:
    """Return (C, H, W), in which torch has pictures, as (H, W, C), and a single channel as (H, W)."""
    if array.ndim == 3 and array.shape[0] in (1, 3, 4) and array.shape[2] not in (1, 3, 4):
        array = np.moveaxis(array, 0, 2)
    return array[..., 0] if array.ndim == 3 and array.shape[2] == 1 else array


def _check_labels(array: NDArray[Any], name: str) -> NDArray[np.int64]:
    if array.dtype != bool and (
        (array != np.rint(array)).any() or np.abs(array).max() > np.iinfo(np.int32).max
    ):
        raise ShapeError(f"{name} must hold whole numbers as labels; give colors the shape (H, W, 3)")
    return array.astype(np.int64)


def _check_colors(array: NDArray[Any], name: str) -> NDArray[np.uint8]:
    top = 1 if np.issubdtype(array.dtype, np.floating) else 255
    if array.min() < 0 or array.max() > top:
        raise ShapeError(f"{name} must hold colors from 0 to {top}, not {array.min()} to {array.max()}")
    return np.rint(array * (255 / top)).astype(np.uint8)


def _number_labels(masks: list[NDArray[Any]]) -> tuple[list[NDArray[Any]], dict[int, Label]]:
    """Return masks as numbers (H, W), and the label that each number stands for."""
    if all(mask.ndim == 2 for mask in masks):
        settled = settle_grays(masks)
        present = set().union(*(np.unique(mask).tolist() for mask in settled))
        return settled, {label: label for label in present}
    colors = [_to_colors(mask) for mask in masks]
    hidden = [mask[..., 3] < 128 for mask in colors]
    numbered, palette = label_colors([mask[..., :3] for mask in colors], hidden)
    labels: dict[int, Label] = dict(enumerate(palette))
    labels[len(palette)] = TRANSPARENT
    return [
        np.where(away, len(palette), numbers) for away, numbers in zip(hidden, numbered, strict=True)
    ], labels


def _to_colors(mask: NDArray[Any]) -> NDArray[np.uint8]:
    """Return a mask as colors with alpha, uint8 (H, W, 4); gray values are grays."""
    if mask.ndim == 2:
        if mask.min() < 0 or mask.max() > 255:
            raise ShapeError("content and style masks must all hold labels (H, W) or all colors (H, W, 3)")
        mask = mask.astype(np.uint8)[..., None].repeat(3, axis=2)
    if mask.shape[2] == 4:
        return mask
    return np.concatenate([mask, np.full_like(mask[..., :1], 255)], axis=2)


def _resize(mask: NDArray[Any], size: Size) -> Tensor:
    """Resize a mask to (height, width) by nearest neighbor, as seen from the centers of pixels."""
    rows, columns = (
        ((np.arange(new) + 0.5) * (old / new)).astype(np.intp)
        for new, old in zip(size, mask.shape, strict=True)
    )
    return torch.from_numpy(mask[rows[:, None], columns])
