"""The fast sampler: a song from a WaveNet, in chunks that are made side by side on all cores.

Every sample needs the one before it, but not the one a second earlier: after a receptive field of warm-up a
network that begins with silence is in the middle of things.  So the song is cut into chunks, a dozen and more
of them are the streams of one :class:`.stepping.Streams`, and :mod:`.joints` puts them together.  A chunk's
result depends neither on what is made beside it nor on the number of cores.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from audiostyle.errors import AudiostyleError
from audiostyle.models.wavenet import mulaw
from audiostyle.models.wavenet.network import WAVENET_RATE, WaveNet, WaveNetConfig, check_condition
from audiostyle.models.wavenet.sampling.crossfade import FADE, LAG, Crossfader
from audiostyle.models.wavenet.sampling.gemm import get_panel_width
from audiostyle.models.wavenet.sampling.packing import PackedWeights, pack_network
from audiostyle.models.wavenet.sampling.sampling_noise import check_temperature, draw_uniform
from audiostyle.models.wavenet.sampling.stepping import Streams

Condition = Callable[[int, int], np.ndarray]
"""Called with the first frame and how many; returns them as (count, Z)."""

Progress = Callable[[float, float], None]
"""Called with the seconds of audio done and the seconds in all."""

CHUNK_SECONDS = 2.5
"""Warm-up and joint add an eighth (4 × 10 layers) to that."""

STREAMS = 24
"""Chunks side by side on each core; with more the weights are read less often, but the rings grow."""

_BLOCK = WAVENET_RATE // 10  # samples made between two looks at the progress


@dataclass(frozen=True)
class ChunkPlan:
    """How a song is cut: ``count`` chunks of ``length`` samples, one every ``step``; whole frames."""

    count: int
    length: int
    step: int


def plan_chunks(plan: WaveNetConfig, samples: int, seconds: float) -> ChunkPlan:
    """Return the chunks of a song of ``samples`` samples, one every ``seconds`` (rounded to frames)."""
    step = max(1, round(seconds * WAVENET_RATE / plan.hop)) * plan.hop
    overlap = _round_to_frames(plan, plan.receptive_field + 2 * LAG + FADE)
    if samples <= step + overlap:
        return ChunkPlan(1, _round_to_frames(plan, samples), step)
    return ChunkPlan(-(-(samples - overlap) // step), step + overlap, step)


class Sampler:
    """Makes waves with a network whose weights do not change any more."""

    def __init__(self, network: WaveNet) -> None:
        self.network, self.plan = network, network.plan
        self._folded: dict[int, PackedWeights] = {}
        self._amplitudes = mulaw.decode(torch.arange(mulaw.CODES)).numpy()

    def play(
        self,
        condition: Condition,
        samples: int,
        *,
        temperature: float = 1.0,
        seed: int = 0,
        chunk_seconds: float = CHUNK_SECONDS,
        streams: int = STREAMS,
        progress: Progress | None = None,
    ) -> Iterator[np.ndarray]:
        """Yield a song of ``samples`` samples as blocks (n,), float32 in [−1, 1], 16 kHz.

        Args:
            condition: the frames of the song's code.
            temperature: of the distributions that samples are drawn from; below 1 is safer and duller.
            seed: of the draws.
            chunk_seconds: distance of the chunks.
            streams: how many chunks to make at once on each core; memory grows with it, the result stays.

        Raises:
            AudiostyleError: temperature, chunk_seconds or streams is not above 0.
            ShapeError: the condition does not fit the network.
        """
        check_temperature(temperature)
        if not chunk_seconds > 0 or streams < 1:
            raise AudiostyleError("chunk_seconds and streams must be above 0")
        song = _Song(self.plan, condition, samples, temperature, seed)
        return self._play(song, plan_chunks(self.plan, samples, chunk_seconds), streams, progress)

    def stream(
        self, condition: Condition, samples: int, *, temperature: float = 1.0, seed: int = 0
    ) -> Iterator[np.ndarray]:
        """Yield a song in one go, without chunks and joints, a frame at a time: slower, at once.

        As :meth:`play`, but the first block is there after a frame, and the condition is asked for no frame
        before its time.
        """
        check_temperature(temperature)
        song = _Song(self.plan, condition, samples, temperature, seed)
        return self._stream(song)

    def _stream(self, song: "_Song") -> Iterator[np.ndarray]:
        streams, hop = self._streams(1), self.plan.hop
        for first in range(0, song.samples, hop):
            codes = song.advance(streams, [first], hop)
            yield self._amplitudes[codes[0, : song.samples - first]]

    def _play(
        self, song: "_Song", chunks: ChunkPlan, streams: int, progress: Progress | None
    ) -> Iterator[np.ndarray]:
        joiner, left = Crossfader(chunks.step, self.plan.receptive_field), song.samples
        cores = torch.get_num_threads()
        rounds = _share_out(range(chunks.count), -(-chunks.count // (streams * cores)))
        for together in rounds:
            waves = np.empty((len(together), chunks.length), np.float32)
            for done in self._make(song, chunks, together, cores, waves):
                if progress:
                    share = (together.start + done * len(together)) / chunks.count
                    progress(share * song.samples / WAVENET_RATE, song.samples / WAVENET_RATE)
            for wave in waves:
                block = joiner.add(wave)[:left]
                left -= len(block)
                yield block
        if left:
            yield joiner.finish()[:left]

    def _make(
        self, song: "_Song", chunks: ChunkPlan, together: range, cores: int, waves: np.ndarray
    ) -> Iterator[float]:
        """Fill ``waves`` with the chunks ``together``, a row for each, and yield the share that is done."""
        groups = _share_out(range(len(together)), cores)
        streams = [self._streams(len(group)) for group in groups]
        block = _round_to_frames(self.plan, _BLOCK)

        def advance(number: int, at: int, count: int) -> None:
            group = groups[number]
            first = [together[row] * chunks.step + at for row in group]
            codes = song.advance(streams[number], first, count)
            waves[group.start : group.stop, at : at + count] = self._amplitudes[codes]

        with ThreadPoolExecutor(len(groups), thread_name_prefix="streams") as pool:
            for at in range(0, chunks.length, block):
                count = min(block, chunks.length - at)
                list(pool.map(lambda n, at=at, count=count: advance(n, at, count), range(len(groups))))
                yield (at + count) / chunks.length

    def _streams(self, count: int) -> Streams:
        width = get_panel_width(count)
        if width not in self._folded:
            self._folded[width] = pack_network(self.network, width)
        return Streams(self._folded[width], count)


@dataclass(frozen=True)
class _Song:
    """What is asked for."""

    plan: WaveNetConfig
    condition: Condition
    samples: int
    temperature: float
    seed: int

    def advance(self, streams: Streams, first: list[int], count: int) -> np.ndarray:
        """Return the codes (streams, count) of the samples from ``first`` on, one number a stream."""
        frames = np.stack([self._frames(begin, count) for begin in first])
        draws = np.stack([draw_uniform(self.seed, begin, count) for begin in first])
        return streams.advance(frames, draws, self.temperature)

    def _frames(self, first: int, count: int) -> np.ndarray:
        """Return the frames for ``count`` samples; after the end of the song the last one is held."""
        hop, last = self.plan.hop, (self.samples - 1) // self.plan.hop
        begin, wanted = min(first // hop, last), count // hop
        there = min(wanted, last + 1 - begin)
        frames = np.asarray(self.condition(begin, there), dtype=np.float32)
        check_condition(self.plan, frames.shape, there * hop)
        return np.pad(frames, ((0, wanted - there), (0, 0)), mode="edge")


def _round_to_frames(plan: WaveNetConfig, samples: int) -> int:
    return -(-samples // plan.hop) * plan.hop


def _share_out(numbers: range, parts: int) -> list[range]:
    """Return ``numbers`` in at most ``parts`` ranges whose lengths differ by one at most."""
    parts = max(1, min(parts, len(numbers)))
    bounds = [len(numbers) * part // parts for part in range(parts + 1)]
    return [numbers[low:high] for low, high in pairwise(bounds)]
