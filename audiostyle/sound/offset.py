"""Constant offsets (DC), as cheap sound cards add them: found and taken away, while the rest stays as it is.

An offset is no sound, but it counts in every power, and turns silence and the recording's ends into steps.
It is not filtered out, since a filter would change what has no offset too.  It is the mean of what was heard
for the last seconds, and is taken away only where that is more than music itself has by chance.  Digital
silence is left out of the mean, and stays.
"""

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]

_SECONDS = 4.0  # over which means are taken
_FEWEST_SECONDS = 0.5  # below which a mean says nothing
_SMALLEST, _CERTAIN = 0.1, 0.2  # of the sound's own RMS: no offset below, all of it above, a part between
_RUN = 64  # samples that must all be zero to be digital silence


class OffsetRemover:
    """A stream of blocks to the same without offset, each channel for itself.

    Args:
        channels: of all blocks.
        sample_rate: in hertz.

    Example:
        >>> tone = np.sin(np.arange(8000, dtype=np.float32))[None]
        >>> OffsetRemover(1, 8000).process(tone + np.float32(0.5)).mean().round(2)
        np.float32(0.0)
        >>> bool(np.all(OffsetRemover(1, 8000).process(tone) == tone))
        True
    """

    def __init__(self, channels: int, sample_rate: int) -> None:
        self._window, self._fewest = _SECONDS * sample_rate, _FEWEST_SECONDS * sample_rate
        self._count = np.zeros(channels)
        self._mean, self._square = np.zeros(channels), np.zeros(channels)

    def process(self, block: Block) -> Block:
        """Return the next block (channels, n) without its offset; the block itself where it has none."""
        sounding = _find_sounding(block)
        self._learn(block, (sounding.sum(axis=1) * _RUN).clip(max=block.shape[1]))
        offset = self._compute_offset()
        if not offset.any():
            return block
        inside = np.repeat(sounding, _RUN, axis=1)[:, : block.shape[1]]
        return block - offset[:, None].astype(np.float32) * inside

    def _learn(self, block: Block, count: NDArray[np.int64]) -> None:
        """Pool the moments of a block, in which silence has no part, with those of what came before."""
        kept = np.minimum(self._count, np.maximum(0, self._window - count))
        total = np.maximum(kept + count, 1)
        for moment, sums in (
            (self._mean, block.sum(axis=1, dtype=np.float64)),
            (self._square, np.einsum("cn,cn->c", block, block, dtype=np.float64)),
        ):
            moment[:] = np.where(kept + count > 0, (kept * moment + sums) / total, moment)
        self._count = kept + count

    def _compute_offset(self) -> NDArray[np.float64]:
        sound = np.sqrt(np.maximum(self._square - self._mean**2, 0))
        size = np.abs(self._mean)
        share = size / np.maximum(np.maximum(sound, size), np.finfo(np.float64).tiny)
        weight = ((share - _SMALLEST) / (_CERTAIN - _SMALLEST)).clip(0, 1)
        return np.where(self._count >= self._fewest, weight * self._mean, 0.0)


def _find_sounding(block: Block) -> NDArray[np.bool_]:
    """Return which runs of samples (channels, ⌈n / _RUN⌉) are not all zeros."""
    channels, samples = block.shape
    runs = -(-samples // _RUN)
    padded = np.zeros((channels, runs * _RUN), bool)
    padded[:, :samples] = block != 0
    return np.asarray(padded.reshape(channels, runs, _RUN).any(axis=2))
