"""What measures of pictures have in common: the check of a pair."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audiostyle.errors import ShapeError


def as_pictures(**pictures: ArrayLike) -> list[NDArray[np.float64]]:
    """Return named pictures (H, W, 3) in [0, 1], arrays or tensors, in double precision.

    Raises:
        ShapeError: one has another shape, no pixels, or values that are no numbers in [0, 1]; it is named.
    """
    checked = []
    for name, picture in pictures.items():
        checked.append(_checked(name, np.asarray(picture)))
    return checked


def _checked(name: str, picture: NDArray[Any]) -> NDArray[np.float64]:
    if picture.ndim != 3 or picture.shape[2] != 3:
        raise ShapeError(f"{name} must have shape (height, width, 3), got {picture.shape}")
    if picture.size == 0:
        raise ShapeError(f"{name} has no pixels")
    if not np.issubdtype(picture.dtype, np.floating):
        raise ShapeError(f"{name} must hold floats in [0, 1], not {picture.dtype}; divide integers by 255")
    if not np.isfinite(picture).all():
        raise ShapeError(f"{name} holds NaN or infinite values")
    if picture.min() < 0 or picture.max() > 1:
        raise ShapeError(f"{name} must lie in [0, 1], got {picture.min()} to {picture.max()}; clamp it first")
    if (picture == picture[0, 0]).all():
        warnings.warn(f"{name} is of a single colour", stacklevel=5)  # of the metric's caller
    return picture.astype(np.float64)
