"""What each format of picture files can hold, so that a mistake is found before any work is done."""

from dataclasses import dataclass
from pathlib import Path

from audiostyle.errors import PictureWriteError


@dataclass(frozen=True)
class PictureFormat:
    """A format that is written, and its limits.

    Attributes:
        name: Pillow's name.
        suffixes: the usual one first.
        deep: whether it holds 16 bits a channel, and not only 8.
        alpha: whether it holds transparency.
        max_side: pixels.
    """

    name: str
    suffixes: tuple[str, ...]
    deep: bool = False
    alpha: bool = True
    max_side: int = 2**31 - 1


_FORMATS = (
    PictureFormat("PNG", (".png",), deep=True),
    PictureFormat("JPEG", (".jpg", ".jpeg"), alpha=False, max_side=65_500),
    PictureFormat("WEBP", (".webp",), max_side=16_383),
    PictureFormat("TIFF", (".tif", ".tiff"), deep=True),
)
FORMATS = {format.name: format for format in _FORMATS}
"""The formats that are written, by name."""
_BY_SUFFIX = {suffix: format for format in _FORMATS for suffix in format.suffixes}

WRITTEN_SUFFIXES = frozenset(_BY_SUFFIX)
"""Suffixes of pictures that can be written."""

READ_SUFFIXES = WRITTEN_SUFFIXES | {".avif", ".bmp", ".gif", ".j2k", ".jfif", ".jp2", ".mpo", ".pgm", ".ppm"}
"""Suffixes by which pictures are found in a folder; what a file holds is told by its first bytes."""

READ_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "AVIF", "JPEG2000")
"""Pillow's names of the formats that are read.  Pillow knows more, but some of them run other programs."""


def find_format(path: str | Path, format: str | None = None) -> PictureFormat:
    """Return the format that is named ``format``, or for None the one of the path's suffix.

    Raises:
        PictureWriteError: the format is not written; the message lists those that are.

    Example:
        >>> find_format("photo.JPG").name, find_format("-", "TIFF").suffixes
        ('JPEG', ('.tif', '.tiff'))
    """
    found = FORMATS.get(format.upper()) if format else _BY_SUFFIX.get(Path(path).suffix.lower())
    if found is None:
        asked = f"format {format!r}" if format else f"suffix {Path(path).suffix!r}"
        raise PictureWriteError(f"{path}: cannot write {asked}; use one of {', '.join(_BY_SUFFIX)}")
    return found


def check_capacity(path: str | Path, format: PictureFormat, size: tuple[int, int], alpha: bool) -> None:
    """Raise `PictureWriteError` unless a file of a format can hold a picture.

    Args:
        path: of the file, for the message.
        format: of the file.
        size: (height, width) of the picture.
        alpha: whether some of the picture is transparent.
    """
    if alpha and not format.alpha:
        problem = "has no transparency"
    elif max(size) > format.max_side:
        problem = f"holds at most {format.max_side} pixels a side, not {max(size)}"
    else:
        return
    raise PictureWriteError(f"{path}: {format.name} {problem}; write .png or .tif instead")
