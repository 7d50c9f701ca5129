"""Chunks of one wave, made apart from each other, put together so that nobody hears where.

Consecutive chunks overlap.  The later one is moved by up to 10 ms to where it goes best with the earlier one
(the largest normalised cross-correlation, as in WSOLA, Verhelst & Roelands 1993), then one is faded into the
other.  With gains a, b and a correlation of ρ the sum's power is a² + b² + 2ρab; dividing cosine and sine by
the root of that keeps the power equal for alike chunks as for strangers.
"""

import math

import numpy as np

LAG = 160
"""Samples that a chunk may be moved, either way: half a period of 50 Hz."""

FADE = 320
"""Samples over which one chunk becomes the next: 20 ms."""

_WORTH = 0.01  # gain in correlation for which a chunk is moved at all


class Crossfader:
    """Takes chunks in order; gives the joined wave as far as it is certain.

    Chunk c stands for the samples from c · ``step`` on; its first ``warm_up`` samples are not used (nor is a
    sample that LAG could make one of them), so every chunk needs step + warm_up + 2 LAG + FADE of them.
    """

    def __init__(self, step: int, warm_up: int) -> None:
        self.step, self.lead = step, warm_up + LAG
        self._tail: np.ndarray | None = None

    def add(self, chunk: np.ndarray) -> np.ndarray:
        """Return the samples up to where the next chunk may begin."""
        if self._tail is None:
            ready = self.step + self.lead
        else:
            earlier = self._tail[:FADE]
            moved, alike = find_best_lag(earlier, chunk[self.lead - LAG : self.lead + LAG + FADE])
            chunk = chunk[self.lead - moved :].copy()
            chunk[:FADE] = crossfade(earlier, chunk[:FADE], alike)
            ready = self.step
        self._tail = chunk[ready:]
        return chunk[:ready]

    def finish(self) -> np.ndarray:
        """Return what is left of the last chunk."""
        assert self._tail is not None
        return self._tail


def find_best_lag(earlier: np.ndarray, later: np.ndarray) -> tuple[int, float]:
    """Return how many samples to delay ``later`` (FADE + 2 LAG, LAG early), and the correlation in [0, 1]."""
    windows = np.lib.stride_tricks.sliding_window_view(later, FADE)[::-1]  # delays of −LAG, …, LAG
    powers = np.einsum("ij,ij->i", windows, windows) * float(earlier @ earlier)
    correlation = windows @ earlier / np.sqrt(powers + 1e-12)
    best = int(np.argmax(correlation))
    if correlation[best] < correlation[LAG] + _WORTH:
        best = LAG
    return best - LAG, float(np.clip(correlation[best], 0, 1))


def crossfade(earlier: np.ndarray, later: np.ndarray, correlation: float) -> np.ndarray:
    """Return ``earlier`` becoming ``later`` at equal power, for signals of that correlation in [0, 1]."""
    angle = (np.arange(len(earlier), dtype=np.float32) + 0.5) * np.float32(math.pi / 2 / len(earlier))
    fall, rise = np.cos(angle), np.sin(angle)
    return (earlier * fall + later * rise) / np.sqrt(1 + 2 * np.float32(correlation) * fall * rise)
