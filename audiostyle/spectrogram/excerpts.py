"""Excerpts of a recording of any length, in limited memory: statistics of the content come from them."""

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor

MAX_RUNS = 16
"""Runs of sound that are kept at most; never less than half as many of a long recording."""

RUN_SECONDS = 2.5
"""Length of a run.  A recording of up to MAX_RUNS · RUN_SECONDS (40 s) is kept whole."""


class ContentExcerpts:
    """Collects runs of a recording, evenly spread over it, while the recording passes by.

    At first every run is kept.  When there are more than :data:`MAX_RUNS`, every second one is dropped, and
    from then on only every second one is kept, and so on.

    Args:
        sample_rate: of the recording, Hz.

    Example:
        >>> excerpts = ContentExcerpts(sample_rate=8000)
        >>> samples = sum(len(block) for block in excerpts.collect([torch.zeros(8000)] * 60))
        >>> samples, len(excerpts.waves), len(excerpts.waves[0])
        (480000, 12, 20000)
    """

    def __init__(self, sample_rate: int) -> None:
        self._size, self._every, self._passed = round(RUN_SECONDS * sample_rate), 1, 0
        self._runs: dict[int, list[Tensor]] = {}

    def collect(self, blocks: Iterable[Tensor]) -> Iterator[Tensor]:
        """Pass on the recording's blocks (n,), and keep copies of some of their samples."""
        for block in blocks:
            self._keep(block)
            yield block

    @property
    def waves(self) -> list[Tensor]:
        """The runs (n,) of what has passed so far, in order; adjacent runs are joined."""
        joined: list[list[Tensor]] = []
        before = None
        for number in sorted(self._runs):
            if before is None or number != before + 1:
                joined.append([])
            joined[-1] += self._runs[number]
            before = number
        return [torch.cat(pieces) for pieces in joined]

    def _keep(self, block: Tensor) -> None:
        while len(block):
            number, inside = divmod(self._passed, self._size)
            piece, block = block[: self._size - inside], block[self._size - inside :]
            if number % self._every == 0:
                self._runs.setdefault(number, []).append(piece.clone())
            if len(self._runs) > MAX_RUNS:
                self._every *= 2
                self._runs = {n: run for n, run in self._runs.items() if n % self._every == 0}
            self._passed += len(piece)
