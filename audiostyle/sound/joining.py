"""Recordings that were joined in one file, made alike: the sample rate and channels of the first."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from audiostyle.sound.blocks import mark_last


def fit_stream(
    blocks: Iterator[np.ndarray], rate: int, target_rate: int, channels: int
) -> Iterator[np.ndarray]:
    """Yield a stream at another sample rate and with another number of channels.

    Args:
        blocks: float32 (any channels, n).
        rate: of the blocks, in hertz.
        target_rate: of the result, in hertz.
        channels: of the result.

    Example:
        >>> [block.shape for block in fit_stream(iter([np.zeros((1, 8), np.float32)]), 8000, 16000, 2)]
        [(2, 16)]
    """
    if rate == target_rate:
        yield from (fit_channels(block, channels) for block in blocks)
        return
    from audiostyle.sound.resampling import Resampler

    resampler = Resampler(rate, target_rate, channels)
    for block, last in mark_last(blocks):
        yield resampler.process(fit_channels(block, channels), last)


def fit_channels(block: np.ndarray, channels: int) -> np.ndarray:
    """Return a block with another number of channels.

    One channel is given to all.  Of more channels than are wanted, those without a place are mixed into all
    the others; of fewer, the missing ones are silent.

    Args:
        block: float32 (any channels, n).
        channels: of the result.

    Example:
        >>> fit_channels(np.ones((1, 2), np.float32), 2).tolist()
        [[1.0, 1.0], [1.0, 1.0]]
    """
    have = len(block)
    if have == channels:
        return block
    if have == 1:
        return np.repeat(block, channels, axis=0)
    if have > channels:
        extra = block[channels:].sum(axis=0, keepdims=True) / channels
        return block[:channels] + extra
    return np.concatenate([block, np.zeros((channels - have, block.shape[1]), block.dtype)])
