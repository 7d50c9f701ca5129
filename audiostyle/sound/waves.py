"""Waves in and out of the public functions: checked once, and given back as the caller's kind of array."""

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


def check_wave(wave: Wave, name: str = "the wave") -> tuple[Array, Callable[[Array], Wave]]:
    """Return a wave as float32 (samples,) or (channels, samples), and the way back to the caller's kind.

    Args:
        wave: a NumPy array or a tensor.
        name: what error messages call it.

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
        array = np.asarray(like.cpu(), dtype=np.float32)
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
