"""Streams of blocks, and how long sounds are cut into segments that are processed with context.

Long recordings are never held as a whole.  They arrive as *blocks* of any sizes and are processed in
*segments*.  A filter, a network or a transform that looks at neighboring samples gives each segment the same
result as the whole recording would have, if the segment comes with enough *context* on both sides:

    begin      start              stop       end
      |context |      segment      | context |

There are three tools, and the first two go together:

- :func:`plan_segments` says where the segments of a known length lie (samples, frames of a spectrogram, …);
- :class:`SlidingWindow` gives any part of a stream, as long as parts are asked for from left to right;
- :func:`cut_segments` does both for a stream of unknown length that is embedded in silence.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Block = NDArray[np.float32]
"""A part of a sound: (samples,), or (channels, samples)."""


class Segment(NamedTuple):
    """Where a segment lies in the whole: ``start`` to ``stop``, and with its context ``begin`` to ``end``.

    Attributes:
        start: its first position.
        stop: the position after its last.
        begin: the first position of the context before it; equal to ``start`` if there is none.
        end: the position after the context behind it; equal to ``stop`` if there is none.
    """

    start: int
    stop: int
    begin: int
    end: int

    @property
    def core(self) -> slice:
        """The segment's own part of an array that holds ``begin`` to ``end``."""
        return slice(self.start - self.begin, self.stop - self.begin)


def plan_segments(
    total: int, length: int, context: int = 0, *, first: int = 0, last: int | None = None, merge: bool = False
) -> Iterator[Segment]:
    """Yield the segments that together cover ``first`` to ``last`` of a whole of ``total`` positions.

    Args:
        total: length of the whole; no context reaches beyond its ends.
        length: of a segment; the last one may be shorter.
        context: positions on both sides of a segment, fewer at the ends of the whole.
        first: where the first segment starts.
        last: where the last segment stops; None is the end of the whole.
        merge: whether a last segment of at most half the length is joined to the one before it.

    Example:
        >>> [tuple(segment) for segment in plan_segments(10, 4, context=1)]
        [(0, 4, 0, 5), (4, 8, 3, 9), (8, 10, 7, 10)]
        >>> [tuple(segment)[:2] for segment in plan_segments(10, 4, merge=True)]
        [(0, 4), (4, 10)]
    """
    last = total if last is None else last
    starts = list(range(first, last, length))
    if not starts:
        return
    if merge and len(starts) > 1 and last - starts[-1] <= length // 2:
        starts.pop()
    for start, stop in zip(starts, [*starts[1:], last], strict=True):
        yield Segment(start, stop, max(0, start - context), min(total, stop + context))


class SlidingWindow:
    """Any part of a stream, as long as the parts are asked for from left to right.

    Only what may still be asked for is kept in memory.

    Args:
        blocks: (n,) or (channels, n), of any lengths; taken only as they are needed.

    Example:
        >>> window = SlidingWindow(np.arange(n, n + 3, dtype=np.float32) for n in (0, 3, 6))
        >>> window.read(0, 4).tolist(), window.read(3, 7).tolist(), window.read(7, 12).tolist()
        ([0.0, 1.0, 2.0, 3.0], [3.0, 4.0, 5.0, 6.0], [7.0, 8.0])
    """

    def __init__(self, blocks: Iterable[NDArray[np.floating]]) -> None:
        self._blocks = iter(blocks)
        self._kept: list[Block] = []
        self._begin = self._end = 0

    def read(self, begin: int, end: int) -> Block:
        """Return a copy of samples ``begin`` to ``end``, fewer at the stream's end, and forget all before.

        Raises:
            ValueError: ``begin`` lies before that of the last call; those samples are forgotten.
        """
        if begin < self._begin:
            raise ValueError(f"samples before {self._begin} are forgotten; {begin} was asked for")
        while self._end < end and (block := next(self._blocks, None)) is not None:
            self._kept.append(block.astype(np.float32, copy=False))
            self._end += block.shape[-1]
        if not self._kept:
            return np.zeros(0, np.float32)
        kept = np.concatenate(self._kept, axis=-1)[..., begin - self._begin :]
        self._kept, self._begin = [kept], min(begin, self._end)
        return kept[..., : max(0, end - begin)].copy()


def cut_segments(
    blocks: Iterable[NDArray[np.floating]], context: int, length: int, hop: int
) -> Iterator[tuple[Block, int]]:
    """Cut a stream of unknown length, embedded in silence, into segments of whole frames with context.

    A sound of N samples has ⌊N / hop⌋ + 1 frames, frame t at sample t · hop.

    Args:
        blocks: mono blocks (n,).
        context: frames of sound or silence on both sides of every segment.
        length: frames of a segment; the last one may be shorter.
        hop: samples from one frame to the next.

    Yields:
        The samples ((frames + 2 · context) · hop,), float32, and the number of frames.

    Example:
        >>> [(len(wave), frames) for wave, frames in cut_segments([np.ones(50)], context=1, length=4, hop=10)]
        [(60, 4), (40, 2)]
    """
    size, step = (length + 2 * context) * hop, length * hop
    waiting = np.zeros(context * hop, np.float32)
    given = total = 0
    for block in blocks:
        total += block.size
        waiting = np.concatenate([waiting, block.astype(np.float32, copy=False)])
        while len(waiting) >= size:
            yield waiting[:size], length
            given += length
            waiting = waiting[step:]
    frames = total // hop + 1
    waiting = np.pad(waiting, (0, size + step))
    while given < frames:
        count = min(length, frames - given)
        yield waiting[: (count + 2 * context) * hop], count
        given += count
        waiting = waiting[step:]


def mark_last(items: Iterable[T]) -> Iterator[tuple[T, bool]]:
    """Yield every item with whether it is the last one.

    Example:
        >>> list(mark_last("abc"))
        [('a', False), ('b', False), ('c', True)]
    """
    iterator = iter(items)
    previous = next(iterator, None)
    for item in iterator:
        assert previous is not None
        yield previous, False
        previous = item
    if previous is not None:
        yield previous, True
