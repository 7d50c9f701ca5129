"""Change of sample rate, streamed, with lengths that are known exactly.

The filter is soxr's: band-limited, with linear phase, and its delay is removed already, so that output sample
*m* is the signal at time *m* / target rate.  What is added here is the length.  N samples become exactly
⌈N · target / source⌉.  Because it is rounded up, a round trip never gives fewer than N samples,

    ⌈⌈N·b/a⌉·a/b⌉ ≥ N,

so ``process(…, last=True, length=N)`` on the way back gives exactly N.
"""

from __future__ import annotations

import numpy as np
import soxr

from audiostyle.checks import check_sample_rate
from audiostyle.errors import ShapeError
from audiostyle.sound.waves import is_samples_first, scale_integers


def compute_resampled_length(samples: int, source_rate: int, target_rate: int) -> int:
    """Return ⌈samples · target / source⌉, computed with exact integers.

    Args:
        samples: length before.
        source_rate: in hertz.
        target_rate: in hertz.

    Example:
        >>> compute_resampled_length(44100, 44100, 16000), compute_resampled_length(1, 44100, 16000)
        (16000, 1)
    """
    return -(-samples * target_rate // source_rate)


class Resampler:
    """A stream of blocks at one sample rate to a stream at another, in constant memory.

    However the signal is cut into blocks, the outputs put together are the same.  Equal rates change nothing.
    The output of a block may be empty, because the filter waits for what follows (0.1 s or less).

    Args:
        source_rate: in hertz.
        target_rate: in hertz.
        channels: of all blocks.

    Example:
        >>> resampler = Resampler(44100, 22050, channels=1)
        >>> wave = np.ones((1, 1000), np.float32)
        >>> parts = [resampler.process(wave), resampler.process(wave, last=True)]
        >>> np.concatenate(parts, axis=1).shape
        (1, 1000)
    """

    def __init__(self, source_rate: int, target_rate: int, channels: int) -> None:
        self._rates = source_rate, target_rate
        self._channels = channels
        self._samples_in = self._samples_out = 0
        self._stream = None
        if source_rate != target_rate:
            self._stream = soxr.ResampleStream(source_rate, target_rate, channels, dtype="float32")

    def process(self, block: np.ndarray, last: bool = False, length: int | None = None) -> np.ndarray:
        """Return the samples that are certain once this block is known.

        Args:
            block: (channels, n) float.
            last: whether nothing follows; then all the remaining samples are returned.
            length: how many samples the whole output is to have, with ``last``, in place of
                :func:`compute_resampled_length`.  What is missing is zero, what is too much is dropped.

        Returns:
            (channels, m) float32.

        Raises:
            ShapeError: the block has another shape, or more than ``length`` samples were returned already.
        """
        if block.ndim != 2 or block.shape[0] != self._channels:
            raise ShapeError(f"resampling: block must be ({self._channels}, n), not {block.shape}")
        self._samples_in += block.shape[1]
        output = self._filter(block, last)
        if last:
            total = compute_resampled_length(self._samples_in, *self._rates) if length is None else length
            output = _fit(output, total - self._samples_out)
        self._samples_out += output.shape[1]
        return output

    def _filter(self, block: np.ndarray, last: bool) -> np.ndarray:
        """Return what the filter gives for the block, (channels, m)."""
        if self._stream is None:
            return block.astype(np.float32, copy=False)
        if last:  # soxr rounds the length to the nearest; with silence behind the end no sample is missing
            silence = 1 + 2 * self._rates[0] // self._rates[1]
            block = np.pad(block, ((0, 0), (0, silence)))
        interleaved = np.ascontiguousarray(block.T, dtype=np.float32)
        return np.ascontiguousarray(self._stream.resample_chunk(interleaved, last=last).T)


def resample(wave: np.ndarray, source_rate: int, target_rate: int) -> np.ndarray:
    """Resample a whole signal.

    Args:
        wave: (channels, samples) of floats, or of integers, which have the full scale of their type.
        source_rate: in hertz.
        target_rate: in hertz.

    Returns:
        (channels, ⌈samples · target / source⌉) float32.

    Raises:
        ShapeError: the wave has another shape or type, or sound has no such rate.

    Example:
        >>> resample(np.zeros((2, 44100)), 44100, 16000).shape
        (2, 16000)
    """
    rates = check_sample_rate(source_rate, "source_rate"), check_sample_rate(target_rate, "target_rate")
    samples = scale_integers(np.asarray(wave), "the wave")
    if samples.ndim != 2 or (samples.size and is_samples_first(samples.shape, "the wave")):
        raise ShapeError(f"the wave must have shape (channels, samples), not {samples.shape}")
    return Resampler(*rates, samples.shape[0]).process(samples, last=True)


def _fit(wave: np.ndarray, length: int) -> np.ndarray:
    """Return the wave (channels, n) cut off, or followed by zeros, at ``length`` samples."""
    if length < 0:
        raise ShapeError(f"resampling: {-length} samples more than the asked length were given out already")
    return np.pad(wave[:, :length], ((0, 0), (0, max(length - wave.shape[1], 0))))
