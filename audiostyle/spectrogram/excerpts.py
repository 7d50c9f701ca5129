"""Some of a recording of any length, in memory that does not depend on it: what statistics are taken from."""

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor

RUNS = 16
SECONDS = 2.5
"""Of a run.  A recording of up to ``RUNS · SECONDS`` is kept whole; of a longer one at least half as much."""


class ContentExcerpts:
    """Runs of a recording, evenly spread over what has been heard of it; :attr:`waves` has them.

    Args:
        sample_rate: Hz.
    """

    def __init__(self, sample_rate: int) -> None:
        self._size, self._every, self._heard = round(SECONDS * sample_rate), 1, 0
        self._kept: dict[int, list[Tensor]] = {}

    def hearing(self, blocks: Iterable[Tensor]) -> Iterator[Tensor]:
        """Pass on blocks (n,), and keep some of them on the way."""
        for block in blocks:
            self._hear(block)
            yield block

    @property
    def waves(self) -> list[Tensor]:
        """The runs (n,), in order; neighbours are joined."""
        joined: list[list[Tensor]] = []
        before = None
        for number in sorted(self._kept):
            if before is None or number != before + 1:
                joined.append([])
            joined[-1] += self._kept[number]
            before = number
        return [torch.cat(pieces) for pieces in joined]

    def _hear(self, block: Tensor) -> None:
        while len(block):
            number, inside = divmod(self._heard, self._size)
            piece, block = block[: self._size - inside], block[self._size - inside :]
            if number % self._every == 0:
                self._kept.setdefault(number, []).append(piece.clone())
            if len(self._kept) > RUNS:
                self._every *= 2
                self._kept = {n: run for n, run in self._kept.items() if n % self._every == 0}
            self._heard += len(piece)
