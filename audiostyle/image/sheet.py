"""Pictures side by side with a name above each, for comparing them at a glance."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

SIDE = 768
"""Pictures are shrunk to fit a square of this many pixels, and tiny ones enlarged, by whole steps."""

_TINY = 96
_GAP = 12
_PAPER, _INK = (250, 250, 250), (30, 30, 30)
_FONT_SIZE = 20


def sheet(
    panels: Sequence[tuple[str, NDArray[np.float32]]], *, columns: int = 2, side: int = SIDE
) -> NDArray[np.float32]:
    """Lay out ``panels``, (name, picture (H, W, 3) in [0, 1]), row by row.

    Returns a picture (H, W, 3) in [0, 1].
    """
    font = ImageFont.load_default(_FONT_SIZE)
    pictures = [_fitted(picture, side) for _, picture in panels]
    cell = max(
        max(picture.width for picture in pictures),
        *(round(font.getlength(name)) for name, _ in panels),
    )
    caption = _FONT_SIZE + _GAP
    rows = [range(first, min(first + columns, len(panels))) for first in range(0, len(panels), columns)]
    heights = [caption + max(pictures[index].height for index in row) for row in rows]
    across = min(columns, len(panels))
    size = (across * (cell + _GAP) + _GAP, sum(heights) + _GAP * (len(rows) + 1))
    paper = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(paper)
    top = _GAP
    for row, height in zip(rows, heights, strict=True):
        for column, index in enumerate(row):
            left = _GAP + column * (cell + _GAP)
            draw.text((left, top), panels[index][0], fill=_INK, font=font)
            paper.paste(pictures[index], (left, top + caption))
        top += height + _GAP
    return np.asarray(paper, np.float32) / np.float32(255)


def _fitted(picture: NDArray[np.float32], side: int) -> Image.Image:
    image = Image.fromarray(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8))
    longest = max(image.size)
    if longest <= _TINY:
        times = _TINY // longest
        return image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
    if longest <= side:
        return image
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)
