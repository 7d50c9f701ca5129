"""Loudness: how loud what sounds in a recording is, whatever silence, offset or single peaks there are.

ITU-R BS.1770-4 (2015) and EBU R 128.  Every channel goes through the K-weighting, a high shelf for the effect
of the head and a high-pass, by which an offset has no say.  Powers are taken over blocks of 400 ms that
overlap by three quarters, and the channels' powers are added, so that channels in antiphase do not cancel.
Two gates leave out the blocks that are silent, or much softer than the rest.

The filters are applied in the frequency domain: their responses to an impulse die away within a tenth of a
second, so overlapping pieces give the same as a recursion, to the last bits of single precision.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError

Block = NDArray[np.float32]

STEP_SECONDS = 0.1
"""From the start of one block to that of the next."""

STEPS = 4
"""Steps in a block: 400 ms."""

ABSOLUTE_GATE = -70.0
"""LUFS below which a block is silence."""

RELATIVE_GATE = -10.0
"""LU below the loudness of all other blocks, from where a block does not count."""

_DEEPEST = -30.0  # LU below the loudest block that are never cut off by the absolute gate
_OFFSET = -0.691  # dB: a 997 Hz sine at full scale in one channel has −3.01 LUFS
_DECAY_SECONDS = 0.1  # after which the filters' responses are below −190 dB
_PIECE_SECONDS = 0.75  # filtered at a time, the decay included
_SHELF = 1681.974450955533, 3.999843853973347, 0.7071752369554196  # hertz, dB, Q
_HIGH_PASS = 38.13547087602444, 0.5003270373238773  # hertz, Q
_SURROUND = 1.41  # weight of what comes from behind
# WAV's order: left, right, center, low frequencies (not counted), behind.
_LAYOUTS = {
    5: (1, 1, 1, _SURROUND, _SURROUND),
    6: (1, 1, 1, 0, _SURROUND, _SURROUND),
    8: (1, 1, 1, 0, _SURROUND, _SURROUND, _SURROUND, _SURROUND),
}
_SOUNDING_GATE = 0.01  # of the mean power: what is 20 dB softer is not music that goes on


class KWeighting:
    """The K-weighting of a stream, in constant memory; as many samples come out as go in.

    Before the first sample there is taken to be more of it, so that an offset does not begin with a step.

    Args:
        channels: of all blocks.
        sample_rate: in hertz.

    Example:
        >>> weighting = KWeighting(channels=1, sample_rate=48000)
        >>> weighted = weighting.process(np.full((1, 48000), 0.5, np.float32))
        >>> weighted.shape, bool(np.abs(weighted).max() < 1e-6)
        ((1, 48000), True)
    """

    def __init__(self, channels: int, sample_rate: int) -> None:
        self._channels = channels
        self._memory = round(_DECAY_SECONDS * sample_rate) + 1
        self._size = 2 ** max(6, round(np.log2(_PIECE_SECONDS * sample_rate)))
        self._response = compute_response(sample_rate, self._size)
        self._before: Block | None = None

    def process(self, block: Block) -> Block:
        """Return the weighted samples of the next block (channels, n) float32.

        Raises:
            ShapeError: the block has another number of channels.
        """
        if block.ndim != 2 or block.shape[0] != self._channels:
            raise ShapeError(f"loudness: block must be ({self._channels}, n), not {block.shape}")
        if not block.shape[1]:
            return block.astype(np.float32)
        if self._before is None:
            self._before = np.repeat(block[:, :1], self._memory, axis=1).astype(np.float32)
        seen = np.concatenate([self._before, block], axis=1, dtype=np.float32)
        self._before = seen[:, -self._memory :]
        return self._filter(seen)

    def _filter(self, seen: Block) -> Block:
        """Filter (channels, memory + n) samples; return the last n."""
        import torch  # three times as fast as NumPy's transform; not loaded where nothing is measured

        samples, step = seen.shape[1] - self._memory, self._size - self._memory
        pieces = -(-samples // step)
        padded = np.pad(seen, ((0, 0), (0, pieces * step - samples)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, self._size, axis=1)[:, ::step]
        spectra = torch.fft.rfft(torch.from_numpy(windows.copy()))
        made = torch.fft.irfft(spectra * torch.from_numpy(self._response), n=self._size)
        return made[..., self._memory :].reshape(self._channels, -1)[:, :samples].numpy()


class LoudnessMeter:
    """The integrated loudness of a stream of blocks.  It keeps ten numbers for every second.

    Args:
        channels: of all blocks.  Five, six and eight are taken for surround sound in WAV's order, where what
            comes from behind counts 1.5 dB more and the low-frequency channel nothing.
        sample_rate: in hertz.

    Example:
        >>> meter = LoudnessMeter(channels=1, sample_rate=48000)
        >>> meter.add(np.sin(2 * np.pi * 997 / 48000 * np.arange(48000)).astype(np.float32)[None])
        >>> round(meter.integrate(), 2)
        -3.01
    """

    def __init__(self, channels: int, sample_rate: int) -> None:
        self._weighting = KWeighting(channels, sample_rate)
        self._powers = StepPowers(sample_rate, compute_channel_weights(channels))

    def add(self, block: Block) -> None:
        """Measure the next block (channels, n)."""
        weighted = self._weighting.process(block)
        self._powers.add(weighted, weighted)

    def integrate(self) -> float:
        """Return the integrated loudness of all blocks so far, in LUFS; −∞ for silence."""
        return integrate_loudness(self._powers.compute_blocks())


class StepPowers:
    """Mean products of two streams over blocks of 400 ms that overlap, summed over channels.

    Of a stream with itself these are its powers.

    Args:
        sample_rate: in hertz.
        weights: how much each channel counts.

    Example:
        >>> powers = StepPowers(1000, weights=[1.0])
        >>> powers.add(np.ones((1, 600), np.float32), np.full((1, 600), 2.0, np.float32))
        >>> powers.compute_blocks().tolist()
        [2.0, 2.0, 2.0]
    """

    def __init__(self, sample_rate: int, weights: Sequence[float]) -> None:
        self._step = max(1, round(STEP_SECONDS * sample_rate))
        self._weights = np.asarray(weights, np.float64)
        self._sums: list[float] = []
        self._rest, self._count = 0.0, 0  # of the step that has begun

    def add(self, one: Block, other: Block) -> None:
        """Go on with blocks (channels, n) of both streams."""
        self.add_products(np.einsum("c,cn,cn->n", self._weights, one, other, dtype=np.float64))

    def add_products(self, products: NDArray[np.floating]) -> None:
        """Go on with the products themselves, (n,), summed over channels."""
        products, start = products.astype(np.float64, copy=False), 0
        while start < len(products):
            taken = min(self._step - self._count, len(products) - start)
            self._rest += float(products[start : start + taken].sum())
            self._count += taken
            start += taken
            if self._count == self._step:
                self._sums.append(self._rest)
                self._rest, self._count = 0.0, 0

    def compute_blocks(self) -> NDArray[np.float64]:
        """Return the mean of every block; one for all that there is, if it is shorter than a block.

        The last steps, which fill no block, are left out.
        """
        if len(self._sums) < STEPS:
            samples = len(self._sums) * self._step + self._count
            return np.array([(sum(self._sums) + self._rest) / max(samples, 1)])
        return np.convolve(self._sums, np.ones(STEPS), "valid") / (STEPS * self._step)


def measure_loudness(wave: NDArray[np.floating], sample_rate: int) -> float:
    """Return the integrated loudness of a whole wave, in LUFS.

    Args:
        wave: (samples,) or (channels, samples), full scale ±1; see :class:`LoudnessMeter` for channels.
        sample_rate: in hertz.

    Returns:
        −∞ for silence.  A wave of less than 400 ms is measured as one block.

    Example:
        >>> tone = 0.1 * np.sin(2 * np.pi * 997 / 48000 * np.arange(48000))
        >>> round(measure_loudness(np.stack([tone, -tone]), 48000), 1)
        -20.0
    """
    channels = np.atleast_2d(wave).astype(np.float32, copy=False)
    meter = LoudnessMeter(len(channels), sample_rate)
    meter.add(channels)
    return meter.integrate()


def measure_sounding_rms(blocks: Iterable[Block], sample_rate: int) -> float:
    """Return the root mean square of what sounds in a mono stream: without silence and without offset.

    It is that of the blocks of 400 ms which are less than 20 dB below the mean of all, each about its own
    mean.  Of music without pauses it is the plain root mean square.

    Args:
        blocks: mono blocks (n,) of any lengths.
        sample_rate: in hertz.

    Returns:
        An amplitude; 0 for silence and for an empty stream.

    Example:
        >>> tone = np.sin(np.arange(80000, dtype=np.float32)) + np.float32(0.5)
        >>> round(measure_sounding_rms([tone, np.zeros(800000, np.float32)], 8000), 1)
        0.7
    """
    squares, sums = (StepPowers(sample_rate, [1.0]) for _ in range(2))
    for block in blocks:
        squares.add(block[None], block[None])
        sums.add_products(block)
    powers = (squares.compute_blocks() - sums.compute_blocks() ** 2).clip(min=0)
    sounding = powers[powers > 0]
    if not sounding.size:
        return 0.0
    return float(sounding[sounding >= _SOUNDING_GATE * sounding.mean()].mean() ** 0.5)


def integrate_loudness(powers: NDArray[np.float64]) -> float:
    """Return the loudness of weighted powers of blocks, after both gates, in LUFS.

    In a recording so soft that its loudest block is near :data:`ABSOLUTE_GATE`, that gate lies 30 LU below
    this block: music at −80 dB is soft music, and no silence.

    Args:
        powers: ≥ 0, see :meth:`StepPowers.compute_blocks`.

    Example:
        >>> round(integrate_loudness(np.array([0.1, 0.1, 1e-9])), 2)
        -10.69
    """
    with np.errstate(divide="ignore"):
        levels = _OFFSET + 10 * np.log10(powers)
    gate = min(ABSOLUTE_GATE, float(levels.max(initial=-np.inf)) + _DEEPEST)
    sounding = powers[(levels > gate) & (powers > 0)]
    if not sounding.size:
        return float("-inf")
    relative = 10 ** (RELATIVE_GATE / 10) * sounding.mean()
    return float(_OFFSET + 10 * np.log10(sounding[sounding > relative].mean()))


def compute_channel_weights(channels: int) -> tuple[float, ...]:
    """Return how much the power of each channel counts.

    Example:
        >>> compute_channel_weights(2), compute_channel_weights(5)
        ((1.0, 1.0), (1, 1, 1, 1.41, 1.41))
    """
    return _LAYOUTS.get(channels, (1.0,) * channels)


@lru_cache(maxsize=16)
def compute_response(sample_rate: int, size: int) -> NDArray[np.complex64]:
    """Return the K-weighting's complex response at the frequencies of a transform.

    The standard gives coefficients for 48 kHz; at other rates these are the same analog filters.

    Args:
        sample_rate: in hertz.
        size: samples of the transform, a tenth of a second or more.

    Returns:
        (size // 2 + 1,).
    """
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)  # a delay of one sample
    hertz, gain, quality = _SHELF
    warped = _warp(hertz, sample_rate)
    high, band = 10 ** (gain / 20), 10 ** (gain / 20 * 0.4996667741545416)
    top = high + band * warped / quality + warped**2, 2 * (warped**2 - high)
    below = 1 + warped / quality + warped**2, 2 * (warped**2 - 1), 1 - warped / quality + warped**2
    last = high - band * warped / quality + warped**2
    shelf = (top[0] + top[1] * z + last * z**2) / (below[0] + below[1] * z + below[2] * z**2)
    hertz, quality = _HIGH_PASS
    warped = _warp(hertz, sample_rate)
    below = 1 + warped / quality + warped**2, 2 * (warped**2 - 1), 1 - warped / quality + warped**2
    # As in the standard, the numerator is not divided by the denominator's first coefficient.
    high_pass = (1 - z) ** 2 * below[0] / (below[0] + below[1] * z + below[2] * z**2)
    return (shelf * high_pass).astype(np.complex64)


def _warp(hertz: float, sample_rate: int) -> float:
    """Return the prewarped frequency of the bilinear transform, of at most nine tenths of what there is."""
    return float(np.tan(np.pi * min(hertz / sample_rate, 0.45)))
