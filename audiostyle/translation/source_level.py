"""The level of a recording frame by frame, which the level of its translation can follow."""

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import HOP

LOWEST_LEVEL_DB = -120.0
"""Decibels below full scale that stand for silence."""

WINDOW = 1024
"""Samples (46 ms) of the Hann window that levels are measured with: several periods of a low note."""


def measure_levels(wave: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Return the level of each frame in decibels, that of a full-scale square wave being 0.

    Args:
        wave: (N,) at 22,050 Hz; frame t has its middle at sample ``WINDOW // 2 + t * HOP``.
        frames: how many; N ≥ WINDOW + (frames − 1) · HOP.

    Returns:
        (frames,) float32, not below :data:`LOWEST_LEVEL_DB`.

    Example:
        >>> measure_levels(np.full(2048, 0.1, np.float32), 3).tolist()
        [-20.0, -20.0, -20.0]
    """
    power = np.lib.stride_tricks.sliding_window_view(wave.astype(np.float64) ** 2, WINDOW)
    weights = np.hanning(WINDOW + 1)[:-1]
    means = power[: frames * HOP : HOP] @ (weights / weights.sum())
    levels = 10 * np.log10(np.maximum(means, 10 ** (LOWEST_LEVEL_DB / 10)))
    return np.round(levels, 3).astype(np.float32)
