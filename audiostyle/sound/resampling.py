"""Change of sample rate, streamed, with lengths that are exact laws rather than "about".

The filter is soxr's (band-limited, linear phase, its delay already removed: output sample *m* is the signal
at time *m* / target rate).  What is added here is the length: `N` samples become exactly ⌈N·target/source⌉.
Rounding up is what makes a round trip possible: going there and back never gives fewer than `N` samples,

    ⌈⌈N·b/a⌉·a/b⌉ ≥ N,

so ``process(…, last=True, length=N)`` on the way back gives exactly `N`.
"""

from __future__ import annotations

import numpy as np
import soxr

from audiostyle.errors import ShapeError


def resampled_length(samples: int, source_rate: int, target_rate: int) -> int:
    """⌈samples · target / source⌉, in exact integers.

    >>> resampled_length(44100, 44100, 16000), resampled_length(1, 44100, 16000)
    (16000, 1)
    """
    return -(-samples * target_rate // source_rate)


class Resampler:
    """Blocks ``(channels, n)`` at ``source_rate`` Hz to blocks at ``target_rate`` Hz, in constant memory.

    However the signal is cut into blocks, the outputs put together are the same; equal rates change nothing.
    A block's output may be empty: the filter waits for what follows (about 0.1 s or less).
    """

    def __init__(self, source_rate: int, target_rate: int, channels: int) -> None:
        self._rates = source_rate, target_rate
        self._channels = channels
        self._taken = self._given = 0
        self._stream = None
        if source_rate != target_rate:
            self._stream = soxr.ResampleStream(source_rate, target_rate, channels, dtype="float32")

    def process(self, block: np.ndarray, last: bool = False, length: int | None = None) -> np.ndarray:
        """The samples that ``block`` makes certain, float32 ``(channels, m)``; with ``last`` all the rest.

        ``length``, with ``last``, is how many samples the whole output is to have instead of
        `resampled_length`: what is missing is zero, what is too much is dropped.  Raises `ShapeError` for a
        block of other channels, and when more than ``length`` samples were given out already.
        """
        if block.ndim != 2 or block.shape[0] != self._channels:
            raise ShapeError(f"resampling: block must be ({self._channels}, n), not {block.shape}")
        self._taken += block.shape[1]
        output = self._filter(block, last)
        if last:
            total = resampled_length(self._taken, *self._rates) if length is None else length
            output = _fit(output, total - self._given)
        self._given += output.shape[1]
        return output

    def _filter(self, block: np.ndarray, last: bool) -> np.ndarray:
        if self._stream is None:
            return block.astype(np.float32, copy=False)
        if last:  # soxr rounds its length to the nearest; with silence behind the end it has the last one too
            silence = 1 + 2 * self._rates[0] // self._rates[1]
            block = np.pad(block, ((0, 0), (0, silence)))
        interleaved = np.ascontiguousarray(block.T, dtype=np.float32)
        return np.ascontiguousarray(self._stream.resample_chunk(interleaved, last=last).T)


def resample(wave: np.ndarray, source_rate: int, target_rate: int) -> np.ndarray:
    """A whole signal, float ``(channels, samples)``, as float32 ``(channels, ⌈samples·target/source⌉)``."""
    return Resampler(source_rate, target_rate, wave.shape[0]).process(wave, last=True)


def _fit(wave: np.ndarray, length: int) -> np.ndarray:
    """``wave`` cut off or followed by zeros."""
    if length < 0:
        raise ShapeError(f"resampling: {-length} samples more than the asked length were given out already")
    return np.pad(wave[:, :length], ((0, 0), (0, max(length - wave.shape[1], 0))))
