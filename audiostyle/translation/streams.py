"""Streams of mono blocks, read in sizes of one's own."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


class BlockReader:
    """A stream of blocks that is read in other sizes; after its end there is silence.

    Args:
        blocks: (n,) each.

    Example:
        >>> reader = BlockReader(iter([np.ones(3, np.float32), np.ones(1, np.float32)]))
        >>> reader.read(2).tolist(), reader.read(4).tolist()
        ([1.0, 1.0], [1.0, 1.0, 0.0, 0.0])
    """

    def __init__(self, blocks: Iterator[NDArray[np.float32]]) -> None:
        self._blocks, self._rest = blocks, np.zeros(0, np.float32)

    def read(self, count: int) -> NDArray[np.float32]:
        """Return the next ``count`` samples."""
        parts, got = [self._rest], len(self._rest)
        while got < count:
            block = next(self._blocks, None)
            block = np.zeros(count - got, np.float32) if block is None else block
            parts.append(block)
            got += len(block)
        joined = np.concatenate(parts)
        self._rest = joined[count:]
        return joined[:count]
