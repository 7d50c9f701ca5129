"""WAV's and AIFF's chunks about the sound: INFO, bext (EBU Tech 3285), cue points, loops, ID3, speakers."""

from __future__ import annotations

import os
import struct
from typing import IO

from audiostyle.sound.parts import chunks
from audiostyle.sound.parts.chunks import Chunk, ChunkFile, find_grammar
from audiostyle.sound.tags.id3 import build_id3, parse_id3
from audiostyle.sound.tags.tags import MOST_BYTES, Tags, clean_texts

_INFO = {
    b"INAM": "TITLE",
    b"IART": "ARTIST",
    b"IPRD": "ALBUM",
    b"ICRD": "DATE",
    b"IGNR": "GENRE",
    b"ITRK": "TRACKNUMBER",
    b"IPRT": "TRACKNUMBER",
    b"ICMT": "COMMENT",
    b"ICOP": "COPYRIGHT",
    b"IMUS": "COMPOSER",
    b"IENG": "ENGINEER",
    b"ISRC": "SOURCE",
    b"IKEY": "KEYWORDS",
}
_AIFF = {b"NAME": "TITLE", b"AUTH": "ARTIST", b"(c) ": "COPYRIGHT", b"ANNO": "COMMENT"}
_KEPT = (b"bext", b"cue ", b"smpl", b"iXML", b"axml", b"inst", b"acid")
_MASK_AT = 20  # bytes of a format chunk before the mask of the speakers
_UNKNOWN_LOUDNESS = 0x7FFF


def read_chunk_tags(file: IO[bytes], start: int) -> Tags:
    """Return the tags of the WAV or AIFF that begins at a place."""
    size = file.seek(0, os.SEEK_END)
    file.seek(start)
    grammar = find_grammar(file.read(40))
    if grammar not in (chunks.RIFF, chunks.RIFX, chunks.AIFF):
        return Tags()
    container = ChunkFile(file, start, size, grammar)
    texts: list[tuple[str, str]] = []
    kept: list[tuple[bytes, bytes]] = []
    inner, mask, total = Tags(), None, 0
    for chunk in container.walk(start + grammar.head):
        if chunk.name == grammar.sound or total + chunk.size > MOST_BYTES:
            continue
        total += chunk.size
        data = container.read(chunk.start, chunk.size)
        if chunk.name == b"LIST" and data[:4] == b"INFO":
            texts += _read_info(container, chunk)
        elif chunk.name in _KEPT or (chunk.name == b"LIST" and data[:4] == b"adtl"):
            kept.append((chunk.name, data))
        elif chunk.name in (b"id3 ", b"ID3 "):
            inner = parse_id3(data)
        elif chunk.name in _AIFF and grammar is chunks.AIFF:
            texts.append((_AIFF[chunk.name], _decode(data)))
        elif chunk.name == b"fmt " and data[:2] == b"\xfe\xff" and len(data) >= _MASK_AT + 4:
            mask = int.from_bytes(data[_MASK_AT : _MASK_AT + 4], "little") or None
    named = {name for name, _ in inner.texts}
    own = [(name, value) for name, value in clean_texts(texts) if name not in named]
    return Tags((*own, *inner.texts), inner.pictures, tuple(kept), mask)


def _read_info(container: ChunkFile, chunk: Chunk) -> list[tuple[str, str]]:
    inner = ChunkFile(container.file, container.base, chunk.start + chunk.size, container.grammar)
    fields = [(field, inner.read(field.start, field.size)) for field in inner.walk(chunk.start + 4)]
    return [(_INFO[field.name], _decode(data)) for field, data in fields if field.name in _INFO]


def _decode(data: bytes) -> str:
    """Return a text of which nobody knows the encoding: UTF-8 where it can be."""
    data = data.partition(b"\0")[0]
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def append_chunk_tags(file: IO[bytes], tags: Tags) -> None:
    """Write tags behind the samples of a WAV or AIFF, and the mask of the speakers into its format.

    Args:
        file: open for reading and writing.
        tags: those that the format can hold.
    """
    file.seek(0)
    head = file.read(40)
    order = ">" if head[:4] == b"FORM" else "<"
    end = file.seek(0, os.SEEK_END)
    parts = _build_aiff(tags) if order == ">" else _build_wave(tags)
    data = b"\0" * (end % 2)
    for name, content in parts:
        data += name + struct.pack(f"{order}I", len(content)) + content + b"\0" * (len(content) % 2)
    file.write(data)
    file.seek(4)
    file.write(struct.pack(f"{order}I", min(end + len(data) - 8, 0xFFFF_FFFF)))
    if tags.mask and order == "<":
        _write_mask(file, end, tags.mask)


def _build_aiff(tags: Tags) -> list[tuple[bytes, bytes]]:
    parts = [(chunk, tags.get(name).encode()) for chunk, name in _AIFF.items() if tags.get(name)]
    return [*parts, (b"ID3 ", build_id3(tags))] if tags.texts or tags.pictures else []


def _build_wave(tags: Tags) -> list[tuple[bytes, bytes]]:
    info, names = b"INFO", dict.fromkeys(name for name, _ in tags.texts)
    fields = {name: field for field, name in reversed(_INFO.items())}
    for name in names:
        if name in fields:
            text = tags.get(name).encode() + b"\0"
            info += fields[name] + struct.pack("<I", len(text)) + text + b"\0" * (len(text) % 2)
    parts = [(b"LIST", info)] if len(info) > 4 else []
    parts += [(name, _renew_bext(data) if name == b"bext" else data) for name, data in tags.chunks]
    if tags.pictures or any(name not in fields for name in names):
        parts.append((b"id3 ", build_id3(tags)))
    return parts


def _renew_bext(data: bytes) -> bytes:
    """Return broadcast data without what is true of the old samples only: their UMID and their loudness."""
    if len(data) < 602:
        return data
    renewed = bytearray(data)
    renewed[348:412] = bytes(64)
    if int.from_bytes(data[346:348], "little") >= 2:
        renewed[412:422] = struct.pack("<5H", *[_UNKNOWN_LOUDNESS] * 5)
    return bytes(renewed)


def _write_mask(file: IO[bytes], size: int, mask: int) -> None:
    container = ChunkFile(file, 0, size, chunks.RIFF)
    for chunk in container.walk(12):
        if chunk.name == b"fmt " and container.read(chunk.start, 2) == b"\xfe\xff":
            file.seek(chunk.start + _MASK_AT)
            file.write(struct.pack("<I", mask))
            return
