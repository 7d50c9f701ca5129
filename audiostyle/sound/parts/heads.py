"""Files that ffmpeg decodes and that were joined: where each begins, by the bytes that its kind begins with.

Of joined files ffmpeg reads the first alone, mostly without a word.  What is looked for is so long, or so
plain in what surrounds it, that compressed sound does not contain it by chance.
"""

from __future__ import annotations

import os
import re
from typing import IO

from audiostyle.sound.parts.movie import find_movies
from audiostyle.sound.parts.view import Stretch

_HEADS = (
    re.compile(rb"\x1aE\xdf\xa3.{1,40}?(?:matroska|webm)", re.DOTALL),
    re.compile(rb"FLV\x01[\x00-\x05]\x00\x00\x00\x09"),
    re.compile(rb"TTA1[\x01\x02]\x00[\x01-\x08]\x00[\x08-\x20]\x00...\x00", re.DOTALL),
    re.compile(rb"caff\x00\x01\x00\x00desc"),
    re.compile(rb"DSD \x1c\x00{7}"),
    re.compile(re.escape(bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"))),  # ASF: WMA, WMV
    re.compile(rb"wvpk.{4}.\x04.{6}\x00{4}.{4}.[\x08-\x0f\x18-\x1f].", re.DOTALL),  # WavPack's first blocks
)
_LONGEST_HEAD = 64
_STEP = 1 << 20
_MOST_PARTS = 1000


def find_joined(file: IO[bytes]) -> list[Stretch]:
    """Return where in a file each of those lies that were joined; nothing if it is a single one.

    Args:
        file: open for reading; its position changes.

    Example:
        >>> import io
        >>> head = b"FLV\\x01\\x05\\0\\0\\0\\x09"
        >>> find_joined(io.BytesIO(head + bytes(91) + head)), find_joined(io.BytesIO(head))
        ([(0, 100), (100, 109)], [])
    """
    movies = find_movies(file)
    if movies:
        return movies if len(movies) > 1 else []
    file.seek(0)
    first = file.read(_LONGEST_HEAD)
    head = next((head for head in _HEADS if head.match(first)), None)
    if head is None:
        return []
    size = file.seek(0, os.SEEK_END)
    starts: list[int] = []
    for position in range(0, size, _STEP):
        file.seek(position)
        data = file.read(_STEP + _LONGEST_HEAD)
        starts += [position + match.start() for match in head.finditer(data) if match.start() < _STEP]
    return list(zip(starts, [*starts[1:], size], strict=True)) if 1 < len(starts) <= _MOST_PARTS else []
