"""Clipping, found: the limits at which the peaks of a stream were cut off.

What is driven beyond the range of a converter or an editor comes back with flat tops: neighbors that are both
as large as the largest sample of all.  Music that was not cut off has few of them; where it has some, as deep
sines do, :mod:`.declipping` finds nothing to restore.
"""

import numpy as np
from numpy.typing import NDArray

from audiostyle.sound.blocks import Block

_FLAT = 5e-4  # of the largest sample: what is as near to it, beside another such sample, is a flat top
_SHARE = 2e-3, 0.6  # of samples in flat tops: fewer do not matter, and square waves have more


class ClippingMeter:
    """Finds where the peaks of a stream were cut off; how the stream is cut into blocks makes no difference.

    Args:
        channels: of all blocks.

    Example:
        >>> meter = ClippingMeter(1)
        >>> meter.process(np.sin(np.arange(9000, dtype=np.float32) / 20)[None].clip(-0.5, 0.8))
        >>> meter.find_limits().round(3).ravel()
        array([-0.5,  0.8], dtype=float32)
    """

    def __init__(self, channels: int) -> None:
        self._highest = np.zeros((2, channels), np.float32)  # of the wave turned round, and of the wave
        self._flat = np.zeros((2, channels), np.int64)
        self._last = np.zeros((2, channels), np.float32)
        self._sounding = 0

    def process(self, block: Block) -> None:
        """Take the next block (channels, n)."""
        if not block.shape[1]:
            return
        sides = np.stack([-block, block])
        highest = sides.max(axis=2)
        self._flat[highest > (1 + _FLAT) * self._highest] = 0
        self._highest = np.maximum(self._highest, highest)
        least = ((1 - _FLAT) * self._highest)[:, :, None]
        if (highest >= least[:, :, 0]).any():
            near = np.concatenate([self._last[:, :, None], sides], axis=2) >= least
            self._flat += (near[:, :, 1:] & near[:, :, :-1]).sum(axis=2)
        self._last = sides[:, :, -1]
        self._sounding += int(np.count_nonzero(block.any(axis=0)))

    def find_limits(self) -> NDArray[np.float32]:
        """Return the lowest and the highest value that samples may have, (2, channels).

        They are −∞ and ∞ where nothing was cut off.
        """
        share = self._flat / max(self._sounding, 1)
        clipped = (self._highest > 0) & (share >= _SHARE[0]) & (share.sum(axis=0) <= _SHARE[1])
        limits = np.where(clipped, (1 - _FLAT) * self._highest, np.float32(np.inf))
        return limits * np.array([[-1], [1]], np.float32)
