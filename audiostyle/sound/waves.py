"""Waves that go into public functions and come out of them: checked once, and of the caller's kind."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

Wave = TypeVar("Wave", NDArray[Any], "Tensor")
"""A recording as an array: (samples,) or (channels, samples), full scale ±1.

NumPy array in, NumPy array out; tensor in, tensor out, of the same floating type and on the same device.
"""

Array = NDArray[np.float32]
"""A wave as the library works on it."""


def check_wave(wave: Wave, name: str = "the wave") -> tuple[Array, Callable[[Array], Wave]]:
    """Return a wave as a float32 array, and a function that turns results into the caller's kind.

    Args:
        wave: (samples,) or (channels, samples), a NumPy array or a tensor; it is not changed.
        name: what error messages call it.

    Returns:
        A copy of the wave as float32 of the same shape; and a function from such arrays to arrays of the
        wave's floating type, or to tensors of its floating type on its device.

    Raises:
        ShapeError: the wave is empty, not finite or of another number of dimensions.

    Example:
        >>> array, restore = check_wave(np.zeros((2, 8), np.float64))
        >>> array.dtype.name, restore(array).dtype.name
        ('float32', 'float64')
    """
    torch = sys.modules.get("torch")  # who passes a tensor has loaded it; nobody else waits for the import
    restore: Callable[[Array], Any]
    array: Array
    if torch is not None and isinstance(wave, torch.Tensor):
        like = wave.detach()
        array = like.to("cpu", torch.float32, copy=True).numpy()  # NumPy itself does not know bfloat16
        dtype = like.dtype if like.is_floating_point() else torch.float32
        restore = lambda result: torch.from_numpy(result).to(like.device, dtype)  # noqa: E731
    else:
        original = np.asarray(wave)
        array = original.astype(np.float32)
        kind = original.dtype if np.issubdtype(original.dtype, np.floating) else np.dtype(np.float32)
        restore = lambda result: result.astype(kind, copy=False)  # noqa: E731
    if array.ndim not in (1, 2) or not array.size:
        raise ShapeError(f"{name} must have shape (samples,) or (channels, samples), not {array.shape}")
    if not np.isfinite(array).all():
        raise ShapeError(f"{name} holds NaN or infinite samples")
    return array, restore  # type: ignore[return-value]  # the branches say which kind it gives
