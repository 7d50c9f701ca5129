"""Waves that go into public functions and come out of them: checked once, and of the caller's kind.

What a user holds is rarely what a library works on.  What can be meant in one way only is taken so:

- **Layout**: (samples,) or (channels, samples).  (samples, channels), in which ``soundfile`` and ``scipy``
  give files, is told by its shape: more rows than columns, up to `MOST_CHANNELS` columns and more rows than
  that.  The result then has that layout too.  So a recording of up to 32 samples has its channels first.
- **Scale**: floats have full scale ±1, integers of 8, 16 and 32 bits their type's, uint8 and uint16 around
  the middle of theirs, as in files.  Floats that hold integers are an error: nobody can tell of how many
  bits.
- **Storage**: any strides, byte order and device; memory maps, lists, and tensors with gradients.
"""

import logging
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError
from audiostyle.sound.limiter import Limiter

if TYPE_CHECKING:
    from torch import Tensor

Wave = TypeVar("Wave", NDArray[Any], "Tensor")
"""A recording as an array: (samples,), (channels, samples) or (samples, channels), full scale ±1 or integers.

NumPy array in, NumPy array out; tensor in, tensor out, of the same type and layout and on the same device.
"""

Array = NDArray[np.float32]
"""A wave as the library works on it."""

MOST_CHANNELS = 32
"""More columns than these are no channels of (samples, channels)."""

_LOUDEST = 64.0  # full scales, +36 dB: no mix in floats comes near, and 16 bits as floats go far beyond

log = logging.getLogger(__name__)


def check_wave(
    wave: Wave, name: str = "the wave", sample_rate: int | None = None
) -> tuple[Array, Callable[[Array], Wave]]:
    """Return a wave as a float32 array, and a function that turns results into the caller's kind.

    Args:
        wave: (samples,), (channels, samples) or (samples, channels), a NumPy array, a tensor, or what NumPy
            makes an array of; it is not changed.
        name: what error messages call it.
        sample_rate: in hertz, where results may be louder than integers can hold; see below.

    Returns:
        A copy of the wave as float32 (samples,) or (channels, samples), full scale ±1; and a function from
        such arrays to the wave's layout and type, on its device.  For integers, results are rounded, and
        where they are beyond full scale limited as in files (:class:`~audiostyle.sound.limiter.Limiter`), or
        without a sample rate clipped, with a warning in the log.

    Raises:
        ShapeError: the wave is empty, not finite, of another number of dimensions or of a type that sound
            does not have, or holds the values of integers as floats.

    Example:
        >>> array, restore = check_wave(np.zeros((800, 2), np.int16))
        >>> array.shape, array.dtype.name
        ((2, 800), 'float32')
        >>> restore(array + 0.5)[0].tolist()
        [16384, 16384]
    """
    torch = sys.modules.get("torch")  # who passes a tensor has loaded it; nobody else waits for the import
    if torch is not None and isinstance(wave, torch.Tensor):
        samples, to_kind = _open_tensor(wave, name)
    else:
        samples, to_kind = _open_array(wave, name)
    turned = is_samples_first(samples.shape, name)
    array = _to_floats(samples.T if turned else samples, name)

    def restore(result: Array) -> Any:
        if sample_rate and samples.dtype.kind in "iu" and np.abs(result).max(initial=0) > 1:
            planes = np.atleast_2d(result)
            result = Limiter(len(planes), sample_rate).process(planes, last=True).reshape(result.shape)
        return to_kind(np.ascontiguousarray(result.T) if turned else result)

    return array, restore


def scale_integers(samples: NDArray[Any], name: str) -> NDArray[Any]:
    """Return samples as floats of full scale ±1: integers by the scale of their type, floats as they are.

    Raises:
        ShapeError: they are of a type that sound does not have.

    Example:
        >>> scale_integers(np.array([0, -32768], np.int16), "the block").tolist()
        [0.0, -1.0]
    """
    kind = samples.dtype.kind
    if kind == "f":
        return samples
    if kind not in "iu" or samples.dtype.itemsize > 4 or samples.dtype == np.uint32:
        raise ShapeError(
            f"{name} must hold floats of full scale ±1, or integers of 8, 16 or 32 bits, not {samples.dtype}"
        )
    middle, scale = _get_scale(samples.dtype)
    # In double precision, because 32 bits do not fit into a float32 before the division
    return ((samples.astype(np.float64) - middle) / scale).astype(np.float32)


def to_wave_list(given: object, kinds: type | tuple[type, ...] = ()) -> list[Any]:
    """Return waves that were given as one or as several in a sequence.

    Numbers in a list, or in lists, are one wave; a list of arrays is several.

    Args:
        given: a wave, something of the other ``kinds``, or a sequence of such.
        kinds: what else counts as one.

    Example:
        >>> len(to_wave_list([0.0, 0.5])), len(to_wave_list([np.zeros(3), np.zeros(5)]))
        (1, 2)
    """
    if isinstance(given, kinds) or hasattr(given, "__array__") or not isinstance(given, Sequence):
        return [given]
    if isinstance(given, str | bytes) or _is_nested_numbers(given):
        return [given]
    return list(given)


def _is_nested_numbers(given: Sequence[Any]) -> bool:
    """Return whether a sequence is numbers, or sequences of numbers."""
    first = given[0] if len(given) else None
    if isinstance(first, Sequence) and not isinstance(first, str) and len(first):
        first = first[0]
    return isinstance(first, int | float)


def _open_tensor(tensor: "Tensor", name: str) -> tuple[NDArray[Any], Callable[[Array], Any]]:
    """Return a tensor as an array, and what turns results into such a tensor."""
    import torch

    like = tensor.detach()
    try:  # NumPy itself does not know bfloat16
        samples = (like.to("cpu", torch.float32) if like.dtype == torch.bfloat16 else like.cpu()).numpy()
    except (RuntimeError, TypeError, NotImplementedError):  # sparse, quantized, without data
        raise ShapeError(f"{name} is a tensor without plain numbers ({like.dtype}, {like.layout})") from None
    kind = np.dtype(np.float32) if like.is_floating_point() else samples.dtype

    def to_kind(result: Array) -> "Tensor":
        return torch.from_numpy(_to_type(result, kind, name)).to(like.device, like.dtype)

    return samples, to_kind


def _open_array(given: object, name: str) -> tuple[NDArray[Any], Callable[[Array], NDArray[Any]]]:
    """Return what was given as an array, and what turns results into one of its type."""
    if np.ma.is_masked(given):
        raise ShapeError(f"{name} has masked samples; fill them first: wave.filled(0)")
    try:
        samples = np.asarray(given)
    except Exception as error:  # whatever the __array__ of another library raises
        reason = " ".join(str(error).split())
        raise ShapeError(f"{name} cannot be read as an array of numbers ({reason})") from None
    return samples, lambda result: _to_type(result, samples.dtype, name)


def is_samples_first(shape: tuple[int, ...], name: str) -> bool:
    """Return whether a shape is (samples, channels), and not (samples,) or (channels, samples).

    Raises:
        ShapeError: it is none of them.
    """
    if len(shape) not in (1, 2) or 0 in shape:
        raise ShapeError(f"{name} must have shape (samples,) or (channels, samples), not {shape}")
    if len(shape) == 1 or shape[0] <= max(shape[1], MOST_CHANNELS):
        return False
    if shape[1] > MOST_CHANNELS:
        raise ShapeError(
            f"{name} must have shape (samples,) or (channels, samples); {shape} would be {shape[0]} channels"
        )
    return True


def _to_floats(samples: NDArray[Any], name: str) -> Array:
    """Return a copy of samples as contiguous float32 with full scale ±1."""
    scaled = scale_integers(samples, name)
    if scaled is not samples:
        return np.array(scaled, np.float32, order="C")
    low, high = float(samples.min()), float(samples.max())  # NaN if any is
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ShapeError(f"{name} holds NaN or infinite samples")
    peak = max(-low, high)
    if peak > _LOUDEST or (peak >= 2 and not (samples % 1).any()):
        raise ShapeError(
            f"{name} holds floats up to {peak:g}, full scale is ±1; divide it by its full scale"
            ", which is 32768 for 16 bits"
        )
    return np.array(samples, np.float32, order="C")


def _to_type(result: Array, kind: np.dtype[Any], name: str) -> NDArray[Any]:
    """Return a float32 result in another type; see :func:`check_wave`."""
    if kind.kind not in "iu":
        return result.astype(kind, copy=False)
    middle, scale = _get_scale(kind)
    limits = np.iinfo(kind)
    steps = np.rint(result.astype(np.float64) * scale) + middle
    if beyond := int(((steps < limits.min) | (steps > limits.max + 1)).sum()):
        log.warning(
            "%s: %d samples of the result are beyond full scale and were clipped; give floats to keep them",
            name,
            beyond,
        )
    return np.clip(steps, limits.min, limits.max).astype(kind)


def _get_scale(kind: np.dtype[Any]) -> tuple[int, int]:
    """Return silence and full scale of a type of integers."""
    half = 2 ** (8 * kind.itemsize - 1)
    return (half if kind.kind == "u" else 0), half
