"""A recording that can be streamed several times: its mono downmix, its drums, its stereo balance.

Everything that changes a recording works on its mono downmix.  What is wanted from the channels afterwards is
their *balance*: how loud each of them is beside the others at every moment.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import tee
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError
from audiostyle.sound.blocks import Block, SlidingWindow, mark_last
from audiostyle.sound.clipping import ClippingMeter
from audiostyle.sound.downmix import Downmixer
from audiostyle.sound.offset import OffsetRemover
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.resampling import Resampler
from audiostyle.sound.stereo_balance import apply_balance, compute_context, measure_balance

_BLOCK_SECONDS = 4
_BALANCE_HOP = 1024  # samples from one measurement of the stereo balance to the next


class BlockSource(Protocol):
    """Anything that gives a sound from its start, block by block, as often as it is asked."""

    def blocks(self, frames: int) -> Iterator[Block]:
        """Yield the whole sound as float32 (channels, frames); the last block may be shorter."""


@dataclass(frozen=True)
class ArraySource:
    """An array in place of a file.

    Attributes:
        wave: (channels, samples) float32.

    Example:
        >>> [block.shape for block in ArraySource(np.zeros((2, 10), np.float32)).blocks(4)]
        [(2, 4), (2, 4), (2, 2)]
    """

    wave: Block

    def blocks(self, frames: int) -> Iterator[Block]:
        """Yield the array in blocks (channels, frames)."""
        for start in range(0, self.wave.shape[1], frames):
            yield self.wave[:, start : start + frames]


class SharedSource:
    """A source that two readers share in a single pass; what one has not read yet is kept for it.

    A file is read at one place.  Two readers that take turns would each miss the blocks that the other gets.

    Args:
        source: what is read.
        frames: samples of a block, whatever the readers ask for.
    """

    def __init__(self, source: BlockSource, frames: int) -> None:
        self._copies = list(tee(source.blocks(frames)))

    def blocks(self, frames: int) -> Iterator[Block]:
        """Return the blocks, of the size that was set at first.  It can be called twice."""
        return self._copies.pop()


class Recording:
    """A recording, streamed from a source as often as need be.

    Args:
        source: gives the samples.
        sample_rate: in hertz.
        channels: of the source.
        keep_drums: whether the percussive part is separated.  Then the harmonic part is what everything here
            works on, and the percussive part comes beside it, to be mixed in again at the end.

    Attributes:
        samples: length of a channel; 0 until the whole recording was read once by :meth:`read_mono`.
        cancels: whether the mean of the channels cancels somewhere; None until :meth:`read_mono` found out.
        limits: the lowest and the highest value that samples may have, (2, channels): infinite but where
            peaks were cut off (:mod:`.clipping`); None until the whole recording was read once.
        block: samples of a block.

    Example:
        >>> wave = np.stack([np.ones(8, np.float32), np.zeros(8, np.float32)])
        >>> recording = Recording(ArraySource(wave), sample_rate=44100, channels=2)
        >>> mono = np.concatenate(list(recording.read_mono(44100)))
        >>> mono.tolist() == [0.5] * 8, recording.samples
        (True, 8)
        >>> (restored, original, drums), = recording.restore_balance([mono])
        >>> restored[:, 0].round(2).tolist()
        [1.0, 0.0]
    """

    def __init__(
        self, source: BlockSource, sample_rate: int, channels: int, *, keep_drums: bool = False
    ) -> None:
        self.source = source
        self.sample_rate = sample_rate
        self.channels = channels
        self.keep_drums = keep_drums
        self.samples = 0
        self.cancels: bool | None = None
        self.limits: NDArray[np.float32] | None = None
        # A multiple of the hop, so that between two blocks there is never half a hop of the balance.
        self.block = _BALANCE_HOP * max(1, _BLOCK_SECONDS * sample_rate // _BALANCE_HOP)

    def read_parts(self, *, declipped: bool = False) -> Iterator[tuple[Block, Block | None]]:
        """Yield the sound to work on, and the drums or None, both (channels, n), block by block.

        Args:
            declipped: whether peaks that were cut off are restored, if an earlier pass found out that there
                are any.
        """
        blocks = self._read_source(declipped)
        if not self.keep_drums:
            yield from ((block, None) for block in blocks)
            return
        from audiostyle.sound.percussion import (
            HarmonicPercussiveSeparator,
        )  # with scipy: a quarter of a second

        separator = HarmonicPercussiveSeparator(self.channels, self.sample_rate)
        for block, last in mark_last(blocks):
            yield separator.process(block, last)

    def _read_source(self, declipped: bool) -> Iterator[Block]:
        """Yield the source's blocks; whoever reads them all for the first time finds the limits out."""
        blocks = self.source.blocks(self.block)
        if self.limits is None:
            meter = ClippingMeter(self.channels)
            for block in blocks:
                meter.process(block)
                yield block
            self.limits = meter.find_limits()
        elif declipped and np.isfinite(self.limits).any():
            from audiostyle.sound.declipping import restore_peaks  # with torch

            yield from restore_peaks(blocks, self.sample_rate, self.limits)
        else:
            yield from blocks

    def read_mono(self, rate: int, *, declipped: bool = False) -> Iterator[Block]:
        """Yield the mono downmix of the sound to work on, (n,) at ``rate`` hertz, block by block.

        Offsets are taken away (:mod:`.offset`), and channels in antiphase do not cancel (:mod:`.downmix`).

        Args:
            rate: in hertz.
            declipped: as for :meth:`read_parts`.
        """
        resampler = Resampler(self.sample_rate, rate, 1)
        remover = OffsetRemover(self.channels, self.sample_rate)
        mixer = Downmixer(self.channels, self.sample_rate)
        samples = 0
        for (block, _), last in mark_last(self.read_parts(declipped=declipped)):
            samples += block.shape[1]
            sound = remover.process(block)
            # What an earlier pass found out need not be found out again.
            mono = sound.mean(axis=0) if self.cancels is False else mixer.process(sound, last)
            yield resampler.process(mono[None], last)[0]
        self.samples = samples
        if self.cancels is None:
            self.cancels = mixer.turned

    def restore_balance(self, mono: Iterable[Block]) -> Iterator[tuple[Block, Block, Block | None]]:
        """Spread a mono stream over the channels in the same balance as the recording's sound.

        Args:
            mono: blocks (n,) at the recording's rate, together as long as the recording.

        Yields:
            The spread stream, the sound that the recording has there, and its drums or None, each
            (channels, n).

        Raises:
            ShapeError: the mono stream ends before the recording.
        """
        context = compute_context(_BALANCE_HOP, self.sample_rate)
        source, stream, start = SlidingWindow(self._stack_parts()), SlidingWindow(mono), 0
        while True:
            begin = max(0, start - context)
            seen = source.read(begin, start + self.block + context)
            middle = slice(start - begin, start - begin + self.block)
            block = seen[:, middle]
            size = block.shape[1]
            if not size:
                return
            part = stream.read(start, start + size)
            if part.size < size:
                raise ShapeError(f"the result ends {size - part.size} samples before the recording")
            balance = measure_balance(seen[: self.channels], _BALANCE_HOP, self.sample_rate)
            padded = np.pad(part, (middle.start, seen.shape[1] - middle.start - size))
            spread = apply_balance(padded, balance, _BALANCE_HOP)[:, middle]
            yield spread, block[: self.channels], block[self.channels :] if self.keep_drums else None
            start += size

    def _stack_parts(self) -> Iterator[Block]:
        """Yield :meth:`read_parts` as one array for each block: the sound's channels, then the drums'."""
        for block, drums in self.read_parts():
            yield block if drums is None else np.concatenate([block, drums])


def read_mono(path: str | Path, rate: int) -> Block:
    """Read a whole file as mono.

    It is mixed down while it is read, so that its channels are never held in memory together.

    Args:
        path: any file that :class:`~audiostyle.sound.reading.AudioReader` reads.
        rate: of the result, in hertz.

    Returns:
        (samples,) float32.

    Raises:
        AudioReadError: it cannot be read.

    Example:
        >>> import tempfile
        >>> from audiostyle.sound.writing import AudioWriter
        >>> path = Path(tempfile.mkdtemp(), "a.wav")
        >>> with AudioWriter(path, 8000, channels=2) as writer:
        ...     writer.write(np.full((2, 100), 0.5, np.float32))
        >>> read_mono(path, 16000).shape
        (200,)
    """
    with AudioReader(path) as reader:
        recording = Recording(reader, reader.info.sample_rate, reader.info.channels)
        return np.concatenate(list(recording.read_mono(rate)))
