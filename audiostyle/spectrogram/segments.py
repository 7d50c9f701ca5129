"""A long wave through a method, stretch by stretch, in memory that does not depend on its length."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from audiostyle.spectrogram.inputs import Stylizer

_FADE = 0.05  # seconds over which one stretch gives way to the next


def process_segments(
    stylist: Stylizer,
    blocks: Iterator[np.ndarray],
    samples: int,
    sample_rate: int,
    progress: Callable[[float], None] | None = None,
) -> Iterator[np.ndarray]:
    """Yield the result of a mono wave (samples,) that comes in blocks (n,), a stretch at a time.

    A stretch is heard with its context on both sides; where two meet, they are faded into each other.

    Args:
        progress: called with the seconds that are done.
    """
    source = _Window(blocks)
    fade = min(round(_FADE * sample_rate), (stylist.stretch or samples) // 2)
    tail = np.zeros(0, np.float32)
    for start, stop in _cut_bounds(samples, stylist.stretch):
        begin, faded = max(0, start - stylist.context), min(samples, stop + fade)
        heard = torch.from_numpy(source.take(begin, min(samples, faded + stylist.context)))

        def tell(share: float, start: int = start, stop: int = stop) -> None:
            if progress:
                progress((start + share * (stop - start)) / sample_rate)

        tell(0.0)
        made = stylist(heard, tell).numpy()[start - begin : faded - begin].copy()
        weight = np.linspace(0, 1, tail.size, dtype=np.float32)
        made[: tail.size] = tail + weight * (made[: tail.size] - tail)
        tail = made[stop - start :]
        tell(1.0)
        yield made[: stop - start]


def _cut_bounds(samples: int, stretch: int | None) -> list[tuple[int, int]]:
    """Return (start, stop) of the stretches; a last one of less than half is joined to the one before.

    >>> _bounds(100, 40), _bounds(110, 40), _bounds(7, None)
    ([(0, 40), (40, 100)], [(0, 40), (40, 80), (80, 110)], [(0, 7)])
    """
    if stretch is None:
        return [(0, samples)]
    starts = list(range(0, samples, stretch))
    if len(starts) > 1 and samples - starts[-1] <= stretch // 2:
        starts.pop()
    return list(zip(starts, [*starts[1:], samples], strict=True))


class _Window:
    """Any stretch of a stream, as long as they are asked for in order."""

    def __init__(self, blocks: Iterator[np.ndarray]) -> None:
        self.blocks, self.held, self.origin = blocks, np.zeros(0, np.float32), 0

    def take(self, begin: int, end: int) -> np.ndarray:
        """Return samples ``begin`` to ``end``, and forget what is before."""
        pieces = [self.held]
        reached = self.origin + self.held.size
        while reached < end:
            pieces.append(next(self.blocks))
            reached += pieces[-1].size
        self.held = np.concatenate(pieces)[begin - self.origin :].astype(np.float32, copy=False)
        self.origin = begin
        return self.held[: end - begin].copy()
