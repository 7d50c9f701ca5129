"""Pictures in and out: NumPy arrays and tensors, checked once, computed in float64."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError

Array = NDArray[np.float64]


def as_array(image: Any, name: str = "image") -> tuple[Array, Callable[[Array], Any]]:
    """A picture as float64, and the way back to what the caller uses.

    Args:
        image: (H, W, 3) RGB in [0, 1]; a NumPy float array, anything ``np.asarray`` takes, or a tensor.
        name: what error messages call it.

    Returns:
        The (H, W, 3) array, and a function that turns such an array into the caller's kind: a tensor of the
        same dtype and device for a tensor, else an array of the same floating dtype.

    Raises:
        ShapeError: not (H, W, 3), empty, integers, or not finite.
    """
    torch = sys.modules.get("torch")  # who passes a tensor has loaded it; nobody else waits for the import
    if torch is not None and isinstance(image, torch.Tensor):
        dtype, device = image.dtype, image.device
        array = image.detach().cpu()
        array = (array.double() if array.is_floating_point() else array).numpy()
        restore: Callable[[Array], Any] = lambda out: torch.from_numpy(out).to(device, dtype)  # noqa: E731
    else:
        array = np.asarray(image)
        kind = array.dtype
        restore = lambda out: out.astype(kind, copy=False)  # noqa: E731
    validate(array, name)
    return np.ascontiguousarray(array, dtype=np.float64), restore


def same_size(guide: Array, image: Array) -> None:
    """Raise :class:`ShapeError` unless both pictures have the same height and width."""
    if guide.shape[:2] != image.shape[:2]:
        sizes = [f"{picture.shape[0]} × {picture.shape[1]}" for picture in (guide, image)]
        raise ShapeError(f"guide is {sizes[0]} pixels, image {sizes[1]}; resize one of them first")


def validate(array: NDArray[Any], name: str) -> None:
    """Raise :class:`ShapeError` unless ``array`` is a picture (H, W, 3) of finite floats with pixels."""
    if array.ndim != 3 or array.shape[2] != 3:
        remedy = {1: "; repeat the grey channel three times", 4: "; split the alpha channel off"}
        channels = array.shape[2] if array.ndim == 3 else 1 if array.ndim == 2 else 0
        raise ShapeError(f"{name} must have shape (H, W, 3), got {array.shape}{remedy.get(channels, '')}")
    if array.size == 0:
        raise ShapeError(f"{name} has no pixels, its shape is {array.shape}")
    if not np.issubdtype(array.dtype, np.floating):
        raise ShapeError(f"{name} must hold floats in [0, 1], got {array.dtype}; divide by the largest value")
    if not np.isfinite(array).all():
        raise ShapeError(f"{name} holds NaN or infinite values")
