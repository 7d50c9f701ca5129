"""From samples to the formats that are written: uint8, or uint16 where the format is deep."""

import struct
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from audiostyle.image.io.exif import SOFTWARE, TEXTS, parse_tags

Samples = NDArray[np.uint8] | NDArray[np.uint16]
"""(H, W, 3) RGB, or (H, W, 4) with alpha."""

JPEG_QUALITY = 95
"""With color at full resolution (4:4:4), because what smoothing has aligned with edges must stay on them."""

_PNG_LEVEL = 4  # of 9: half the time of the usual 6, files 1 % larger
_HEADER_END = 8 + 25  # bytes of a PNG's signature and of its first chunk, whose size is fixed


def quantize(color: NDArray[np.float32], alpha: NDArray[np.float32] | None, bits: int) -> Samples:
    """Join color and alpha, and round them to whole steps.

    Args:
        color: (H, W, 3) in [0, 1]; values outside are clipped.
        alpha: (H, W) in [0, 1], or None.
        bits: 8 or 16.

    Returns:
        uint8 or uint16, (H, W, 3) or with alpha (H, W, 4), rounded to nearest.
    """
    height, width, channels = color.shape
    dtype = np.dtype(f"uint{bits}")
    top = np.float32(np.iinfo(dtype).max)
    result = np.empty((height, width, channels + (alpha is not None)), dtype)
    for row in range(height):  # row by row, to need no second copy of a large picture in floats
        result[row, :, :channels] = np.rint(np.clip(color[row], 0, 1) * top)
        if alpha is not None:
            result[row, :, channels] = np.rint(np.clip(alpha[row], 0, 1) * top)
    return result


def write_png(path: Path, samples: Samples, profile: bytes | None, exif: bytes | None) -> None:
    """Write a PNG of 8 or 16 bits, with its color profile and EXIF data."""
    data = imagecodecs.png_encode(samples, level=_PNG_LEVEL)
    chunks = b""
    if profile:
        chunks += _make_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(profile))
    if exif:
        chunks += _make_chunk(b"eXIf", exif.removeprefix(b"Exif\0\0"))
    with path.open("wb") as file:
        file.write(data[:_HEADER_END])
        file.write(chunks)
        file.write(memoryview(data)[_HEADER_END:])


def _make_chunk(kind: bytes, content: bytes) -> bytes:
    """Return a part of a PNG: length, kind, content, checksum."""
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def write_jpeg(path: Path, samples: Samples, profile: bytes | None, exif: bytes | None) -> None:
    """Write a JPEG: 8 bits, without transparency."""
    Image.fromarray(samples).save(
        path, "JPEG", quality=JPEG_QUALITY, subsampling=0, icc_profile=profile, exif=exif or b""
    )


def write_webp(
    path: Path, samples: Samples, profile: bytes | None, exif: bytes | None, *, lossless: bool
) -> None:
    """Write a WebP of 8 bits.  Colors are kept where it is transparent (``exact``)."""
    Image.fromarray(samples).save(
        path,
        "WEBP",
        lossless=lossless,
        quality=0 if lossless else JPEG_QUALITY,  # without loss it means effort, as the method does:
        method=0 if lossless else 4,  # the highest takes six times as long for 4 % of size
        exact=True,
        icc_profile=profile or b"",
        exif=exif or b"",
    )


def write_tiff(path: Path, samples: Samples, profile: bytes | None, exif: bytes | None) -> None:
    """Write a TIFF of 8 or 16 bits, compressed without loss, with those EXIF tags that TIFF has itself."""
    tags = parse_tags(exif)
    texts = [(tag, "s", 0, str(tags[tag]), True) for tag in (*TEXTS, SOFTWARE) if tag in tags]
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
