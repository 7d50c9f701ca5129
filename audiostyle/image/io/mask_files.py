"""Masks from files: their labels or colors, as they were painted.

What labels mean is in :mod:`audiostyle.image.masks`.
"""

import logging
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import PictureReadError
from audiostyle.image.io.exif import get_orientation, rotate_upright
from audiostyle.image.io.files import MAX_PIXELS, decode_file, get_name

log = logging.getLogger(__name__)


def read_mask(path: str | Path, *, max_pixels: int = MAX_PIXELS) -> NDArray[np.uint16] | NDArray[np.uint8]:
    """Read a mask for `audiostyle.image.masks`.

    It is upright, as its EXIF orientation says; color profiles are ignored.  One that was compressed with
    loss has the few colors again that it was painted in, as far as they can be told.

    Args:
        path: of the file; ``-`` is standard input.
        max_pixels: larger masks are refused.

    Returns:
        Labels uint16 (H, W) from a gray picture without loss; colors uint8 (H, W, 3) from any other, with
        alpha (H, W, 4) where some of it is transparent.

    Raises:
        PictureReadError: as `read_picture`; or the mask is CMYK.

    Example:
        >>> import tempfile
        >>> from audiostyle.image.io.files import PictureFile, write_picture
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_picture(f"{folder}/a.png", PictureFile(np.ones((1, 1, 3), np.float32)))
        ...     read_mask(f"{folder}/a.png").tolist()
        [[[255, 255, 255]]]
    """
    found = decode_file(path, max_pixels)
    color = rotate_upright(found.color, get_orientation(found.exif))
    if color.shape[2] == 4:
        raise PictureReadError(f"{get_name(path)}: is CMYK, which no mask can be; paint it in RGB")
    transparent = found.alpha is not None and bool((found.alpha < 0.5).any())
    if color.shape[2] == 1 and not transparent and not found.lossy:
        return np.rint(color[..., 0] * (2**found.bits - 1)).astype(np.uint16)
    colors = np.rint(color * 255).astype(np.uint8)
    if color.shape[2] == 1:
        colors = colors.repeat(3, axis=2)
    if found.lossy:
        colors = _restore_colors(colors, get_name(path))
    if found.alpha is None or not transparent:
        return colors
    alpha = rotate_upright(found.alpha, get_orientation(found.exif))
    return np.concatenate([colors, np.rint(alpha * 255).astype(np.uint8)[..., None]], axis=2)


def _restore_colors(colors: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
    """Return a mask in the colors that it was painted in, before compression changed them, and say so."""
    from audiostyle.image.palette import clean_colors  # scipy takes a while, and most masks need it not

    painted = clean_colors(colors)
    if (painted != colors).any():
        codes = painted.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)  # quicker to sort
        count = len(np.unique(codes))
        log.warning("%s: compression has blurred its colors; taken for %d plain ones", name, count)
    return painted
