"""MP4 and its kin (M4A, MOV, 3GP): files that were joined, of which decoders read the first alone."""

from __future__ import annotations

import os
from typing import IO

from audiostyle.sound.parts.view import Stretch

_MOST_ATOMS = 100_000


def find_movies(file: IO[bytes]) -> list[Stretch]:
    """Return where in a file each MP4 lies; nothing if it is no MP4.

    Args:
        file: open for reading; its position changes.

    Example:
        >>> import io
        >>> movie = bytes.fromhex("00000010") + b"ftyp" + bytes(8) + bytes.fromhex("00000008") + b"moov"
        >>> find_movies(io.BytesIO(2 * movie))
        [(0, 24), (24, 48)]
    """
    size = file.seek(0, os.SEEK_END)
    starts: list[int] = []
    position, has_index = 0, False
    for _ in range(_MOST_ATOMS):
        file.seek(position)
        head = file.read(16)
        if len(head) < 8 or position >= size:
            break
        length, name = int.from_bytes(head[:4], "big"), head[4:8]
        if length == 1 and len(head) == 16:
            length = int.from_bytes(head[8:], "big")
        if name == b"ftyp" and (not starts or has_index):
            starts.append(position)
            has_index = False
        has_index = has_index or name == b"moov"
        if not starts or length < 8:
            break
        position += length
    return list(zip(starts, [*starts[1:], size], strict=True)) if starts else []
