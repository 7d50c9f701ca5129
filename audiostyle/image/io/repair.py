"""Pictures whose files end too early: what is there of them, if that is nearly all.

A transfer that broke off, or a program that wrote no end marker, leaves a file that viewers still show.  A
JPEG gets the end marker that it lacks.  A PNG is written anew from what can be unpacked of it.  How many rows
are missing is known then; up to `MOST_MISSING` of them are filled with the last row that is there.
"""

import io
import struct
import zlib

import numpy as np
from PIL import Image

MOST_MISSING = 0.05
"""Share of the rows; where more are missing, the picture is not what it was."""

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_JPEG_END = b"\xff\xd9"
_JPEG_SCAN = b"\xff\xda"
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by color type


def repair(data: bytes) -> tuple[bytes, int] | None:
    """Return the bytes of a file that can be decoded, and how many of its rows hold the picture.

    Args:
        data: of a file that was found to end too early.

    Returns:
        None where it is no JPEG or PNG, or nothing can be done.
    """
    if data.startswith(b"\xff\xd8"):
        return _repair_jpeg(data)
    if data.startswith(_PNG_HEAD):
        return _repair_png(data)
    return None


def _repair_jpeg(data: bytes) -> tuple[bytes, int] | None:
    if data.rstrip(b"\0").endswith(_JPEG_END):  # damaged in another way
        return None
    whole = data.removesuffix(b"\xff") + _JPEG_END
    with Image.open(io.BytesIO(whole), formats=("JPEG",)) as image:
        image.load()
        if "progressive" in image.info:  # each scan is of the whole picture, which the later ones sharpen
            return (whole, image.height) if data.count(_JPEG_SCAN) > 1 else None
        right = np.asarray(image).reshape(image.height, image.width, -1)[:, -1].astype(int)
    # Decoders fill what is missing, block by block to the right and down, with the middle of the range.
    there = np.flatnonzero((np.abs(2 * right - 255) > 1).any(axis=1))
    return (whole, int(there[-1]) + 1) if there.size else None


def _repair_png(data: bytes) -> tuple[bytes, int] | None:
    kept, packed, place = [_PNG_HEAD], b"", len(_PNG_HEAD)
    while place + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + size]
        check = data[place + 8 + size : place + 12 + size]
        if len(check) == 4 and check != struct.pack(">I", zlib.crc32(kind + body)):
            return None  # damaged, and not only cut short
        if kind == b"IDAT":
            packed += body
        elif kind != b"IEND" and len(body) == size:
            kept.append(_make_chunk(kind, body))
        place += 12 + size
    if len(kept) < 2 or kept[1][4:8] != b"IHDR" or len(kept[1]) != 25:
        return None
    width, height, bits, color, _, _, interlaced = struct.unpack(">IIBBBBB", kept[1][8:21])
    if interlaced:  # what is missing are rows and columns all over the picture
        return None
    stride = 1 + (width * bits * _PNG_CHANNELS.get(color, 0) + 7) // 8
    try:
        rows = zlib.decompressobj().decompress(packed, height * stride)
    except zlib.error:
        return None
    count = len(rows) // stride
    if count < (1 - MOST_MISSING) * height:  # before the rest is made up
        return data, count
    pixels = rows[: count * stride] + bytes((height - count) * stride)
    end = [_make_chunk(b"IDAT", zlib.compress(pixels, 1)), _make_chunk(b"IEND", b"")]
    return b"".join([*kept, *end]), count


def _make_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
