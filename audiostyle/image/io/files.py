"""Pictures from files and to files, with all that is not style kept: size, depth, transparency, profile.

Any RGB, gray, CMYK or palette picture is read as RGB in the space of its own color profile, and upright, as
its EXIF orientation says.  A picture whose profile is not one of RGB (but of gray or CMYK) is converted to
sRGB, because results have color.
"""

import dataclasses
import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle import atomic
from audiostyle.atomic import STANDARD_OUTPUT, AtomicFile, explain_errors
from audiostyle.errors import PictureReadError, PictureWriteError, ShapeError
from audiostyle.image.io import encode, formats, icc
from audiostyle.image.io.decode import DecodedPicture, decode
from audiostyle.image.io.exif import add_comment, get_orientation, keep_tags, rotate_upright

log = logging.getLogger(__name__)

STANDARD_INPUT = "-"
MAX_PIXELS = 200_000_000
"""Larger pictures are refused unless told otherwise, because a small file may claim any size."""


@dataclass(frozen=True)
class PictureFile:
    """A picture with all that its file holds beside the pixels.

    Attributes:
        pixels: float32 (H, W, 3) in [0, 1], RGB in the space of ``profile``, upright.
        alpha: float32 (H, W) in [0, 1], 0 for transparent (the colors are not multiplied by it), or None.
        profile: ICC profile of RGB; None means sRGB.
        exif: tags about the picture, with orientation 1.
        bits: of a channel in the file, 8 or 16; 16 for floats too.
        format: Pillow's name of the file's format; empty for a picture that comes from no file.
        lossy: whether the file's compression had changed the picture.

    Example:
        >>> picture = PictureFile(np.zeros((2, 3, 3), np.float32))
        >>> picture.replace_pixels(np.ones((2, 3, 3), np.float32)).pixels.mean()
        np.float32(1.0)
    """

    pixels: NDArray[np.float32]
    alpha: NDArray[np.float32] | None = None
    profile: bytes | None = None
    exif: bytes | None = None
    bits: int = 8
    format: str = ""
    lossy: bool = False

    def replace_pixels(self, pixels: NDArray[np.float32]) -> "PictureFile":
        """Return the picture with other pixels of the same size, and everything else as it is.

        Args:
            pixels: (H, W, 3); or (H, W, 4) with the same alpha, as results are of what :meth:`to_array` gave.

        Raises:
            ShapeError: the pixels have another size.
        """
        if pixels.shape[:2] != self.pixels.shape[:2] or pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
            raise ShapeError(f"a picture of shape {self.pixels.shape} cannot become one of {pixels.shape}")
        return dataclasses.replace(self, pixels=np.ascontiguousarray(pixels[..., :3]))

    def convert_to_profile_of(self, other: "PictureFile") -> NDArray[np.float32]:
        """Return the pixels in the color space of another picture, with alpha as :meth:`to_array` has it."""
        return self._join_alpha(icc.convert(self.pixels, self.profile, other.profile))

    def to_array(self) -> NDArray[np.float32]:
        """Return the pixels (H, W, 3), or with alpha (H, W, 4) where some of the picture is transparent."""
        return self._join_alpha(self.pixels)

    def _join_alpha(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.alpha is None or bool((self.alpha == 1).all()):
            return pixels
        return np.concatenate([pixels, self.alpha[..., None]], axis=2)


def read_picture(path: str | Path, *, max_pixels: int = MAX_PIXELS) -> PictureFile:
    """Read a picture.

    Args:
        path: of the file; ``-`` is standard input.
        max_pixels: larger pictures are refused.

    Raises:
        PictureReadError: the file is missing, not a picture, damaged, cut short, empty, or has more than
            ``max_pixels`` or floats that are NaN or not in 0..1.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_picture(f"{folder}/a.png", PictureFile(np.ones((2, 3, 3), np.float32)))
        ...     read_picture(f"{folder}/a.png").pixels.shape
        (2, 3, 3)
    """
    return _open_decoded(decode_file(path, max_pixels), get_name(path))


def parse_picture(data: bytes, name: str, *, max_pixels: int = MAX_PIXELS) -> PictureFile:
    """Read a picture from the bytes of its file.

    Args:
        data: the whole file.
        name: of the file, for messages.
        max_pixels: larger pictures are refused.

    Raises:
        PictureReadError: see `read_picture`.
    """
    return _open_decoded(decode(data, name, max_pixels), name)


def _open_decoded(found: DecodedPicture, name: str) -> PictureFile:
    """Return what a file holds as RGB, upright."""
    if found.frames > 1:
        log.warning("%s: has %d pictures; the first is used", name, found.frames)
    channels = {1: "gray", 3: "rgb", 4: "cmyk"}[found.color.shape[2]]
    profile = icc.select_usable(found.profile, channels, name)
    pixels, profile = _convert_to_rgb(found.color, profile, channels)
    orientation = get_orientation(found.exif)
    return PictureFile(
        rotate_upright(pixels, orientation),
        None if found.alpha is None else rotate_upright(found.alpha, orientation),
        profile,
        keep_tags(found.exif, name),
        found.bits,
        found.format,
        found.lossy,
    )


def write_picture(
    path: str | Path, picture: PictureFile, *, format: str | None = None, comment: str | None = None
) -> None:
    """Write a picture under a temporary name that becomes ``path`` when it is whole.

    PNG and TIFF have the picture's depth; JPEG (quality 95, 4:4:4) and WebP have 8 bits; WebP is without loss
    unless the picture comes from a lossy file.  An alpha channel without transparency is left out of a JPEG.
    A file that exists is replaced: to ask first is the caller's duty.

    Args:
        path: of the file; ``-`` is standard output.
        picture: the picture.
        format: its name; None goes by the suffix, and on standard output takes the picture's own, or PNG.
        comment: becomes the EXIF tag Software.

    Raises:
        PictureWriteError: the suffix is unknown, the format cannot hold the picture, the folder or the file
            is not writable, the disk is full, or pixels are not finite.
        ShapeError: pixels and alpha do not fit each other.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_picture(f"{folder}/a.png", PictureFile(np.ones((2, 3, 3), np.float32), bits=16))
        ...     read_picture(f"{folder}/a.png").bits
        16
    """
    chosen = check_writable(path, picture, format)
    _check_pixels(path, picture)
    bits = picture.bits if chosen.deep else 8
    samples = encode.quantize(picture.pixels, picture.alpha if chosen.alpha else None, bits)
    exif = add_comment(picture.exif, comment)
    output = AtomicFile(path, PictureWriteError)
    try:
        with explain_errors(output.name, PictureWriteError):
            _encode(output, chosen, samples, picture, exif)
        output.commit()
    finally:
        output.discard()


def check_writable(
    path: str | Path, picture: PictureFile, format: str | None = None
) -> formats.PictureFormat:
    """Return the format in which `write_picture` would write, before there is a result.

    Args:
        path, format: as of `write_picture`.
        picture: one of the result's size and transparency.

    Raises:
        PictureWriteError: the format is unknown or cannot hold the picture, or the file cannot be made.

    Example:
        >>> check_writable("result.jpg", PictureFile(np.ones((2, 3, 3), np.float32))).name
        'JPEG'
    """
    if str(path) == STANDARD_OUTPUT and format is None:
        format = picture.format if picture.format in formats.FORMATS else "PNG"
    chosen = formats.find_format(path, format)
    transparent = picture.alpha is not None and bool((picture.alpha < 1).any())
    height, width = picture.pixels.shape[:2]
    formats.check_capacity(path, chosen, (height, width), transparent)
    atomic.check_writable(path, PictureWriteError)
    return chosen


def _encode(
    output: AtomicFile,
    format: formats.PictureFormat,
    samples: encode.Samples,
    picture: PictureFile,
    exif: bytes | None,
) -> None:
    path, profile = output.temporary, picture.profile
    try:
        match format.name:
            case "PNG":
                encode.write_png(path, samples, profile, exif)
            case "JPEG":
                encode.write_jpeg(path, samples, profile, exif)
            case "WEBP":
                encode.write_webp(path, samples, profile, exif, lossless=not picture.lossy)
            case _:
                encode.write_tiff(path, samples, profile, exif)
    except ValueError as error:  # such as more metadata than the format has room for
        raise PictureWriteError(
            f"{output.name}: {format.name} cannot hold it ({error}); write .png"
        ) from None


def _check_pixels(path: str | Path, picture: PictureFile) -> None:
    pixels, alpha = picture.pixels, picture.alpha
    if pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise ShapeError(f"{path}: pixels must have shape (height, width, 3), not {pixels.shape}")
    if alpha is not None and alpha.shape != pixels.shape[:2]:
        raise ShapeError(f"{path}: alpha must have shape {pixels.shape[:2]}, not {alpha.shape}")
    if not np.isfinite(pixels).all():
        raise PictureWriteError(f"{path}: was given a pixel that is NaN or infinite; please report this")


def decode_file(path: str | Path, max_pixels: int) -> DecodedPicture:
    """Read a file and decode it; see :func:`read_picture` for arguments and errors."""
    name = get_name(path)
    if str(path) == STANDARD_INPUT and sys.stdin is None:
        raise PictureReadError(f"{name}: is closed; pipe a picture into it, or name a file")
    try:
        if str(path) != STANDARD_INPUT and Path(path).is_char_device():
            raise PictureReadError(f"{name}: is a device and has no end; name a file")
        data = sys.stdin.buffer.read() if str(path) == STANDARD_INPUT else Path(path).read_bytes()
    except IsADirectoryError:
        raise PictureReadError(f"{name}: is a folder; name a picture in it") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PictureReadError(f"{name}: cannot be read ({reason}); check the name and the folder") from None
    return decode(data, name, max_pixels)


def _convert_to_rgb(
    color: NDArray[np.float32], profile: bytes | None, channels: str
) -> tuple[NDArray[np.float32], bytes | None]:
    """Return pixels (H, W, 3) and their RGB profile; ``channels`` tells what ``color`` holds."""
    if channels == "rgb":
        return color, profile
    if profile and icc.get_color_space(profile) == channels:
        return icc.convert(color, profile, None), None
    if channels == "gray":
        return np.repeat(color, 3, axis=2), profile
    return (1 - color[..., :3]) * (1 - color[..., 3:]), None  # CMYK of unknown inks: each takes light away


def get_name(path: str | Path) -> str:
    """Return what messages call a path."""
    return "standard input" if str(path) == STANDARD_INPUT else str(path)
