"""Samples that wait on the disk until the whole recording is known."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np


class Spool:
    """Float32 blocks ``(channels, n)`` put down one after another and then taken back, in constant memory.

    The file has no name on systems that allow it, so even a killed process leaves nothing behind.
    """

    def __init__(self, folder: Path, channels: int) -> None:
        self._channels = channels
        self._file = tempfile.TemporaryFile(dir=folder, prefix=".audiostyle-")  # noqa: SIM115  see close()

    def append(self, block: np.ndarray) -> None:
        """Put down one more block.  Raises `OSError` when the disk is full."""
        self._file.write(np.ascontiguousarray(block.T, dtype=np.float32).data)

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """All samples from the first, ``frames`` at a time."""
        self._file.seek(0)
        while data := self._file.read(4 * frames * self._channels):
            yield np.frombuffer(data, np.float32).reshape(-1, self._channels).T

    def close(self) -> None:
        """Delete the file."""
        self._file.close()
