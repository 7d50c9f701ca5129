"""Tags of any file, from wherever its format keeps them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import IO

from audiostyle.sound.parts.chunks import find_grammar
from audiostyle.sound.parts.mpeg_frames import read_id3_size
from audiostyle.sound.tags.flac_blocks import read_flac_tags
from audiostyle.sound.tags.id3 import parse_id3, parse_id3v1
from audiostyle.sound.tags.ogg_pages import read_ogg_tags
from audiostyle.sound.tags.riff_chunks import read_chunk_tags
from audiostyle.sound.tags.tags import DEFAULT_MASKS, MOST_BYTES, Tags, clean_texts

_LAYOUTS = {
    "2.1": 0x0B,
    "3.0": 0x07,
    "3.1": 0x0F,
    "4.0": 0x107,
    "quad": 0x33,
    "quad(side)": 0x603,
    "5.0": 0x37,
    "5.0(side)": 0x607,
    "5.1": 0x3F,
    "5.1(side)": 0x60F,
    "6.1": 0x70F,
    "7.1": 0x63F,
}
_OTHER_NAMES = {"TRACK": "TRACKNUMBER", "DISC": "DISCNUMBER", "ALBUM_ARTIST": "ALBUMARTIST", "YEAR": "DATE"}
_NO_TAGS = ("MAJOR_BRAND", "MINOR_VERSION", "COMPATIBLE_BRANDS", "CREATION_TIME", "HANDLER_NAME", "VENDOR_ID")


def read_tags(file: IO[bytes], channels: int) -> Tags:
    """Return what a file says about its sound; what is damaged is left out.

    Args:
        file: open for reading; its position changes.
        channels: of its sound.

    Example:
        >>> import io
        >>> read_tags(io.BytesIO(b"TAG" + b"Song".ljust(125, b"\\0")), 2).texts
        (('TITLE', 'Song'),)
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    length = read_id3_size(file.read(10))
    file.seek(0)
    front = parse_id3(file.read(length)) if 0 < length < min(size, MOST_BYTES) else Tags()
    start = length if length < size else 0
    file.seek(start)
    head = file.read(40)
    own = Tags()
    if head[:4] == b"fLaC":
        own = _default_mask(read_flac_tags(file, start), channels)
    elif head[:4] == b"OggS":
        own = replace(read_ogg_tags(file, start), mask=DEFAULT_MASKS.get(channels))
    elif find_grammar(head):
        own = read_chunk_tags(file, start)
    elif not front:
        file.seek(max(0, size - 128))
        own = parse_id3v1(file.read(128))
    return own if own else front


def read_probed_tags(found: Mapping[str, str], layout: str) -> Tags:
    """Return tags from what ffprobe says of a file.

    Args:
        found: names, in any case, and values.
        layout: ffmpeg's name of the speakers.

    Example:
        >>> read_probed_tags({"title": "Song", "track": "3", "encoder": "Lavf"}, "5.1").texts
        (('TITLE', 'Song'), ('TRACKNUMBER', '3'))
    """
    texts = [(_OTHER_NAMES.get(name.upper(), name.upper()), value) for name, value in found.items()]
    kept = [(name, value) for name, value in texts if name not in _NO_TAGS and not name.startswith("ITUN")]
    return Tags(clean_texts(kept), mask=_LAYOUTS.get(layout))


def _default_mask(tags: Tags, channels: int) -> Tags:
    return tags if tags.mask else replace(tags, mask=DEFAULT_MASKS.get(channels))


def guess_mime(picture: bytes) -> str:
    """Return the type of a picture by its first bytes.

    Example:
        >>> guess_mime(bytes.fromhex("89504e47")), guess_mime(bytes.fromhex("ffd8"))
        ('image/png', 'image/jpeg')
    """
    kinds = {b"\x89PNG": "image/png", b"GIF8": "image/gif", b"RIFF": "image/webp", b"BM": "image/bmp"}
    return next((mime for magic, mime in kinds.items() if picture.startswith(magic)), "image/jpeg")
