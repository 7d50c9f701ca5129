"""Contact sheets: pictures side by side with a name above each, for comparing them at a glance."""

import math
from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

SIDE = 768
"""Pictures are shrunk to fit into a square of so many pixels a side."""

_TINY = 96  # pixels: pictures with a shorter long side are enlarged, by a whole factor
_GAP = 12  # pixels between pictures and around them
_PAPER, _INK = (250, 250, 250), (30, 30, 30)  # RGB of 255
_FONT_SIZE = 20  # pixels
_CAPTION = _FONT_SIZE + _GAP  # pixels above each picture, for its name


Panel = tuple[str, NDArray[np.float32]]
"""A name and a picture (H, W, 3) in [0, 1], or with alpha (H, W, 4), through which the paper is seen."""


def make_sheet(rows: Sequence[Sequence[Panel]], *, side: int = SIDE) -> NDArray[np.float32]:
    """Lay out panels in rows and columns.

    Args:
        rows: panels of each row; rows may be of different lengths.
        side: of the square into which larger pictures are shrunk, in pixels.

    Returns:
        The sheet, a picture (H, W, 3) in [0, 1].

    Example:
        >>> make_sheet([[("black", np.zeros((100, 100, 3), np.float32))]]).shape
        (156, 124, 3)
    """
    font = ImageFont.load_default(_FONT_SIZE)
    cells = [[(name, _resize(picture, side)) for name, picture in row] for row in rows]
    widths = [
        max(max(picture.width, math.ceil(font.getlength(name))) for name, picture in column if picture)
        for column in zip_longest(*cells, fillvalue=("", None))
    ]
    heights = [_CAPTION + max(picture.height for _, picture in row) for row in cells]
    size = (sum(widths) + _GAP * (len(widths) + 1), sum(heights) + _GAP * (len(heights) + 1))
    paper = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(paper)
    top = _GAP
    for row, height in zip(cells, heights, strict=True):
        left = _GAP
        for (name, picture), width in zip(row, widths, strict=False):
            draw.text((left, top), name, fill=_INK, font=font)
            paper.paste(picture, (left, top + _CAPTION))
            left += width + _GAP
        top += height + _GAP
    return np.asarray(paper, np.float32) / np.float32(255)


def _resize(picture: NDArray[np.float32], side: int) -> Image.Image:
    """Shrink a picture to fit into a square, or enlarge a tiny one so that it can be seen."""
    image = Image.fromarray(np.rint(np.clip(_lay_on_paper(picture), 0, 1) * 255).astype(np.uint8))
    longest = max(image.size)
    if longest <= _TINY:
        times = _TINY // longest
        return image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
    if longest <= side:
        return image
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _lay_on_paper(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a picture (H, W, 3) with the color of the paper where it is transparent."""
    if picture.shape[2] == 3:
        return picture
    color, alpha = picture[..., :3], picture[..., 3:]
    paper = np.array(_PAPER, np.float32) / np.float32(255)
    return (np.where(alpha > 0, color, 0) * alpha + (1 - alpha) * paper).astype(np.float32, copy=False)
