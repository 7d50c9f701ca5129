"""From the bytes of a picture file to its samples, with no bit of depth lost.

Pillow reads all formats at 8 bits a channel; imagecodecs and tifffile read what is deeper (PNG, TIFF).
"""

import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import imagecodecs
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from audiostyle.errors import PictureReadError
from audiostyle.image.io.exif import ORIENTATION, TEXTS
from audiostyle.image.io.formats import READ_FORMATS
from audiostyle.image.io.repair import MOST_MISSING, repair

log = logging.getLogger(__name__)

_PNG = b"\x89PNG\r\n\x1a\n"
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_GRAY_OR_RGB = {
    tifffile.PHOTOMETRIC.RGB,
    tifffile.PHOTOMETRIC.MINISBLACK,
    tifffile.PHOTOMETRIC.MINISWHITE,
}
_LOSSY = {"JPEG", "MPO", "AVIF", "JPEG2000", "WEBP"}
_PIXELS_A_BYTE = 200  # more than any photograph, drawing or scan of text reaches
_BLANK_PIXELS = 20_000_000  # up to which a file may hold less than that: they fit into memory anyway
_TRUSTED_PIXELS = 200_000_000  # who asks for more than this usual limit trusts the file
_OUT_OF_RANGE = 0.01  # how far floats may leave [0, 1], by rounding or overshoot, before it is an error


@dataclass(frozen=True)
class DecodedPicture:
    """What a file holds, as stored.

    Attributes:
        color: float32 in [0, 1]: (H, W, 1) gray, (H, W, 3) RGB or (H, W, 4) CMYK.
        alpha: float32 (H, W) in [0, 1], 0 for transparent; None if there is none.
        bits: of a channel, 8 or 16; 16 for floats too.
        format: Pillow's name.
        exif: the tags; the samples are not rotated yet.
        profile: the ICC profile, unchecked.
        frames: more than 1 if it is animated.
        lossy: whether the file's compression has changed the picture.
    """

    color: NDArray[np.float32]
    alpha: NDArray[np.float32] | None
    bits: int
    format: str
    exif: Image.Exif = field(default_factory=Image.Exif)
    profile: bytes | None = None
    frames: int = 1
    lossy: bool = False


def decode(data: bytes, name: str, max_pixels: int) -> DecodedPicture:
    """Decode the bytes of a file.

    Args:
        data: the whole file.
        name: of the file, for messages.
        max_pixels: larger pictures are refused.

    Raises:
        PictureReadError: it is not a picture, damaged, cut short, larger than ``max_pixels``, or holds NaN.
    """
    if not data:
        raise PictureReadError(f"{name}: is empty (zero bytes); choose another file")
    with _explain_errors(name), _lift_size_limit():
        try:
            return _decode_whole(data, name, max_pixels)
        except (PictureReadError, MemoryError):
            raise
        except Exception:
            repaired = _repair(data, name, max_pixels)
            if repaired is None:
                raise
            return repaired


def _decode_whole(data: bytes, name: str, max_pixels: int) -> DecodedPicture:
    if data.startswith(_TIFF) and (decoded := _decode_deep_tiff(data, name, max_pixels)):
        return decoded
    image = Image.open(io.BytesIO(data), formats=READ_FORMATS)
    _check_size(image.height, image.width, name, max_pixels, len(data))
    deep_png = data.startswith(_PNG) and data[24] == 16
    samples, bits = (imagecodecs.png_decode(data), 16) if deep_png else _read_samples(image, name)
    color, alpha = _split_alpha(_scale(samples, 2**bits - 1, name), image.mode == "CMYK")
    return DecodedPicture(
        color,
        alpha,
        bits,
        image.format or "",
        _read_exif(image),  # only now: Pillow rotates a TIFF itself, and finds tags behind the pixels
        image.info.get("icc_profile"),
        1 if image.format == "MPO" else getattr(image, "n_frames", 1),  # a phone's: the rest are previews
        image.format in _LOSSY and b"VP8L" not in data,  # which is a part of WebPs without loss
    )


def _repair(data: bytes, name: str, max_pixels: int) -> DecodedPicture | None:
    """Decode a file that ends too early, if nearly all of the picture is there; see :mod:`.repair`."""
    found = repair(data)
    if found is None:
        return None
    whole, rows = found
    height = _read_height(data)
    if rows < (1 - MOST_MISSING) * height:
        raise PictureReadError(f"{name}: is cut short after {rows} of {height} rows; get a whole copy")
    picture = _decode_whole(whole, name, max_pixels)
    if rows < height:
        for plane in (picture.color, picture.alpha):
            if plane is not None:
                plane[rows:] = plane[rows - 1]
        log.warning(
            "%s: is cut short; its last %d of %d rows repeat the one before", name, height - rows, height
        )
    else:
        log.warning("%s: its end is missing; all of the picture is there", name)
    return picture


def _read_height(data: bytes) -> int:
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
        return image.height


@contextmanager
def _explain_errors(name: str) -> Iterator[None]:
    """Turn the errors of any kind that decoders raise on a damaged file into one."""
    try:
        yield
    except (PictureReadError, MemoryError):
        raise
    except UnidentifiedImageError:
        kinds = ", ".join(READ_FORMATS)
        raise PictureReadError(f"{name}: is not a picture of a kind that is read ({kinds})") from None
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise PictureReadError(f"{name}: is damaged or cut short ({reason}); get a whole copy") from None


@contextmanager
def _lift_size_limit() -> Iterator[None]:
    """Switch off Pillow's own limit on pixels: ours has a message that says what to do.

    It is one of the whole process, so the first thread to come remembers it, and the last one sets it again.
    """
    global _decoding, _limit
    with _lock:
        if _decoding == 0:
            _limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        _decoding += 1
    try:
        yield
    finally:
        with _lock:
            _decoding -= 1
            if _decoding == 0:
                Image.MAX_IMAGE_PIXELS = _limit


_lock, _decoding = threading.Lock(), 0
_limit: int | None = None


def _check_size(height: int, width: int, name: str, max_pixels: int, size: int) -> None:
    """Raise `PictureReadError` for more pixels than are wanted, or than ``size`` bytes can sensibly hold."""
    if max(_BLANK_PIXELS, size * _PIXELS_A_BYTE) < height * width <= max_pixels <= _TRUSTED_PIXELS:
        raise PictureReadError(
            f"{name}: claims {width}×{height} pixels in {size} bytes, which is either blank or a trap; raise "
            f"the limit above {_TRUSTED_PIXELS / 1e6:.0f} Mpx if you trust it and have the memory"
        )
    if height * width > max_pixels:
        raise PictureReadError(
            f"{name}: has {width}×{height} pixels ({height * width / 1e6:.0f} Mpx), more than the limit of "
            f"{max_pixels / 1e6:.0f} Mpx; raise the limit if you trust it and have the memory"
        )


def _read_samples(image: Image.Image, name: str) -> tuple[NDArray[Any], int]:
    """Return Pillow's picture as (H, W) or (H, W, C), and its depth in bits."""
    image.load()
    if image.mode in {"I;16", "I;16B", "I;16L", "I;16N", "I"}:  # of "I", only 16-bit PGM comes here
        return np.asarray(image).astype(np.uint16), 16
    if image.mode == "F":
        return np.asarray(image), 16
    if image.mode == "LAB":
        raise PictureReadError(f"{name}: is in the color space L*a*b*; convert it to RGB")
    return np.asarray(image.convert(_choose_mode(image))), 8


def _choose_mode(image: Image.Image) -> str:
    """Return the Pillow mode of 8 bits that holds all of a picture."""
    if image.mode in {"LA", "La"}:
        return "LA"
    if image.has_transparency_data:  # a channel, a transparent color, or a palette with transparency
        return "RGBA"
    return {"1": "L", "L": "L", "CMYK": "CMYK"}.get(image.mode, "RGB")


def _decode_deep_tiff(data: bytes, name: str, max_pixels: int) -> DecodedPicture | None:
    """Decode a gray or RGB TIFF of more than 8 bits; None leaves it to Pillow."""
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages.first
        if page.photometric not in _GRAY_OR_RGB or page.bitspersample <= 8:
            return None
        _check_size(page.imagelength, page.imagewidth, name, max_pixels, len(data))
        samples = page.asarray(maxworkers=1)
        if page.axes.startswith("S"):  # channel by channel
            samples = np.moveaxis(samples, 0, -1)
        if page.extrasamples and samples.dtype.kind == "f":  # colors divided by an alpha of 0 are no numbers
            hidden = samples[..., samples.shape[-1] - len(page.extrasamples)] == 0
            samples = np.where(hidden[..., None], 0, samples)
        scaled = _scale(samples, 2**page.bitspersample - 1, name)
        if page.photometric == tifffile.PHOTOMETRIC.MINISWHITE:
            scaled[..., 0] = 1 - scaled[..., 0]
        extra = page.extrasamples
        color, alpha = _split_alpha(scaled, channels=scaled.shape[2] - len(extra))
        if alpha is not None and extra[0] == tifffile.EXTRASAMPLE.ASSOCALPHA:  # color times alpha is stored
            np.divide(color, alpha[..., None], out=color, where=alpha[..., None] > 0)
            np.clip(color, 0, 1, out=color)
        exif = Image.Exif()
        exif.update({tag: page.tags[tag].value for tag in (*TEXTS, ORIENTATION) if tag in page.tags})
        return DecodedPicture(color, alpha, 16, "TIFF", exif, page.iccprofile, len(file.pages))


def _scale(samples: NDArray[Any], top: int, name: str) -> NDArray[np.float32]:
    """Convert samples (H, W) or (H, W, C) of any type to float32 (H, W, C) in [0, 1]."""
    whole = samples[..., None] if samples.ndim == 2 else samples
    if not whole.size:
        raise PictureReadError(f"{name}: has no pixels; get a whole copy")
    if whole.dtype.kind == "u":
        result = whole.astype(np.float32)
        result /= np.float32(top)
        return result
    if whole.dtype.kind != "f":
        raise PictureReadError(f"{name}: holds samples of type {whole.dtype}; convert it to 8 or 16 bits")
    low, high = float(whole.min()), float(whole.max())  # NaN if any is
    if not (np.isfinite(low) and np.isfinite(high)):
        raise PictureReadError(f"{name}: holds NaN or infinite values; repair it where it was made")
    if low < -_OUT_OF_RANGE or high > 1 + _OUT_OF_RANGE:
        raise PictureReadError(f"{name}: holds values from {low:g} to {high:g}; scale them to 0..1")
    return np.clip(whole, 0, 1).astype(np.float32)


def _split_alpha(
    samples: NDArray[np.float32], cmyk: bool = False, channels: int | None = None
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """Split samples (H, W, C) into color and alpha, each contiguous.

    Args:
        samples: color, then alpha if there are more channels.
        cmyk: whether four channels are inks.
        channels: of color, where that is known; None goes by the number in all.
    """
    count = samples.shape[2]
    colors = channels or (4 if cmyk else 3 if count >= 3 else 1)
    if count == colors:
        return samples, None
    return np.ascontiguousarray(samples[..., :colors]), np.ascontiguousarray(samples[..., colors])


def _read_exif(image: Image.Image) -> Image.Exif:
    """Return the tags, or none if they are damaged: the photograph is still one."""
    try:
        return image.getexif()
    except Exception:
        return Image.Exif()
