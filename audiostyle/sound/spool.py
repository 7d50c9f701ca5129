"""Samples that wait, on the disk if they are many, until the whole recording is known."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

_IN_MEMORY = 1 << 24  # bytes: a minute and a half of stereo


class Spool:
    """A file of float32 blocks that are appended one after another and then read back, in constant memory.

    What is short stays in memory.  The file has no name on systems that allow it, so that not even a killed
    process leaves it behind.

    Args:
        folder: where the file lies; None is the system's folder for temporary files.
        channels: of all blocks.

    Example:
        >>> spool = Spool(Path(tempfile.gettempdir()), channels=1)
        >>> spool.append(np.zeros((1, 5)))
        >>> [block.shape for block in spool.blocks(3)]
        [(1, 3), (1, 2)]
        >>> spool.close()
    """

    def __init__(self, folder: Path | None, channels: int) -> None:
        self._channels = channels
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115  see close()
            _IN_MEMORY, dir=None if folder is None else str(folder), prefix=".audiostyle-"
        )

    def append(self, block: np.ndarray) -> None:
        """Append one block (channels, n).

        Raises:
            OSError: the disk is full.
        """
        self._file.write(np.ascontiguousarray(block.T, dtype=np.float32).data)

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """Yield all samples from the first on as (channels, frames); the last block may be shorter."""
        self._file.seek(0)
        while data := self._file.read(4 * frames * self._channels):
            yield np.frombuffer(data, np.float32).reshape(-1, self._channels).T

    def close(self) -> None:
        """Delete the file."""
        self._file.close()
