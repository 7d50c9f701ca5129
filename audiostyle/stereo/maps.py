"""Files of disparities, by the conventions of the field.

``.npy`` and ``.pfm`` hold pixels as floats; what is not finite is not known (Middlebury 2014).  PNGs of 16
bits hold 256 units a pixel, PNGs of 8 bits whole pixels; 0 is not known (KITTI 2012).
"""

import io
import math
from pathlib import Path
from tokenize import TokenError

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import PictureReadError
from audiostyle.image.io.decode import decode
from audiostyle.image.io.files import MAX_PIXELS

_UNITS = 256  # of a pixel, in 16 bits
_SUFFIXES = (".npy", ".pfm", ".png")
# A NumPy file's header is a Python literal, which its reader takes apart by Python's own means.
_DAMAGED = (
    ValueError,
    IndexError,
    EOFError,
    OverflowError,
    MemoryError,
    RecursionError,
    SyntaxError,
    TokenError,
)
_NPY_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def read_disparity(path: str | Path, *, max_pixels: int = MAX_PIXELS) -> NDArray[np.float32]:
    """Read a map of disparities, those of the left view.

    Args:
        path: of a ``.npy``, ``.pfm`` or ``.png`` file.
        max_pixels: larger maps are refused.

    Returns:
        (H, W), in pixels; NaN where it is not known.

    Raises:
        PictureReadError: it cannot be read, or is no map.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     np.save(f"{folder}/map.npy", np.full((2, 3), 4.5))
        ...     read_disparity(f"{folder}/map.npy").tolist()
        [[4.5, 4.5, 4.5], [4.5, 4.5, 4.5]]
    """
    name, suffix = str(path), Path(path).suffix.lower()
    if suffix not in _SUFFIXES:
        raise PictureReadError(f"{name}: disparities are read from {', '.join(_SUFFIXES)}; convert the map")
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise PictureReadError(f"{name}: cannot be read ({error.strerror or error})") from None
    try:
        disparity = {".npy": _parse_npy, ".pfm": _parse_pfm}[suffix](data) if suffix != ".png" else None
    except _DAMAGED as error:
        why = str(error).partition("\n")[0]
        raise PictureReadError(f"{name}: is damaged or no map ({why}); get a whole one") from None
    if disparity is None:
        disparity = _decode_png(data, name, max_pixels)
    if disparity.ndim != 2 or not 0 < disparity.size <= max_pixels:
        raise PictureReadError(
            f"{name}: is no map (height, width), but of shape {disparity.shape}; convert it"
        )
    known: NDArray[np.float32] = np.where(np.isfinite(disparity), disparity, np.nan).astype(np.float32)
    if np.isnan(known).all():
        raise PictureReadError(f"{name}: no disparity in it is known; get another map")
    return known


def _parse_npy(data: bytes) -> NDArray[np.floating]:
    """Return what a NumPy file holds; one that promises more than it has is refused before it is read."""
    stream = io.BytesIO(data)
    read_header = _NPY_HEADERS.get(np.lib.format.read_magic(stream))
    if read_header is None:
        raise ValueError("it is of a version that is not known")
    shape, by_columns, kind = read_header(stream)
    if kind.kind not in "fiu":
        raise ValueError("it holds no numbers")
    values = np.frombuffer(data, kind, math.prod(shape), offset=stream.tell())
    return values.reshape(shape, order="F" if by_columns else "C").astype(np.float32)


def _parse_pfm(data: bytes) -> NDArray[np.floating]:
    """Return what a portable float map holds: three lines of text, then rows from the lowest up."""
    kind, size, scale, values = data.split(b"\n", 3)
    if kind.strip() != b"Pf":
        raise ValueError("it is no gray PFM")
    width, height = (int(side) for side in size.split())
    order = "<f4" if float(scale) < 0 else ">f4"
    return np.frombuffer(values, order, width * height).reshape(height, width)[::-1].astype(np.float32)


def _decode_png(data: bytes, name: str, max_pixels: int) -> NDArray[np.floating]:
    found = decode(data, name, max_pixels)
    color = found.color
    if color.shape[2] > 1 and not bool((color == color[..., :1]).all()):
        raise PictureReadError(f"{name}: is colored; a map of disparities is gray")
    values = np.rint(color[..., 0].astype(np.float64) * (2**found.bits - 1))
    values[values == 0] = np.nan
    return values / (_UNITS if found.bits == 16 else 1)
