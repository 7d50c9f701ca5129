"""A source that can be listened to more than once: its sound, its mono downmix, its parts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import tee
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from audiostyle.sound.reading import AudioReader
from audiostyle.sound.resampling import Resampler
from audiostyle.sound.stereo_balance import apply_gains, channel_gains, overlap

T = TypeVar("T")

_BLOCK_SECONDS = 4
_BALANCE_HOP = 1024  # samples between two readings of the stereo balance


class BlockSource(Protocol):
    """What gives a sound from its start as blocks (channels, n), as often as it is asked."""

    def blocks(self, frames: int) -> Iterator[np.ndarray]: ...


@dataclass(frozen=True)
class ArraySource:
    """An array (channels, n) in place of a file."""

    wave: np.ndarray

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """Yield it ``frames`` at a time."""
        for start in range(0, self.wave.shape[1], frames):
            yield self.wave[:, start : start + frames]


class SharedSource:
    """A source in one pass for two listeners: what one of them has not heard yet is kept.

    A file has one place at which it is read, so two that read in turns would each miss what the other gets.
    """

    def __init__(self, source: BlockSource, frames: int) -> None:
        self._copies = list(tee(source.blocks(frames)))

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """Return the blocks, of the size that was asked for at first; twice, then there are no more."""
        return self._copies.pop()


class Recording:
    """A recording of ``channels`` at ``sample_rate``, streamed from ``source``; with ``keep_drums``, split.

    Then the harmonic part is what is listened to and the percussive part is kept for later.
    """

    def __init__(
        self, source: BlockSource, sample_rate: int, channels: int, *, keep_drums: bool = False
    ) -> None:
        self.source, self.sample_rate, self.channels, self.keep_drums = (
            source,
            sample_rate,
            channels,
            keep_drums,
        )
        self.samples = 0  # a channel; known once the whole of it has been listened to
        # Whole hops of the balance, so that blocks can be cut anywhere between two of them.
        self.block = _BALANCE_HOP * max(1, _BLOCK_SECONDS * sample_rate // _BALANCE_HOP)

    def parts(self) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
        """Yield (what is worked on, the drums or None) of the whole recording, block by block."""
        if not self.keep_drums:
            yield from ((block, None) for block in self.source.blocks(self.block))
            return
        from audiostyle.sound.percussion import HarmonicPercussive  # with scipy: a quarter of a second

        separation = HarmonicPercussive(self.channels, self.sample_rate)
        for block, last in mark_last(self.source.blocks(self.block)):
            yield separation.process(block, last)

    def listened(self, rate: int) -> Iterator[np.ndarray]:
        """Yield the mono downmix of what is worked on, (n,) at ``rate`` Hz."""
        resampler = Resampler(self.sample_rate, rate, 1)
        samples = 0
        for (block, _), last in mark_last(self.parts()):
            samples += block.shape[1]
            yield resampler.process(block.mean(axis=0, keepdims=True), last)[0]
        self.samples = samples

    def balanced(
        self, mono: Iterable[np.ndarray]
    ) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
        """Spread a mono stream over the channels as the source's sound is spread.

        Args:
            mono: blocks (n,) at the recording's rate, together as long as the recording.

        Yields:
            (the spread stream, the dry source, the drums or None), each (channels, n).
        """
        margin = overlap(_BALANCE_HOP, self.sample_rate)
        stream = _Fifo(mono)
        for before, block, after, drums in _with_neighbours(self._whole_blocks(), margin):
            around = np.concatenate([before, block, after], axis=1)
            gains = channel_gains(around, _BALANCE_HOP, self.sample_rate)
            start, size = before.shape[1], block.shape[1]
            padded = np.pad(stream.take(size), (start, after.shape[1]))
            yield apply_gains(padded, gains, _BALANCE_HOP)[:, start : start + size], block, drums

    def _whole_blocks(self) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
        """Yield :meth:`parts` cut at multiples of :attr:`block`, as the separation does not."""
        waiting = [np.zeros((self.channels, 0), np.float32)] * (2 if self.keep_drums else 1)
        for (block, drums), last in mark_last(self.parts()):
            pieces = [block] if drums is None else [block, drums]
            waiting = [np.concatenate([a, b], axis=1) for a, b in zip(waiting, pieces, strict=True)]
            while waiting[0].shape[1] >= self.block or (last and waiting[0].shape[1]):
                now = [part[:, : self.block] for part in waiting]
                waiting = [part[:, self.block :] for part in waiting]
                yield now[0], None if drums is None else now[1]


class _Fifo:
    """Blocks (n,) in, any number of samples out."""

    def __init__(self, blocks: Iterable[np.ndarray]) -> None:
        self.blocks, self.waiting = iter(blocks), np.zeros(0, np.float32)

    def take(self, size: int) -> np.ndarray:
        pieces = [self.waiting]
        missing = size - self.waiting.size
        while missing > 0:
            pieces.append(next(self.blocks))
            missing -= pieces[-1].size
        joined = np.concatenate(pieces)
        self.waiting = joined[size:]
        return joined[:size]


def mark_last(items: Iterable[T]) -> Iterator[tuple[T, bool]]:
    """Yield every item with whether it is the last."""
    iterator = iter(items)
    previous = next(iterator, None)
    for item in iterator:
        assert previous is not None
        yield previous, False
        previous = item
    if previous is not None:
        yield previous, True


def _with_neighbours(
    blocks: Iterable[tuple[np.ndarray, np.ndarray | None]], margin: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]]:
    """Yield (up to ``margin`` samples before, block, up to ``margin`` after, its drums)."""
    before: np.ndarray | None = None
    held: tuple[np.ndarray, np.ndarray | None] | None = None
    for following in _ended(blocks):
        if held is not None:
            block, drums = held
            empty = block[:, :0]
            after = empty if following is None else following[0][:, :margin]
            yield empty if before is None else before, block, after, drums
            before = block[:, -margin:]
        held = following


def _ended(blocks: Iterable[T]) -> Iterator[T | None]:
    yield from blocks
    yield None


def read_mono(path: str | Path, rate: int) -> np.ndarray:
    """Return a whole file mixed to mono at ``rate`` Hz, (n,); raises AudioReadError.

    It is mixed while it is read: two channels are never held.
    """
    with AudioReader(path) as reader:
        recording = Recording(reader, reader.info.sample_rate, reader.info.channels)
        return np.concatenate(list(recording.listened(rate)))
