"""Pictures in and out of the public functions: checked once, and given back as the caller's kind of array."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Union

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

Picture = TypeVar("Picture", NDArray[Any], "Tensor")
"""RGB (H, W, 3): floats in [0, 1], or uint8 from 0 to 255.

NumPy array in, NumPy array out; tensor in, tensor out, of the same data type and on the same device.
"""

AnyPicture: TypeAlias = Union[NDArray[np.generic], "Tensor"]  # a string takes no |
"""A picture whose kind has no bearing on what comes out, such as a style or a guide."""

Array = NDArray[np.float64]
Floats = NDArray[np.floating]

F = TypeVar("F", np.float32, np.float64)


def to_floats(picture: AnyPicture, name: str, dtype: type[F]) -> NDArray[F]:
    """Check a picture and return it as floats.

    Args:
        picture: a NumPy array or a tensor (H, W, 3) of floats in [0, 1], or of uint8.
        name: what error messages call it.
        dtype: ``np.float64`` or ``np.float32``.

    Returns:
        The picture as a contiguous array (H, W, 3) in [0, 1]; uint8 is divided by 255.

    Raises:
        ShapeError: the picture is not (H, W, 3), has no pixels, holds integers other than uint8, or is not
            finite.

    Example:
        >>> to_floats(np.full((1, 1, 3), 51, np.uint8), "the photograph", np.float64).tolist()
        [[[0.2, 0.2, 0.2]]]
    """
    torch = sys.modules.get("torch")  # who passes a tensor has loaded it; nobody else waits for the import
    if torch is not None and isinstance(picture, torch.Tensor):
        on_cpu = picture.detach().cpu()
        wide = torch.float64 if dtype is np.float64 else torch.float32
        values = (on_cpu.to(wide) if on_cpu.is_floating_point() else on_cpu).numpy()
    else:
        values = np.asarray(picture)
    check_values(values, name)
    floats = np.ascontiguousarray(values, dtype=dtype)
    return floats / dtype(255) if values.dtype == np.uint8 else floats


def make_restore(picture: Picture) -> Callable[[Floats], Picture]:
    """Return the function that turns a picture of floats in [0, 1] into the kind that ``picture`` is of.

    The kind is NumPy array or tensor, with its data type and device.  To become uint8, values are clipped to
    [0, 1] and rounded to nearest; floats are left as they are.

    Example:
        >>> restore = make_restore(np.zeros((1, 1, 3), np.uint8))
        >>> restore(np.array([[[0.1, 0.5, 2.0]]])).tolist()
        [[[26, 128, 255]]]
    """
    torch = sys.modules.get("torch")
    restore: Callable[[Floats], Any]
    if torch is not None and isinstance(picture, torch.Tensor):
        device, dtype = picture.device, picture.dtype
        restore = lambda out: torch.from_numpy(  # noqa: E731
            _round(out) if dtype == torch.uint8 else out
        ).to(device, dtype)
    else:
        kind = np.asarray(picture).dtype
        restore = lambda out: _round(out) if kind == np.uint8 else out.astype(kind, copy=False)  # noqa: E731
    return restore  # type: ignore[return-value]  # the branches tell which kind it gives


def check_values(array: NDArray[np.generic], name: str) -> None:
    """Raise ShapeError unless ``array`` is a picture: (H, W, 3), not empty, of uint8 or of finite floats."""
    if array.ndim != 3 or array.shape[2] != 3:
        remedy = {1: "; repeat the gray channel three times", 4: "; split the alpha channel off"}
        channels = array.shape[2] if array.ndim == 3 else 1 if array.ndim == 2 else 0
        raise ShapeError(f"{name} must have shape (H, W, 3), got {array.shape}{remedy.get(channels, '')}")
    if array.size == 0:
        raise ShapeError(f"{name} has no pixels, its shape is {array.shape}")
    if array.dtype == np.uint8:
        return
    if not np.issubdtype(array.dtype, np.floating):
        raise ShapeError(
            f"{name} must hold floats in [0, 1] or uint8, got {array.dtype}; divide by the largest value"
        )
    if not np.isfinite(array).all():
        raise ShapeError(f"{name} holds NaN or infinite values")


def check_same_size(guide: Floats, image: Floats) -> None:
    """Raise :class:`ShapeError` unless both pictures have the same height and width."""
    if guide.shape[:2] != image.shape[:2]:
        sizes = [f"{picture.shape[0]} × {picture.shape[1]}" for picture in (guide, image)]
        raise ShapeError(f"guide is {sizes[0]} pixels, image {sizes[1]}; resize one of them first")


def _round(array: Floats) -> NDArray[np.uint8]:
    return np.rint(np.clip(array, 0, 1) * 255).astype(np.uint8)
