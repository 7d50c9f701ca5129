"""FLAC's metadata blocks (RFC 9639, section 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from audiostyle.sound.parts.view import View
from audiostyle.sound.tags.tags import MOST_BYTES, Tags
from audiostyle.sound.tags.vorbis import (
    build_comments,
    build_picture,
    collect_tags,
    list_comments,
    parse_comments,
    parse_picture,
)

_COMMENTS, _PICTURE, _PADDING = 4, 6, 1
_LARGEST_BLOCK = (1 << 24) - 1


def read_flac_tags(file: IO[bytes], start: int) -> Tags:
    """Return the tags of the FLAC that begins at a place."""
    comments, pictures, size = [], [], 0
    for kind, begin, end in _walk(file, start):
        if kind in (_COMMENTS, _PICTURE) and size + end - begin < MOST_BYTES:
            size += end - begin
            file.seek(begin)
            data = file.read(end - begin)
            if kind == _COMMENTS:
                comments += parse_comments(data)[1]
            elif picture := parse_picture(data):
                pictures.append(picture)
    return collect_tags(comments, pictures)


def view_with_flac_tags(file: IO[bytes], tags: Tags) -> View:
    """Return a FLAC with other tags than it has."""
    blocks, vendor, end = [], b"audiostyle", 4
    for kind, begin, end in _walk(file, 0):
        file.seek(begin)
        data = file.read(end - begin)
        if kind == _COMMENTS:
            vendor = parse_comments(data)[0] or vendor
        elif kind not in (_PICTURE, _PADDING):
            blocks.append((kind, data))
    blocks.insert(1, (_COMMENTS, build_comments(vendor, list_comments(tags, inside_ogg=False))))
    pictures = [(_PICTURE, build_picture(picture)) for picture in tags.pictures]
    blocks += [block for block in pictures if len(block[1]) <= _LARGEST_BLOCK]
    head = b"fLaC"
    for number, (kind, data) in enumerate(blocks):
        last = 0x80 if number == len(blocks) - 1 else 0
        head += bytes([kind | last]) + len(data).to_bytes(3, "big") + data
    size = file.seek(0, 2)
    return View(file, [head, (end, size)])


def _walk(file: IO[bytes], start: int) -> Iterator[tuple[int, int, int]]:
    """Yield kind, begin and end of each block."""
    position = start + 4
    size = file.seek(0, 2)
    while True:
        file.seek(position)
        head = file.read(4)
        begin = position + 4
        position = begin + int.from_bytes(head[1:4], "big")
        if len(head) < 4 or position > size:
            return
        yield head[0] & 0x7F, begin, position
        if head[0] & 0x80:
            return
