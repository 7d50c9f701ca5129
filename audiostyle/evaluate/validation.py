"""What every measure of sound asks of a wave."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError


def check_wave(name: str, wave: NDArray[Any], stacklevel: int) -> None:
    """Raise ShapeError unless a wave is mono, not empty and finite; warn if it is silent."""
    if wave.ndim != 1:
        raise ShapeError(f"{name} must have shape (samples,), got {wave.shape}; mix it down to mono")
    if wave.size == 0:
        raise ShapeError(f"{name} has no samples")
    if not np.isfinite(wave).all():
        raise ShapeError(f"{name} holds NaN or infinite samples")
    if not wave.any():
        warnings.warn(f"{name} is silent", stacklevel=stacklevel)
