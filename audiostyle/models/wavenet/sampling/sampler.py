"""The fast sampler: a song from a WaveNet, in chunks that are sampled side by side on all cores.

Every sample needs the one before it, but not the one a second earlier: after a receptive field of warm-up, a
network that starts from silence is indistinguishable from one that has run all along.  So the song is cut
into chunks; a dozen or more of them are the streams of one :class:`.stepping.Streams`, and :mod:`.crossfade`
joins them.  A chunk depends neither on what is sampled beside it nor on the number of cores.
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
from audiostyle.progress import Progress

Condition = Callable[[int, int], np.ndarray]
"""Called with the first frame's number and how many; returns these frames of the condition, (count, Z)."""

CHUNK_SECONDS = 2.5
"""Distance of chunks; warm-up and crossfade add an eighth to that (of a network of 4 × 10 layers)."""

STREAMS = 24
"""Chunks side by side on each core; with more the weights are read less often, but the rings grow."""

_BLOCK = WAVENET_RATE // 10  # samples between two reports of the progress


@dataclass(frozen=True)
class ChunkPlan:
    """How a song is cut into chunks, all of whole frames.

    Attributes:
        count: number of chunks.
        length: of every chunk, in samples.
        step: samples from the start of one chunk to the start of the next.

    Example:
        >>> ChunkPlan(count=4, length=42720, step=40000).count
        4
    """

    count: int
    length: int
    step: int


def plan_chunks(config: WaveNetConfig, samples: int, seconds: float) -> ChunkPlan:
    """Return the chunks of a song of ``samples`` samples, one every ``seconds`` (rounded to frames).

    Args:
        config: sizes of the network; its receptive field is part of the overlap of two chunks.
        samples: length of the song at 16 kHz, above 0.
        seconds: distance of the chunks, above 0.

    Returns:
        One chunk for all of a song that is hardly longer than a chunk, else as many as cover it.

    Example:
        >>> config = WaveNetConfig(blocks=2, layers=10, channels=8, skips=8, condition=3, hop=160)
        >>> plan_chunks(config, samples=160_000, seconds=2.5)
        ChunkPlan(count=4, length=42720, step=40000)
    """
    step = max(1, round(seconds * WAVENET_RATE / config.hop)) * config.hop
    overlap = _round_to_frames(config, config.receptive_field + 2 * LAG + FADE)
    if samples <= step + overlap:
        return ChunkPlan(1, _round_to_frames(config, samples), step)
    return ChunkPlan(-(-(samples - overlap) // step), step + overlap, step)


class Sampler:
    """Sample waves from a network whose weights do not change any more.

    Args:
        network: in evaluation mode; its weights are packed at the first use, once for each number of streams.

    Example:
        >>> network = WaveNet(WaveNetConfig(1, 2, channels=4, skips=4, condition=3, hop=10)).eval()
        >>> sampler = Sampler(network.requires_grad_(False))
        >>> blocks = sampler.sample(lambda first, count: np.zeros((count, 3)), samples=50)
        >>> np.concatenate(list(blocks)).shape
        (50,)
    """

    def __init__(self, network: WaveNet) -> None:
        self.network, self.config = network, network.config
        self._packed: dict[int, PackedWeights] = {}
        self._amplitudes = mulaw.decode(torch.arange(mulaw.CODES)).numpy()

    def sample(
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
        """Yield a song of ``samples`` samples as blocks (n,), float32 in [−1, 1], at 16 kHz.

        Args:
            condition: returns frames of the song's condition.
            samples: length of the song.
            temperature: of the distributions that samples are drawn from; below 1 is safer and duller.
            seed: of the random numbers.
            chunk_seconds: distance of the chunks.
            streams: how many chunks to sample at once on each core; memory grows with it, the result stays.
            progress: called with the seconds of audio that are done, and those of the song.

        Raises:
            AudiostyleError: temperature, chunk_seconds or streams is not above 0.
            ShapeError: the condition does not fit the network.
        """
        check_temperature(temperature)
        if not chunk_seconds > 0 or streams < 1:
            raise AudiostyleError("chunk_seconds and streams must be above 0")
        song = _Song(self.config, condition, samples, temperature, seed)
        return self._sample_chunks(song, plan_chunks(self.config, samples, chunk_seconds), streams, progress)

    def stream(
        self, condition: Condition, samples: int, *, temperature: float = 1.0, seed: int = 0
    ) -> Iterator[np.ndarray]:
        """Yield a song as one stream, a frame at a time: slower in all, but without delay.

        As :meth:`sample`, but without chunks and crossfades: the first block comes after one frame, and no
        frame of the condition is asked for before it is needed.
        """
        check_temperature(temperature)
        song = _Song(self.config, condition, samples, temperature, seed)
        return self._stream(song)

    def _stream(self, song: "_Song") -> Iterator[np.ndarray]:
        streams, hop = self._start_streams(1), self.config.hop
        for first in range(0, song.samples, hop):
            codes = song.advance(streams, [first], hop)
            yield self._amplitudes[codes[0, : song.samples - first]]

    def _sample_chunks(
        self, song: "_Song", chunks: ChunkPlan, streams: int, progress: Progress | None
    ) -> Iterator[np.ndarray]:
        crossfader, left = Crossfader(chunks.step, self.config.receptive_field), song.samples
        cores = torch.get_num_threads()
        rounds = _split_evenly(range(chunks.count), -(-chunks.count // (streams * cores)))
        for numbers in rounds:
            waves = np.empty((len(numbers), chunks.length), np.float32)
            for done in self._fill_chunks(song, chunks, numbers, cores, waves):
                if progress:
                    share = (numbers.start + done * len(numbers)) / chunks.count
                    progress(share * song.samples / WAVENET_RATE, song.samples / WAVENET_RATE)
            for wave in waves:
                block = crossfader.add(wave)[:left]
                left -= len(block)
                yield block
        if left:
            yield crossfader.finish()[:left]

    def _fill_chunks(
        self, song: "_Song", chunks: ChunkPlan, numbers: range, cores: int, waves: np.ndarray
    ) -> Iterator[float]:
        """Fill ``waves`` with the chunks of these numbers, one a row, and yield the share that is done."""
        groups = _split_evenly(range(len(numbers)), cores)
        streams = [self._start_streams(len(group)) for group in groups]
        block = _round_to_frames(self.config, _BLOCK)

        def advance(number: int, at: int, count: int) -> None:
            group = groups[number]
            first = [numbers[row] * chunks.step + at for row in group]
            codes = song.advance(streams[number], first, count)
            waves[group.start : group.stop, at : at + count] = self._amplitudes[codes]

        with ThreadPoolExecutor(len(groups), thread_name_prefix="streams") as pool:
            for at in range(0, chunks.length, block):
                count = min(block, chunks.length - at)
                list(pool.map(lambda n, at=at, count=count: advance(n, at, count), range(len(groups))))
                yield (at + count) / chunks.length

    def _start_streams(self, count: int) -> Streams:
        width = get_panel_width(count)
        if width not in self._packed:
            self._packed[width] = pack_network(self.network, width)
        return Streams(self._packed[width], count)


@dataclass(frozen=True)
class _Song:
    """The arguments of :meth:`Sampler.sample`, and what any samples of the song need of them."""

    config: WaveNetConfig
    condition: Condition
    samples: int
    temperature: float
    seed: int

    def advance(self, streams: Streams, first: list[int], count: int) -> np.ndarray:
        """Return the codes (streams, count) of every stream's samples from its number in ``first`` on."""
        frames = np.stack([self._get_frames(begin, count) for begin in first])
        noise = np.stack([draw_uniform(self.seed, begin, count) for begin in first])
        return streams.advance(frames, noise, self.temperature)

    def _get_frames(self, first: int, count: int) -> np.ndarray:
        """Return the frames for ``count`` samples; after the end of the song the last one is repeated."""
        hop, last = self.config.hop, (self.samples - 1) // self.config.hop
        begin, wanted = min(first // hop, last), count // hop
        available = min(wanted, last + 1 - begin)
        frames = np.asarray(self.condition(begin, available), dtype=np.float32)
        check_condition(self.config, frames.shape, available * hop)
        return np.pad(frames, ((0, wanted - available), (0, 0)), mode="edge")


def _round_to_frames(config: WaveNetConfig, samples: int) -> int:
    """Round a number of samples up to whole frames."""
    return -(-samples // config.hop) * config.hop


def _split_evenly(numbers: range, parts: int) -> list[range]:
    """Split ``numbers`` into at most ``parts`` ranges whose lengths differ by one at most."""
    parts = max(1, min(parts, len(numbers)))
    bounds = [len(numbers) * part // parts for part in range(parts + 1)]
    return [numbers[low:high] for low, high in pairwise(bounds)]
