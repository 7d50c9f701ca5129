"""Checks of waves and pictures that several metrics share."""

import warnings

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audiostyle.checks import check_number
from audiostyle.errors import ShapeError
from audiostyle.image.arrays import open_picture


def validate_wave(name: str, wave: NDArray[np.float64], stacklevel: int = 4) -> None:
    """Check that a wave is mono, not empty and finite; warn if it is silent.

    Args:
        name: what messages call the wave.
        wave: (samples,).
        stacklevel: of the warning; the default is the caller of a metric whose ``validate`` calls this
            function.

    Raises:
        ShapeError: it has another shape, no samples, or samples that are not finite.

    Example:
        >>> validate_wave("estimate", np.ones((2, 8)))
        Traceback (most recent call last):
        audiostyle.errors.ShapeError: estimate must have shape (samples,), got (2, 8); mix it down to mono
    """
    if wave.ndim != 1:
        raise ShapeError(f"{name} must have shape (samples,), got {wave.shape}; mix it down to mono")
    if wave.size == 0:
        raise ShapeError(f"{name} has no samples")
    if not np.isfinite(wave).all():
        raise ShapeError(f"{name} holds NaN or infinite samples")
    if not wave.any():
        warnings.warn(f"{name} is silent", stacklevel=stacklevel)


def validate_rate(sample_rate: float) -> None:
    """Check that a sample rate is positive.

    Args:
        sample_rate: in hertz.

    Raises:
        ShapeError: it is not.

    Example:
        >>> validate_rate(44100)
    """
    check_number("the sample rate", sample_rate, 0, above=True, error=ShapeError)


def validate_pictures(**pictures: ArrayLike) -> list[NDArray[np.float64]]:
    """Check pictures and return them in double precision; a picture of a single color warns.

    Args:
        **pictures: (H, W, 3) each, floats in [0, 1] or uint8, arrays or tensors, under the names that
            messages call them.

    Returns:
        (H, W, 3) float64 each.

    Raises:
        ShapeError: one has another shape, no pixels, or values that are no numbers in [0, 1]; it is named.

    Example:
        >>> validate_pictures(result=np.full((2, 2, 3), 1.5))
        Traceback (most recent call last):
        audiostyle.errors.ShapeError: result must lie in [0, 1], got 1.5 to 1.5; clamp it first
    """
    checked = []
    for name, picture in pictures.items():
        checked.append(_validate_picture(name, picture))
    return checked


def _validate_picture(name: str, given: ArrayLike) -> NDArray[np.float64]:
    """Return one picture in double precision; see :func:`validate_pictures`."""
    opened = open_picture(given, name, np.float64)  # type: ignore[arg-type]  # whatever holds numbers
    picture = opened.color
    if opened.alpha is not None:
        raise ShapeError(f"{name} is transparent in part; compare what is opaque, picture[..., :3]")
    if picture.min() < 0 or picture.max() > 1:
        raise ShapeError(f"{name} must lie in [0, 1], got {picture.min()} to {picture.max()}; clamp it first")
    if (picture == picture[0, 0]).all():
        warnings.warn(f"{name} is of a single color", stacklevel=5)  # of the metric's caller
    return picture
