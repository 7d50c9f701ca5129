"""Crossfading of chunks: overlapping pieces of one wave, sampled independently, joined without audible seams.

The later of two chunks is delayed by up to ±10 ms to where it matches the earlier one best (the largest
normalized cross-correlation, as in WSOLA, Verhelst & Roelands 1993), then the one is faded into the other.
With gains a, b and a correlation of ρ the sum's power is a² + b² + 2ρab; dividing cosine and sine by the root
of that keeps the power constant, whether the chunks are equal or unrelated.
"""

import math

import numpy as np

LAG = 160
"""Samples by which a chunk may be delayed or advanced: 10 ms, half a period of 50 Hz."""

FADE = 320
"""Length of a crossfade in samples: 20 ms."""

_MIN_GAIN = 0.01  # of correlation; for less a chunk stays where it is


class Crossfader:
    """Join chunks in order: each call returns the part of the wave that no later chunk changes.

    Args:
        step: samples from the start of one chunk to the start of the next.
        warm_up: samples at the start of every chunk but the first that are not used, because the network had
            seen too little of its past; :data:`LAG` more are spared, so that no delay uses them.  Every
            chunk needs step + warm_up + 2 LAG + FADE samples.

    Example:
        >>> chunk = np.zeros(1000 + 100 + 2 * LAG + FADE, np.float32)
        >>> crossfader = Crossfader(step=1000, warm_up=100)
        >>> [len(crossfader.add(chunk)) for _ in range(3)], len(crossfader.finish())
        ([1260, 1000, 1000], 480)
    """

    def __init__(self, step: int, warm_up: int) -> None:
        self.step, self.lead = step, warm_up + LAG
        self._tail: np.ndarray | None = None

    def add(self, chunk: np.ndarray) -> np.ndarray:
        """Return the samples up to where the crossfade into the next chunk begins."""
        if self._tail is None:
            ready = self.step + self.lead
        else:
            earlier = self._tail[:FADE]
            lag, correlation = find_best_lag(earlier, chunk[self.lead - LAG : self.lead + LAG + FADE])
            chunk = chunk[self.lead - lag :].copy()
            chunk[:FADE] = crossfade(earlier, chunk[:FADE], correlation)
            ready = self.step
        self._tail = chunk[ready:]
        return chunk[:ready]

    def finish(self) -> np.ndarray:
        """Return the rest of the last chunk."""
        assert self._tail is not None
        return self._tail


def find_best_lag(earlier: np.ndarray, later: np.ndarray) -> tuple[int, float]:
    """Return by how many samples to delay the later chunk, and the correlation there.

    Args:
        earlier: (FADE,), the samples that are faded out.
        later: (FADE + 2 LAG,), the same place in the later chunk, from LAG samples before it on.

    Returns:
        The lag in [−LAG, LAG], and the normalized cross-correlation at it, clipped to [0, 1].

    Example:
        >>> wave = np.random.default_rng(0).standard_normal(FADE + 2 * LAG)
        >>> lag, correlation = find_best_lag(wave[100 : 100 + FADE], wave)
        >>> lag, round(correlation, 3)
        (60, 1.0)
    """
    windows = np.lib.stride_tricks.sliding_window_view(later, FADE)[::-1]  # delays of −LAG, …, LAG
    powers = np.einsum("ij,ij->i", windows, windows) * float(earlier @ earlier)
    correlation = windows @ earlier / np.sqrt(powers + 1e-12)
    best = int(np.argmax(correlation))
    if correlation[best] < correlation[LAG] + _MIN_GAIN:
        best = LAG
    return best - LAG, float(np.clip(correlation[best], 0, 1))


def crossfade(earlier: np.ndarray, later: np.ndarray, correlation: float) -> np.ndarray:
    """Return one wave (n,) faded into another (n,) at constant power, given their correlation in [0, 1].

    Example:
        >>> wave = np.ones(4, np.float32)
        >>> bool(np.allclose(crossfade(wave, wave, correlation=1.0), wave))
        True
    """
    angle = (np.arange(len(earlier), dtype=np.float32) + 0.5) * np.float32(math.pi / 2 / len(earlier))
    fade_out, fade_in = np.cos(angle), np.sin(angle)
    power = 1 + 2 * np.float32(correlation) * fade_out * fade_in
    return (earlier * fade_out + later * fade_in) / np.sqrt(power)
