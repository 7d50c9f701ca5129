"""A gentle ceiling: what goes beyond full scale is turned down for a moment, and the rest stays as it is.

For every sample there is a largest gain, 1 where it fits and c / |x| where it does not, c being the ceiling.
The limiter takes the smallest of these gains within 10 ms to either side and smooths it with a triangle of
the same width.  The smoothed gain is never above the largest one allowed, since every value that it is a mean
of has seen the sample; it moves too slowly to be heard as distortion, and is exactly 1 where nothing is near
that does not fit.  All channels get the same gain, so that nothing moves in the stereo image.
"""

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError

Block = NDArray[np.float32]

CEILING = 1.0
"""The largest magnitude of a limited sample: full scale."""

REACH_SECONDS = 0.01
"""To either side of a peak: half a period of 50 Hz, so that a loud bass gets one gain and not one for every
half of its wave, and short enough not to be heard as a gap."""


class Limiter:
    """A stream of blocks to the same stream below a ceiling, in constant memory.

    The outputs put together are as long as the input and aligned with it, however it was cut into blocks.
    The output of a block may be empty: the limiter looks 20 ms ahead.

    Args:
        channels: of all blocks.
        sample_rate: in hertz.
        ceiling: the largest magnitude of the result.

    Attributes:
        reduction: the smallest gain that was needed so far; 1 if everything fitted.

    Example:
        >>> wave = np.zeros((1, 8000), np.float32)
        >>> wave[0, 1000], wave[0, 7000] = 4.0, 0.5
        >>> limited = Limiter(1, 8000).process(wave, last=True)
        >>> limited[0, [1000, 7000]].tolist(), limited.shape
        ([1.0, 0.5], (1, 8000))
    """

    def __init__(self, channels: int, sample_rate: int, ceiling: float = CEILING) -> None:
        self._channels, self._ceiling = channels, np.float32(ceiling)
        self._reach = max(1, round(REACH_SECONDS * sample_rate))
        self._waiting = np.zeros((channels, 0), np.float32)
        # How much gains are below 1; before the first sample nothing is.
        self._losses = np.zeros(2 * self._reach)
        self.reduction = 1.0

    def process(self, block: Block, last: bool = False) -> Block:
        """Return the limited samples (channels, m) that are certain once this block is known.

        Args:
            block: (channels, n) float.
            last: whether nothing follows; then all the remaining samples are returned.

        Raises:
            ShapeError: the block has another number of channels.
        """
        if block.ndim != 2 or block.shape[0] != self._channels:
            raise ShapeError(f"limiter: block must be ({self._channels}, n), not {block.shape}")
        behind = 2 * self._reach
        self._waiting = np.concatenate([self._waiting, block], axis=1, dtype=np.float32)
        losses = [self._losses, self._measure_losses(block), np.zeros(behind if last else 0)]
        self._losses = np.concatenate(losses)
        ready = len(self._losses) - 2 * behind
        if ready <= 0:
            return self._waiting[:, :0]
        seen, self._losses = self._losses, self._losses[ready:]
        made, self._waiting = np.split(self._waiting, [ready], axis=1)
        if not seen.any():
            return made
        gain = 1 - _smooth(_spread(seen, self._reach), self._reach)
        self.reduction = min(self.reduction, float(gain.min(initial=1.0)))
        return (made * gain.astype(np.float32)).clip(-self._ceiling, self._ceiling)  # a last bit may be over

    def _measure_losses(self, block: Block) -> NDArray[np.float64]:
        """Return how much below 1 the largest gain of every sample is, (n,)."""
        if max(block.max(initial=0), -block.min(initial=0)) <= self._ceiling:  # as in most blocks
            return np.zeros(block.shape[1])
        peaks = np.abs(block).max(axis=0, initial=0.0).astype(np.float64)
        return np.where(peaks > self._ceiling, 1 - self._ceiling / np.maximum(peaks, self._ceiling), 0.0)


def _spread(losses: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Return the largest of the values up to ``reach`` before and behind each, (n − 2 · reach,).

    Maxima over 1, 2, 4, … values are put together.
    """
    width, result, span = 2 * reach + 1, losses, 1
    while 2 * span <= width:
        result = np.maximum(result[:-span], result[span:])
        span *= 2
    rest = width - span
    return np.maximum(result[: len(result) - rest], result[rest:])


def _smooth(losses: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Return means of the values up to ``reach`` before and behind each, weighted by a triangle.

    Two means over half the width; sums of equal values are exact, and of zeros they are exactly zero.
    """
    for width in (reach + 1, reach + 1):
        sums = np.concatenate([[0.0], np.cumsum(losses)])
        losses = (sums[width:] - sums[:-width]) / width
    return losses
