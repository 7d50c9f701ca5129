"""Checks of waves and pictures that several metrics share."""

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audiostyle.checks import check_number
from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.image.arrays import open_picture
from audiostyle.sound.waves import scale_integers


def to_samples(name: str, wave: ArrayLike) -> NDArray[np.float64]:
    """Return a wave in double precision, with full scale ±1 where it holds integers.

    Args:
        name: what messages call the wave.
        wave: of any shape.

    Raises:
        ShapeError: it holds no real numbers, or integers of a type that sound does not have.

    Example:
        >>> to_samples("estimate", np.array([16384], np.int16)).tolist()
        [0.5]
    """
    try:
        return scale_integers(np.asarray(wave), name).astype(np.float64)
    except (TypeError, ValueError, RuntimeError):
        raise ShapeError(f"{name} cannot be read as an array of numbers") from None


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
    try:
        check_number("the sample rate", sample_rate, 0, above=True)
    except AudiostyleError:
        raise ShapeError(f"the sample rate must be positive, got {sample_rate}") from None


def validate_waves(sample_rate: float, **waves: NDArray[np.float64]) -> None:
    """Check a sample rate in hertz, and that waves (samples,) are as :func:`validate_wave` wants them.

    A silent one warns at the caller of the metric whose ``validate`` calls this function.

    Raises:
        ShapeError: the sample rate is not positive, or a wave is not mono, is empty or not finite.

    Example:
        >>> validate_waves(16000, estimate=np.ones(8), reference=np.zeros(0))
        Traceback (most recent call last):
        audiostyle.errors.ShapeError: reference has no samples
    """
    validate_rate(sample_rate)
    for name, wave in waves.items():
        validate_wave(name, wave, stacklevel=5)


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
    shape = np.shape(given) if isinstance(given, Sequence) else getattr(given, "shape", ())
    if len(shape) != 3 or shape[2] != 3:
        raise ShapeError(f"{name} must have shape (H, W, 3), got {tuple(shape)}")
    picture = open_picture(given, name, np.float64).color  # type: ignore[arg-type]  # whatever holds numbers
    if picture.min() < 0 or picture.max() > 1:
        raise ShapeError(f"{name} must lie in [0, 1], got {picture.min()} to {picture.max()}; clamp it first")
    if (picture == picture[0, 0]).all():
        warnings.warn(f"{name} is of a single color", stacklevel=5)  # of the metric's caller
    return picture
