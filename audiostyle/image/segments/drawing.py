"""Segments to look at and to edit: a sheet, and masks in plain colors."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from audiostyle.image.arrays import Floats, open_picture
from audiostyle.image.io.files import PictureFile, write_picture
from audiostyle.image.segments.segment import Segmentation, segment
from audiostyle.image.sheet import make_sheet

COLORS = np.array(
    [
        (214, 39, 40), (31, 119, 180), (44, 160, 44), (255, 187, 20),
        (148, 103, 189), (23, 190, 207), (140, 86, 75), (227, 119, 194),
    ],
    np.uint8,
)  # fmt: skip
"""Plain colors of masks, one a label; they are far apart, so that they survive a painting program."""

_TINT = 0.45  # how much of the label's color a sheet lays over a picture

Labels = NDArray[np.intp]


def name_masks(path: str | Path, styles: int) -> list[Path]:
    """Return the paths of the masks beside a sheet: the content's, then those of the styles.

    Example:
        >>> [path.name for path in name_masks("parts.png", 2)]
        ['parts.content.png', 'parts.style1.png', 'parts.style2.png']
    """
    numbers = [""] if styles == 1 else [str(number) for number in range(1, styles + 1)]
    sheet = Path(path)
    return [
        sheet.with_name(f"{sheet.stem}.{name}.png") for name in ("content", *(f"style{n}" for n in numbers))
    ]


def draw_segments(path: str | Path, content: Floats, styles: Sequence[Floats]) -> list[Path]:
    """Find the segments of pictures, and write a sheet and masks.

    Args:
        path: of the sheet; the masks lie beside it, see `name_masks`.
        content: (H, W, 3 or 4), floats in [0, 1].
        styles: the same of each.

    Returns:
        The paths of the masks.

    Raises:
        PictureWriteError: a file cannot be written.
    """
    opened = [open_picture(picture, "a picture", np.float32) for picture in (content, *styles)]
    tensors = [torch.from_numpy(np.array(one.seen)).movedim(2, 0) for one in opened]
    found = segment(tensors[0], tensors[1:], opened[0].alpha, [one.alpha for one in opened[1:]])
    labels = label_segments(found)
    names = ["content", *(f"style {n}" if len(styles) > 1 else "style" for n in range(1, len(styles) + 1))]
    rows = []
    for name, one, numbers in zip(names, opened, labels, strict=True):
        tinted = one.seen * (1 - _TINT) + _TINT * _paint(numbers)
        rows.append([(name, one.seen), (f"{name}: equal colors belong together", tinted)])
    masks = name_masks(path, len(styles))
    for mask, numbers in zip(masks, labels, strict=True):
        write_picture(mask, PictureFile(_paint(numbers)))
    write_picture(path, PictureFile(make_sheet(rows)))
    return masks


def label_segments(found: Segmentation) -> list[Labels]:
    """Return the content's labels (H, W) and those of each style; every label is in the content and a style.

    A part of the content has the number of the part of the first style that it matches best, and a part of a
    style that of the part of the content that matches it best, unless it is such a part itself.
    """
    areas = found.content.argmax(dim=0).numpy()
    parts = [shares.argmax(dim=0).numpy() for shares in found.styles]
    here, there = np.unique(areas), np.unique(parts[0])
    own = there[found.matches[0].plan[:, there].argmax(axis=1)]
    labels = [own[areas]]
    for number, (part, match) in enumerate(zip(parts, found.matches, strict=True)):
        renamed = own[here[match.plan[here].argmax(axis=0)]]
        if number == 0:
            renamed[own[here]] = own[here]
        labels.append(renamed[part])
    return labels


def _paint(labels: Labels) -> NDArray[np.float32]:
    """Return labels (H, W) as a picture (H, W, 3)."""
    return (COLORS[labels % len(COLORS)] / np.float32(255)).astype(np.float32)
