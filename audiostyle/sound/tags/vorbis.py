"""Vorbis comments, and FLAC's blocks of pictures, which Ogg has inside comments.

https://xiph.org/vorbis/doc/v-comment.html; RFC 9639, section 8.8.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterable, Sequence

from audiostyle.sound.tags.tags import Picture, Tags, clean_texts

_MASK = "WAVEFORMATEXTENSIBLE_CHANNEL_MASK"
_PICTURE = "METADATA_BLOCK_PICTURE"
_MOST_COMMENTS = 10_000


def parse_comments(data: bytes) -> tuple[bytes, list[tuple[str, str]]]:
    """Return the vendor, and names and values; what is cut short is left out.

    Example:
        >>> parse_comments(build_comments(b"x", [("TITLE", "Song")]))
        (b'x', [('TITLE', 'Song')])
    """
    vendor, place = _take(data, 0)
    found: list[tuple[str, str]] = []
    count = int.from_bytes(data[place : place + 4], "little")
    place += 4
    for _ in range(min(count, _MOST_COMMENTS)):
        if place + 4 > len(data):
            break
        comment, place = _take(data, place)
        name, separator, value = comment.decode(errors="replace").partition("=")
        if separator:
            found.append((name.upper(), value))
    return vendor, found


def build_comments(vendor: bytes, comments: Sequence[tuple[str, str]]) -> bytes:
    """Return a block of comments."""
    fields = [f"{name}={value}".encode() for name, value in comments]
    parts = [struct.pack("<I", len(vendor)), vendor, struct.pack("<I", len(fields))]
    for field in fields:
        parts += [struct.pack("<I", len(field)), field]
    return b"".join(parts)


def _take(data: bytes, place: int) -> tuple[bytes, int]:
    """Return the field that begins at a place, behind its size, and where it ends."""
    size = int.from_bytes(data[place : place + 4], "little")
    return data[place + 4 : place + 4 + size], place + 4 + size


def parse_picture(data: bytes) -> Picture | None:
    """Return a picture from FLAC's block, or None if that is cut short.

    Example:
        >>> parse_picture(build_picture(Picture(b"pixels", "image/png")))
        Picture(data=b'pixels', mime='image/png', kind=3, description='')
    """
    try:
        kind, size = struct.unpack_from(">II", data)
        mime, place = data[8 : 8 + size], 8 + size
        (size,) = struct.unpack_from(">I", data, place)
        description, place = data[place + 4 : place + 4 + size], place + 4 + size + 16
        (size,) = struct.unpack_from(">I", data, place)
    except struct.error:
        return None
    pixels = data[place + 4 : place + 4 + size]
    if len(pixels) < size or not pixels:
        return None
    return Picture(pixels, mime.decode("latin-1"), kind & 0xFF, description.decode(errors="replace"))


def build_picture(picture: Picture) -> bytes:
    """Return FLAC's block of a picture; its size in pixels is left for players to see."""
    mime, description = picture.mime.encode("latin-1", "replace"), picture.description.encode()
    parts = [
        struct.pack(">II", picture.kind, len(mime)),
        mime,
        struct.pack(">I", len(description)),
        description,
    ]
    return b"".join([*parts, struct.pack(">5I", 0, 0, 0, 0, len(picture.data)), picture.data])


def collect_tags(comments: Iterable[tuple[str, str]], pictures: Iterable[Picture] = ()) -> Tags:
    """Return tags from comments, some of which hold pictures, or the mask of the speakers."""
    texts, found, mask = [], list(pictures), None
    for name, value in comments:
        if name == _PICTURE:
            picture = _decode_picture(value)
            found += [picture] if picture else []
        elif name == _MASK:
            mask = _read_mask(value)
        else:
            texts.append(("COMMENT" if name == "DESCRIPTION" else name, value))  # as ffmpeg has it
    return Tags(clean_texts(texts), tuple(found), mask=mask)


def list_comments(tags: Tags, *, inside_ogg: bool) -> list[tuple[str, str]]:
    """Return tags as comments; inside Ogg pictures are comments too, elsewhere the mask is."""
    comments = list(tags.texts)
    if inside_ogg:
        blocks = [base64.b64encode(build_picture(picture)).decode() for picture in tags.pictures]
        comments += [(_PICTURE, block) for block in blocks]
    elif tags.mask:
        comments.append((_MASK, f"0x{tags.mask:04X}"))
    return comments


def _decode_picture(value: str) -> Picture | None:
    try:
        return parse_picture(base64.b64decode(value))
    except (binascii.Error, ValueError):
        return None


def _read_mask(value: str) -> int | None:
    try:
        return int(value, 0)
    except ValueError:
        return None
