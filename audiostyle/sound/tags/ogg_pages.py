"""Ogg's comments: the second packet of a stream, and its pages numbered and summed again (RFC 3533)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from audiostyle.sound.parts.ogg import compute_checksum
from audiostyle.sound.tags.tags import MOST_BYTES, Tags
from audiostyle.sound.tags.vorbis import build_comments, collect_tags, list_comments, parse_comments

_HEAD = struct.Struct("<4sBBQIIIB")
_CONTINUED, _FIRST = 1, 2
_NO_PACKET_ENDS = (1 << 64) - 1


@dataclass(frozen=True)
class _Page:
    flags: int
    granule: int
    serial: int
    lacing: bytes
    body: bytes

    def write(self, number: int) -> bytes:
        """Return the page's bytes with its number and checksum."""
        head = (b"OggS", 0, self.flags, self.granule, self.serial, number)
        data = _HEAD.pack(*head, 0, len(self.lacing)) + self.lacing + self.body
        return data[:22] + struct.pack("<I", compute_checksum(data)) + data[26:]


def read_ogg_tags(file: IO[bytes], start: int) -> Tags:
    """Return the tags of the Ogg stream that begins at a place."""
    file.seek(start)
    packets = _read_packets(file, 2)
    if len(packets) < 2:
        return Tags()
    head = _find_comments(packets[1])
    return collect_tags(parse_comments(packets[1][head:])[1]) if head else Tags()


def write_ogg_with_tags(file: IO[bytes], out: IO[bytes], tags: Tags) -> None:
    """Copy an Ogg stream with other tags than it has."""
    file.seek(0)
    first = _read_page(file)
    count = 3 if first and b"vorbis" in first.body[:8] else 2
    file.seek(0)
    packets = _read_packets(file, count)  # stops behind the page on which the last of them ends
    assert first is not None and len(packets) == count
    head = _find_comments(packets[1])
    vendor = parse_comments(packets[1][head:])[0]
    framing = b"\1" if count == 3 else b""
    comments = build_comments(vendor, list_comments(tags, inside_ogg=True))
    packets[1] = packets[1][:head] + comments + framing
    number = 0
    for page in (first, *_make_pages(packets[1:], first.serial)):
        out.write(page.write(number))
        number += 1
    while following := _read_page(file):
        out.write(following.write(number))
        number += 1


def _find_comments(packet: bytes) -> int:
    """Return where the comments begin in their packet, or 0 if it is another."""
    return 7 if packet.startswith(b"\3vorbis") else 8 if packet.startswith(b"OpusTags") else 0


def _read_page(file: IO[bytes]) -> _Page | None:
    data = file.read(_HEAD.size)
    if len(data) < _HEAD.size or data[:4] != b"OggS":
        return None
    _, _, flags, granule, serial, _, _, count = _HEAD.unpack(data)
    lacing = file.read(count)
    return _Page(flags, granule, serial, lacing, file.read(sum(lacing)))


def _read_packets(file: IO[bytes], count: int) -> list[bytes]:
    """Return the first packets, and leave the file behind the page on which the last one ends."""
    packets: list[bytes] = []
    part, size = b"", 0
    while len(packets) < count and size < MOST_BYTES and (page := _read_page(file)):
        size += len(page.body)
        place = 0
        for length in page.lacing:
            part += page.body[place : place + length]
            place += length
            if length < 255:
                packets.append(part)
                part = b""
    return packets[:count]


def _make_pages(packets: list[bytes], serial: int) -> Iterator[_Page]:
    """Yield packets of headers as pages, of which each holds up to 255 pieces of 255 bytes."""
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    body, place, continued = b"".join(packets), 0, False
    for start in range(0, len(lacing), 255):
        part = lacing[start : start + 255]
        size = sum(part)
        granule = 0 if any(length < 255 for length in part) else _NO_PACKET_ENDS
        yield _Page(_CONTINUED if continued else 0, granule, serial, part, body[place : place + size])
        place += size
        continued = part[-1] == 255
