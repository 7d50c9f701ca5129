"""What each picture file format can hold, so that a mistake is found before any work is done."""

from dataclasses import dataclass
from pathlib import Path

from audiostyle.errors import PictureWriteError


@dataclass(frozen=True)
class Format:
    """One format that we write: its suffixes (the usual one first) and its limits.

    ``deep`` formats hold 16 bits a channel, the others 8; ``max_side`` is in pixels.
    """

    name: str
    suffixes: tuple[str, ...]
    deep: bool = False
    alpha: bool = True
    max_side: int = 2**31 - 1


_FORMATS = (
    Format("PNG", (".png",), deep=True),
    Format("JPEG", (".jpg", ".jpeg"), alpha=False, max_side=65_500),
    Format("WEBP", (".webp",), max_side=16_383),
    Format("TIFF", (".tif", ".tiff"), deep=True),
)
FORMATS = {format.name: format for format in _FORMATS}
_BY_SUFFIX = {suffix: format for format in _FORMATS for suffix in format.suffixes}

WRITTEN = frozenset(_BY_SUFFIX)
"""Suffixes of pictures that can be written."""

READ = WRITTEN | {".avif", ".bmp", ".gif", ".j2k", ".jfif", ".jp2", ".mpo", ".pgm", ".ppm"}
"""Suffixes by which pictures are found in a folder; what a file holds is told by its first bytes."""

DECODERS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "AVIF", "JPEG2000")
"""Pillow's names of what is read.  Not all that Pillow knows: some would run other programs."""


def format_of(path: str | Path, format: str | None = None) -> Format:
    """The format named ``format``, or without it the one of the path's suffix.

    >>> format_of("photo.JPG").name, format_of("-", "TIFF").suffixes
    ('JPEG', ('.tif', '.tiff'))

    Raises `PictureWriteError` for one that is not written; the message lists those that are.
    """
    found = FORMATS.get(format.upper()) if format else _BY_SUFFIX.get(Path(path).suffix.lower())
    if found is None:
        asked = f"format {format!r}" if format else f"suffix {Path(path).suffix!r}"
        raise PictureWriteError(f"{path}: cannot write {asked}; use one of {', '.join(_BY_SUFFIX)}")
    return found


def check(path: str | Path, format: Format, size: tuple[int, int], alpha: bool) -> None:
    """Raise `PictureWriteError` unless a file of this format can hold such a picture.

    ``size`` is (height, width); ``alpha``: some of it is transparent.
    """
    if alpha and not format.alpha:
        problem = "has no transparency"
    elif max(size) > format.max_side:
        problem = f"holds at most {format.max_side} pixels a side, not {max(size)}"
    else:
        return
    raise PictureWriteError(f"{path}: {format.name} {problem}; write .png or .tif instead")
