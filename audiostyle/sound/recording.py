"""A source that can be listened to more than once: its sound, its mono downmix, its parts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import tee
from pathlib import Path
from typing import Protocol

import numpy as np

from audiostyle.sound.blocks import SlidingWindow, mark_last
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.resampling import Resampler
from audiostyle.sound.stereo_balance import apply_gains, channel_gains, overlap

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
        source, stream, start = SlidingWindow(self._stack_parts()), SlidingWindow(mono), 0
        while True:
            begin = max(0, start - margin)
            seen = source.read(begin, start + self.block + margin)
            middle = slice(start - begin, start - begin + self.block)
            block = seen[:, middle]
            if not block.size:
                return
            size = block.shape[1]
            gains = channel_gains(seen[: self.channels], _BALANCE_HOP, self.sample_rate)
            around = (middle.start, seen.shape[1] - middle.start - size)
            wet = apply_gains(np.pad(stream.read(start, start + size), around), gains, _BALANCE_HOP)
            drums = block[self.channels :] if self.keep_drums else None
            yield wet[:, middle], block[: self.channels], drums
            start += size

    def _stack_parts(self) -> Iterator[np.ndarray]:
        """Yield :meth:`parts` as one array a block: the channels to process, then those of the drums."""
        for block, drums in self.parts():
            yield block if drums is None else np.concatenate([block, drums])


def read_mono(path: str | Path, rate: int) -> np.ndarray:
    """Return a whole file mixed to mono at ``rate`` Hz, (n,); raises AudioReadError.

    It is mixed while it is read: two channels are never held.
    """
    with AudioReader(path) as reader:
        recording = Recording(reader, reader.info.sample_rate, reader.info.channels)
        return np.concatenate(list(recording.listened(rate)))
