"""Pictures in and out of the public functions: checked once, and given back as the caller's kind.

What can be meant in one way only is taken so:

- **Layout**: (H, W, 3), gray (H, W) or (H, W, 1), with alpha (H, W, 4) or (H, W, 2); and with channels first,
  as torch has them, where the last axis cannot be channels.  Results have color, and the rest of the layout.
- **Scale**: floats in [0, 1], uint8 and uint16 of their full scale.  Floats far outside are an error.
- **Kind**: arrays of any strides, tensors of any device, with gradients too, lists, and pictures of Pillow.
- **Transparency**: hidden pixels have no say, see :mod:`.transparency`; alpha itself is given back.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, Union

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError
from audiostyle.image.transparency import F, fill_hidden

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

Picture = TypeVar("Picture", NDArray[Any], "Tensor", "Image")
"""RGB (H, W, 3): floats in [0, 1], or uint8 from 0 to 255; see :mod:`audiostyle.image.arrays` for the rest.

Array in, array out; tensor in, tensor out, of the same data type and on the same device; Pillow's in and out.
"""

AnyPicture: TypeAlias = Union[NDArray[np.generic], "Tensor", "Image"]  # a string takes no |
"""A picture whose kind has no bearing on what comes out, such as a style or a guide."""

Array = NDArray[np.float64]
Floats = NDArray[np.floating]

_LOWEST, _HIGHEST = -0.5, 4.0  # interpolation overshoots [0, 1], light in floats does; this is another scale
_CHANNELS = (1, 2, 3, 4)  # gray, with alpha, RGB, with alpha


@dataclass(frozen=True)
class OpenedPicture(Generic[F]):
    """A picture that was checked.

    Attributes:
        color: (H, W, 3) in [0, 1], contiguous; hidden pixels are filled from visible ones.
        seen: the same, in which faint pixels too are in part what those around them suggest.  This is what
            networks and smoothing are to see, which look at neighbors.
        alpha: (H, W) in [0, 1], above 0 somewhere; None where nothing is transparent.
        restore: turns a picture (H, W, 3) of floats into the caller's kind, layout and data type, with the
            alpha that it came with.  To become integers, values are clipped to [0, 1] and rounded to nearest;
            floats are left as they are.
    """

    color: NDArray[F]
    seen: NDArray[F]
    alpha: NDArray[np.float32] | None
    restore: Callable[[Floats], Any]

    def to_array(self) -> NDArray[F]:
        """Return the picture as an array, (H, W, 3), or with alpha (H, W, 4) where some is transparent."""
        if self.alpha is None:
            return self.color
        return np.concatenate([self.color, self.alpha[..., None].astype(self.color.dtype)], axis=2)


def open_picture(
    picture: AnyPicture, name: str, dtype: type[F], *, any_scale: bool = False
) -> OpenedPicture[F]:
    """Check a picture and return it as floats.

    Args:
        picture: an array, a tensor or a picture of Pillow; see the module for what it may hold.
        name: what error messages call it.
        dtype: ``np.float64`` or ``np.float32``.
        any_scale: whether floats may be of any scale, for what is linear in them.

    Raises:
        ShapeError: it is no picture, has no pixels or no visible one, or holds values that are not finite,
            not in [0, 1], or of a type that pictures do not have.

    Example:
        >>> opened = open_picture(np.full((1, 1, 3), 51, np.uint8), "the photograph", np.float64)
        >>> opened.color.tolist(), opened.restore(np.array([[[0.1, 0.5, 2.0]]])).tolist()
        ([[[0.2, 0.2, 0.2]]], [[[26, 128, 255]]])
    """
    values, to_kind = _read_values(picture, name)
    kind = values.dtype
    planes, first = _find_layout(values, name)
    _check_type(kind, name)
    color, alpha = _split(planes)
    if kind.kind == "f":
        _check_range(color, alpha, name, any_scale)
    floats = np.ascontiguousarray(color, dtype=dtype)
    floats = floats / dtype(np.iinfo(kind).max) if kind.kind == "u" else floats
    if floats.shape[2] == 1:
        floats = floats.repeat(3, axis=2)
    shares = None if alpha is None else _to_shares(alpha)
    if shares is not None and not shares.any():
        raise ShapeError(f"{name} is wholly transparent; there is nothing to see in it")
    if shares is not None and bool((shares == 1).all()):
        shares = None
    seen = floats if shares is None else fill_hidden(floats, shares)
    if shares is not None:
        floats = np.where(shares[..., None] > 0, floats, seen)

    def restore(out: Floats) -> Any:
        result = _round(out, kind) if kind.kind == "u" else out.astype(kind, copy=False)
        if alpha is not None:
            result = np.concatenate([result, alpha], axis=2, dtype=kind)
        return to_kind(np.ascontiguousarray(np.moveaxis(result, 2, 0)) if first else result)

    return OpenedPicture(floats, seen, shares, restore)


def to_floats(picture: AnyPicture, name: str, dtype: type[F]) -> NDArray[F]:
    """Return a picture as a contiguous array (H, W, 3) in [0, 1]; see :func:`open_picture`.

    Example:
        >>> to_floats(np.full((1, 1), 51, np.uint8), "the guide", np.float64).tolist()
        [[[0.2, 0.2, 0.2]]]
    """
    return open_picture(picture, name, dtype).seen


def check_same_size(guide: Floats, image: Floats) -> None:
    """Raise :class:`ShapeError` unless both pictures have the same height and width."""
    if guide.shape[:2] != image.shape[:2]:
        sizes = [f"{picture.shape[0]} × {picture.shape[1]}" for picture in (guide, image)]
        raise ShapeError(f"guide is {sizes[0]} pixels, image {sizes[1]}; resize one of them first")


def to_list(given: object) -> list[Any]:
    """Return pictures, or masks, that were given as one or as several in a sequence.

    Numbers in nested lists are one; a list of arrays is several.

    Example:
        >>> pixel = np.zeros((1, 1, 3))
        >>> len(to_list(pixel)), len(to_list(pixel.tolist())), len(to_list([pixel, pixel]))
        (1, 1, 2)
    """
    if not isinstance(given, Sequence) or isinstance(given, str | bytes):
        return [given]
    first: object = given
    while isinstance(first, Sequence) and not isinstance(first, str | bytes) and len(first):
        first = first[0]
    return [given] if isinstance(first, int | float) else list(given)


def _read_values(picture: object, name: str) -> tuple[NDArray[Any], Callable[[NDArray[Any]], Any]]:
    """Return the values of a picture of any kind, and what turns such values into that kind."""
    torch, pillow = sys.modules.get("torch"), sys.modules.get("PIL.Image")
    if torch is not None and isinstance(picture, torch.Tensor):  # who passes one has loaded it
        device, dtype, like = picture.device, picture.dtype, picture.detach()
        try:  # NumPy does not know bfloat16
            values = (like.to("cpu", torch.float32) if dtype == torch.bfloat16 else like.cpu()).numpy()
        except (RuntimeError, TypeError, NotImplementedError):  # sparse, quantized, without data
            raise ShapeError(f"{name} is a tensor without plain numbers ({dtype}, {like.layout})") from None
        return values, lambda result: torch.from_numpy(result).to(device, dtype)
    if pillow is not None and isinstance(picture, pillow.Image):
        return _read_pillow(picture), lambda result: pillow.fromarray(_round_to_bytes(result))
    if np.ma.is_masked(picture):
        raise ShapeError(f"{name} has masked pixels; give it an alpha channel instead")
    try:
        return np.asarray(picture), lambda result: result
    except Exception as error:  # whatever the __array__ of another library raises
        reason = " ".join(str(error).split())
        raise ShapeError(f"{name} cannot be read as an array of numbers ({reason})") from None


def _read_pillow(image: "Image") -> NDArray[Any]:
    """Return the pixels of a picture of Pillow, of whatever mode: gray, RGB, or with alpha."""
    if image.mode in {"I;16", "I;16B", "I;16L", "I;16N", "I"}:
        return np.clip(np.asarray(image), 0, 65535).astype(np.uint16)
    if image.mode == "F":
        return np.asarray(image)
    if image.has_transparency_data:
        return np.asarray(image.convert("RGBA"))
    return np.asarray(image.convert("RGB"))


def _find_layout(values: NDArray[Any], name: str) -> tuple[NDArray[Any], bool]:
    """Return values as (H, W, C), and whether they came as (C, H, W)."""
    shape = values.shape
    first = len(shape) == 3 and shape[2] not in _CHANNELS and shape[0] in _CHANNELS
    if len(shape) == 2:
        values = values[..., None]
    elif first:
        values = np.moveaxis(values, 0, 2)
    if values.ndim != 3 or values.shape[2] not in _CHANNELS:
        remedy = "; give one picture at a time" if len(shape) == 4 else ""
        raise ShapeError(f"{name} must have shape (H, W, 3), (H, W, 4) or (H, W), not {shape}{remedy}")
    if values.size == 0:
        raise ShapeError(f"{name} has no pixels, its shape is {shape}")
    return values, first


def _check_type(kind: np.dtype[Any], name: str) -> None:
    if kind.kind != "f" and not (kind.kind == "u" and kind.itemsize <= 2):
        raise ShapeError(
            f"{name} must hold floats in [0, 1], uint8 or uint16, not {kind}; divide by the largest value"
        )


def _split(planes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """Split (H, W, C) into color, of 1 or 3 channels, and alpha (H, W, 1) or None."""
    count = planes.shape[2]
    return (planes, None) if count in (1, 3) else (planes[..., :-1], planes[..., -1:])


def _check_range(color: NDArray[Any], alpha: NDArray[Any] | None, name: str, any_scale: bool) -> None:
    """Raise ShapeError unless floats are finite and in [0, 1], give or take; hidden colors do not matter."""
    seen = color if alpha is None else color[np.nan_to_num(alpha[..., 0]) > 0]
    for values, what in ((seen, name), (alpha, f"the alpha of {name}")):
        if values is None or not values.size:
            continue
        low, high = float(values.min()), float(values.max())  # NaN if any is
        if not (np.isfinite(low) and np.isfinite(high)):
            raise ShapeError(f"{what} holds NaN or infinite values")
        if (low < _LOWEST or high > _HIGHEST) and not (any_scale and values is seen):
            top = 255 if high <= 255 else 65535
            remedy = f"divide by {top}" if low >= 0 else "shift and scale it"
            raise ShapeError(f"{what} holds floats from {low:.4g} to {high:.4g}, not in [0, 1]; {remedy}")


def _to_shares(alpha: NDArray[Any]) -> NDArray[np.float32]:
    """Return alpha (H, W, 1) of any type as float32 (H, W) in [0, 1]."""
    top = np.iinfo(alpha.dtype).max if alpha.dtype.kind == "u" else 1
    return np.clip(alpha[..., 0].astype(np.float32) / np.float32(top), 0, 1)


def _round(array: Floats, kind: np.dtype[Any]) -> NDArray[Any]:
    return np.rint(np.clip(array, 0, 1) * np.iinfo(kind).max).astype(kind)


def _round_to_bytes(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return values of any type that pictures have as bytes, which is what Pillow's RGB holds."""
    if values.dtype == np.uint8:
        return values
    top = np.iinfo(values.dtype).max if values.dtype.kind == "u" else 1
    return _round(values / top, np.dtype(np.uint8))
