"""From samples to the file formats we write; each takes uint8, or uint16 where the format is deep."""

import struct
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from audiostyle.image.io import exif as metadata

Samples = NDArray[np.uint8] | NDArray[np.uint16]

JPEG_QUALITY = 95
"""With colour at full resolution (4:4:4): what smoothing has aligned with edges must stay on them."""

_PNG_LEVEL = 4  # of 9: half the time of the usual 6, files 1 % larger
_HEADER_END = 8 + 25  # of a PNG: its signature and its first chunk, of fixed size


def quantize(colour: NDArray[np.float32], alpha: NDArray[np.float32] | None, bits: int) -> Samples:
    """Join (H, W, 3) and (H, W) to uint8 or uint16 (H, W, 3 or 4), to the nearest step."""
    height, width, channels = colour.shape
    dtype = np.dtype(f"uint{bits}")
    top = np.float32(np.iinfo(dtype).max)
    result = np.empty((height, width, channels + (alpha is not None)), dtype)
    for row in range(height):  # row by row: no second copy of a large picture in floats
        result[row, :, :channels] = np.rint(np.clip(colour[row], 0, 1) * top)
        if alpha is not None:
            result[row, :, channels] = np.rint(np.clip(alpha[row], 0, 1) * top)
    return result


def write_png(path: Path, samples: Samples, profile: bytes | None, exif: bytes | None) -> None:
    """8 or 16 bits."""
    data = imagecodecs.png_encode(samples, level=_PNG_LEVEL)
    chunks = b""
    if profile:
        chunks += _chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(profile))
    if exif:
        chunks += _chunk(b"eXIf", exif.removeprefix(b"Exif\0\0"))
    with path.open("wb") as file:
        file.write(data[:_HEADER_END])
        file.write(chunks)
        file.write(memoryview(data)[_HEADER_END:])


def _chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG: length, kind, content, checksum."""
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def write_jpeg(path: Path, samples: Samples, profile: bytes | None, exif: bytes | None) -> None:
    """8 bits, no transparency."""
    Image.fromarray(samples).save(
        path, "JPEG", quality=JPEG_QUALITY, subsampling=0, icc_profile=profile, exif=exif or b""
    )


def write_webp(
    path: Path, samples: Samples, profile: bytes | None, exif: bytes | None, *, lossless: bool
) -> None:
    """8 bits.  Where it is transparent, colours are kept (``exact``)."""
    Image.fromarray(samples).save(
        path,
        "WEBP",
        lossless=lossless,
        quality=0 if lossless else JPEG_QUALITY,  # without loss it is effort, as is the method:
        method=0 if lossless else 4,  # most takes six times as long for 4 % of size
        exact=True,
        icc_profile=profile or b"",
        exif=exif or b"",
    )


def write_tiff(path: Path, samples: Samples, profile: bytes | None, exif: bytes | None) -> None:
    """8 or 16 bits, compressed without loss.  Of EXIF, the tags that a TIFF has itself."""
    tags = metadata.parse_tags(exif)
    texts = [
        (tag, "s", 0, str(tags[tag]), True) for tag in (*metadata.TEXTS, metadata.SOFTWARE) if tag in tags
    ]
    tifffile.imwrite(
        path,
        samples,
        photometric="rgb",
        extrasamples=["unassalpha"] if samples.shape[2] == 4 else None,
        compression="adobe_deflate",
        predictor=True,
        iccprofile=profile,
        software=False,
        metadata=None,
        extratags=texts,
    )
