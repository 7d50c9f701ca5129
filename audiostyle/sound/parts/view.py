"""A file that is made of stretches of another one, so that a decoder meets only what belongs together."""

from __future__ import annotations

import io
import os
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import IO

Stretch = tuple[int, int]
"""Where a stretch of a file begins, and where it ends (exclusive), in bytes."""


class View(io.RawIOBase):
    """Bytes that stand for a file: stretches of a real one, and made-up ones (a mended header, say) between.

    Nothing is copied, so a view of an hour costs no more than a view of a second.

    Args:
        file: what the stretches lie in; it must stay open as long as the view is used.
        pieces: bytes, or stretches of the file, in the order in which they are to be read.

    Example:
        >>> view = View(io.BytesIO(b"0123456789"), [b"<", (2, 5), b"|", (8, 10)])
        >>> view.read(), view.seek(-3, os.SEEK_END), view.read(2)
        (b'<234|89', 4, b'|8')
    """

    def __init__(self, file: IO[bytes], pieces: Sequence[bytes | Stretch]) -> None:
        self._file = file
        self._pieces = list(pieces)
        sizes = [len(piece) if isinstance(piece, bytes) else piece[1] - piece[0] for piece in self._pieces]
        self._starts = list(accumulate(sizes, initial=0))
        self._position = 0
        self.size = self._starts[-1]

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position, and return it."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer as far as there are bytes, and return how many that were.

        What the disk cannot give ends the file there: decoders call this from C, where no exception passes.
        """
        target, done = memoryview(buffer).cast("B"), 0
        while done < len(target) and self._position < self.size:
            got = self._read_within_piece(target[done:])
            if not got:
                break
            done += got
            self._position += got
        return done

    def _read_within_piece(self, target: memoryview) -> int:
        index = bisect_right(self._starts, self._position) - 1
        within = self._position - self._starts[index]
        count = min(len(target), self._starts[index + 1] - self._position)
        piece = self._pieces[index]
        if isinstance(piece, bytes):
            target[:count] = piece[within : within + count]
            return count
        try:
            self._file.seek(piece[0] + within)
            data = self._file.read(count)
        except OSError:
            return 0
        target[: len(data)] = data
        return len(data)
