"""Pictures from files and into files, with all that is not style kept: size, depth, transparency, profile.

Any RGB, grey, CMYK or palette picture comes in as RGB in the space of its own colour profile, and the way up
that its EXIF says.  What is not RGB (a grey or CMYK profile) is converted to sRGB, for results have colour.
"""

import dataclasses
import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audiostyle.atomic import STANDARD_OUTPUT, AtomicFile, explain_errors
from audiostyle.errors import PictureReadError, PictureWriteError, ShapeError
from audiostyle.image.io import encode as encoding
from audiostyle.image.io import exif as metadata
from audiostyle.image.io import formats
from audiostyle.image.io import icc as profiles
from audiostyle.image.io.decode import DecodedPicture, decode

log = logging.getLogger(__name__)

STANDARD_INPUT = "-"
MAX_PIXELS = 200_000_000
"""Pictures of more are refused unless told otherwise: a small file may claim any size, to fill the memory."""


@dataclass(frozen=True)
class PictureFile:
    """A picture as `read_picture` returns it; ``picture.replaced(result)`` is what `write_picture` then writes.

    Attributes:
        pixels: float32 (H, W, 3) in [0, 1], RGB in the space of ``profile``, the right way up.
        alpha: float32 (H, W) in [0, 1], 0 for transparent (the colours are not multiplied by it), or None.
        profile: ICC profile of RGB; None means sRGB.
        exif: tags about the picture, orientation 1.
        bits: a channel, of the file: 8 or 16; 16 for floats too.
        format: Pillow's name of the file's format; empty for a picture that comes from no file.
        lossy: the file's compression had changed the picture.
    """

    pixels: NDArray[np.float32]
    alpha: NDArray[np.float32] | None = None
    profile: bytes | None = None
    exif: bytes | None = None
    bits: int = 8
    format: str = ""
    lossy: bool = False

    def replaced(self, pixels: NDArray[np.float32]) -> "PictureFile":
        """Other pixels (H, W, 3) of the same size, and everything else as it is.

        Raises ShapeError if they have another size.
        """
        if pixels.shape != self.pixels.shape:
            raise ShapeError(f"a picture of shape {self.pixels.shape} cannot become one of {pixels.shape}")
        return dataclasses.replace(self, pixels=pixels)

    def in_space_of(self, other: "PictureFile") -> NDArray[np.float32]:
        """The pixels as they read in the colour space of ``other``."""
        return profiles.convert(self.pixels, self.profile, other.profile)


def read_picture(path: str | Path, *, max_pixels: int = MAX_PIXELS) -> PictureFile:
    """Read a picture; ``-`` is standard input.

    Raises:
        PictureReadError: missing, not a picture, damaged or cut short, empty, of more than ``max_pixels``,
            floats that are NaN or not in 0..1.
    """
    name = _name(path)
    found = _decode(path, max_pixels)
    if found.frames > 1:
        log.warning("%s: has %d pictures; the first is used", name, found.frames)
    channels = {1: "gray", 3: "rgb", 4: "cmyk"}[found.colour.shape[2]]
    profile = profiles.check_usable(found.profile, channels, name)
    pixels, profile = _as_rgb(found.colour, profile, channels)
    way_up = metadata.get_orientation(found.exif)
    return PictureFile(
        metadata.rotate_upright(pixels, way_up),
        None if found.alpha is None else metadata.rotate_upright(found.alpha, way_up),
        profile,
        metadata.keep_tags(found.exif, name),
        found.bits,
        found.format,
        found.lossy,
    )


def read_mask(path: str | Path, *, max_pixels: int = MAX_PIXELS) -> NDArray[Any]:
    """Read a mask for `audiostyle.image.masks`: labels uint16 (H, W) from grey, colours uint8 (H, W, 3).

    The way up is as its EXIF says; transparency and colour profiles mean nothing here.

    Raises `PictureReadError` as `read_picture` does.
    """
    found = _decode(path, max_pixels)
    colour = metadata.rotate_upright(found.colour, metadata.get_orientation(found.exif))
    if colour.shape[2] == 1:
        return np.rint(colour[..., 0] * (2**found.bits - 1)).astype(np.uint16)
    if colour.shape[2] == 4:
        raise PictureReadError(f"{_name(path)}: is CMYK, which no mask can be; paint it in RGB")
    return np.rint(colour * 255).astype(np.uint8)


def write_picture(
    path: str | Path, picture: PictureFile, *, format: str | None = None, comment: str | None = None
) -> None:
    """Write a picture under a temporary name that becomes ``path`` when whole; ``-`` is standard output.

    The format is that of the suffix (on standard output the picture's own, or PNG), unless ``format`` names
    it.  PNG and TIFF have the picture's depth; JPEG (quality 95, 4:4:4) and WebP 8 bits; WebP is without loss
    unless the picture comes from a lossy file.  An alpha channel without transparency is left out of a JPEG.
    ``comment`` becomes the EXIF tag Software.  A file that exists is replaced: asking is up to the caller.

    Raises:
        PictureWriteError: unknown suffix, a format that cannot hold the picture, folder or file not
            writable, disk full, pixels that are not finite.
        ShapeError: pixels and alpha do not fit each other.
    """
    chosen = check_writable(path, picture, format)
    _check_pixels(path, picture)
    bits = picture.bits if chosen.deep else 8
    samples = encoding.quantize(picture.pixels, picture.alpha if chosen.alpha else None, bits)
    exif = metadata.add_comment(picture.exif, comment)
    output = AtomicFile(path, PictureWriteError)
    try:
        with explain_errors(output.name, PictureWriteError):
            _encode(output, chosen, samples, picture, exif)
        output.commit()
    finally:
        output.discard()


def check_writable(path: str | Path, picture: PictureFile, format: str | None = None) -> formats.Format:
    """The format in which `write_picture` would write, before there is a result.

    Raises `PictureWriteError` if it is unknown or cannot hold the picture.
    """
    if str(path) == STANDARD_OUTPUT and format is None:
        format = picture.format if picture.format in formats.FORMATS else "PNG"
    chosen = formats.format_of(path, format)
    transparent = picture.alpha is not None and bool((picture.alpha < 1).any())
    height, width = picture.pixels.shape[:2]
    formats.check(path, chosen, (height, width), transparent)
    return chosen


def _encode(
    output: AtomicFile,
    format: formats.Format,
    samples: encoding.Samples,
    picture: PictureFile,
    exif: bytes | None,
) -> None:
    path, profile = output.temporary, picture.profile
    try:
        match format.name:
            case "PNG":
                encoding.write_png(path, samples, profile, exif)
            case "JPEG":
                encoding.write_jpeg(path, samples, profile, exif)
            case "WEBP":
                encoding.write_webp(path, samples, profile, exif, lossless=not picture.lossy)
            case _:
                encoding.write_tiff(path, samples, profile, exif)
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


def _decode(path: str | Path, max_pixels: int) -> DecodedPicture:
    name = _name(path)
    try:
        data = sys.stdin.buffer.read() if str(path) == STANDARD_INPUT else Path(path).read_bytes()
    except IsADirectoryError:
        raise PictureReadError(f"{name}: is a folder; name a picture in it") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PictureReadError(f"{name}: cannot be read ({reason}); check the name and the folder") from None
    return decode(data, name, max_pixels)


def _as_rgb(
    colour: NDArray[np.float32], profile: bytes | None, channels: str
) -> tuple[NDArray[np.float32], bytes | None]:
    if channels == "rgb":
        return colour, profile
    if profile and profiles.get_color_space(profile) == channels:
        return profiles.convert(colour, profile, None), None
    if channels == "gray":
        return np.repeat(colour, 3, axis=2), profile
    return (1 - colour[..., :3]) * (1 - colour[..., 3:]), None  # CMYK of unknown inks: light minus each


def _name(path: str | Path) -> str:
    return "standard input" if str(path) == STANDARD_INPUT else str(path)
