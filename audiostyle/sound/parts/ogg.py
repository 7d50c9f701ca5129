"""Ogg: streams that follow each other in one file (chains), found by walking over its pages."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from audiostyle.sound.parts.survey import Part, Survey, remark_on_joints
from audiostyle.sound.parts.view import Stretch

_BEGINS, _ENDS = 2, 4
_HEAD = 27
_CHUNK = 1 << 20
_NONE = 1 << 63  # from here on a time stamp says that there is none
_ENDLESS = 1 << 48  # samples: longer than any recording
_LONGEST_PACKET = 1 << 13  # samples, in Vorbis; Opus has 5760
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True)
class _Page:
    """A page: where it lies, its flags, its time stamp, its stream, and how many packets end on it."""

    start: int
    end: int
    flags: int
    granule: int
    serial: int
    packets: int


def survey_ogg(file: IO[bytes], base: int, size: int) -> Survey:
    """Find the links of the chain that begins at ``base``; most files have one.

    Returns:
        A part for each link; its length is left to the decoder.
    """
    links: list[list[_Page]] = []
    begun = cut = False
    for page in _walk(file, base, size):
        if page.end > size:
            cut = True
            break
        begins = bool(page.flags & _BEGINS)
        if begins and not begun:
            links.append([])
        begun = begins
        if links:
            links[-1].append(page)
    if not links:
        return Survey(family="OGG")
    remarks = []
    if cut:
        remarks.append("ends in the middle of a page; what is there is read")
    elif not links[-1][-1].flags & _ENDS:
        remarks.append("has no mark of its end, so it may have been cut short; what is there is read")
    honest = base == links[0][0].start == 0 and len(links) == 1 and not cut
    parts = []
    for link in links:
        pieces: list[bytes | Stretch] = [(link[0].start, link[-1].end)]
        if _contradicts_itself(link):
            honest = False
            remarks.append("contradicts itself on its length; all of it is read")
            pieces = [(link[0].start, link[-1].start), _stamp(file, link[-1])]
        parts.append(Part(tuple(pieces)))
    if len(parts) > 1:
        remarks.append(remark_on_joints(len(parts)))
    return Survey(tuple(parts), honest, tuple(dict.fromkeys(remarks)), "OGG")


def _contradicts_itself(link: list[_Page]) -> bool:
    """Return whether the time stamps of a stream go back, leap, or end before the sound does.

    A stamp is the number of samples up to the end of a page's last packet (RFC 3533, section 6).
    """
    if len({page.serial for page in link}) > 1 or len(link) < 3:
        return False
    stamps = [page.granule for page in link if page.packets]
    if not stamps:  # no page ends a packet, so there is no sound
        return False
    if not 0 < stamps[-1] < _NONE or stamps[-1] < max(stamp for stamp in stamps if stamp < _NONE):
        return True
    pages = [page for page in link if page.packets and 0 < page.granule < _NONE]
    packets = sum(page.packets for page in link if page.start > pages[-2].start) if len(pages) > 1 else 0
    return bool(packets) and pages[-1].granule - pages[-2].granule > packets * _LONGEST_PACKET


def _stamp(file: IO[bytes], page: _Page) -> bytes:
    """Return a page with a time stamp that lets the decoder read to the end, wherever that is."""
    file.seek(page.start)
    data = bytearray(file.read(page.end - page.start))
    data[6:14] = struct.pack("<Q", _ENDLESS)
    data[22:26] = bytes(4)
    data[22:26] = struct.pack("<I", compute_checksum(bytes(data)))
    return bytes(data)


def compute_checksum(data: bytes) -> int:
    """Return Ogg's checksum, which is that of zlib with all bits in the other order, and begins at 0.

    Example:
        >>> hex(compute_checksum(b"OggS"))
        '0x5fb0a94f'
    """
    value = zlib.crc32(data.translate(_REVERSED), 0xFFFF_FFFF) ^ 0xFFFF_FFFF
    return int.from_bytes(value.to_bytes(4, "little").translate(_REVERSED), "big")


def _walk(file: IO[bytes], position: int, size: int) -> Iterator[_Page]:
    """Yield the pages; junk between them is passed over."""
    data, offset = b"", position
    while position + _HEAD <= size:
        if not offset <= position or position + _HEAD + 255 > offset + len(data):
            file.seek(position)
            data, offset = file.read(min(_CHUNK, size - position)), position
        within = position - offset
        if data[within : within + 4] != b"OggS":
            place = data.find(b"OggS", within)
            position = offset + place if place >= 0 else max(position + 1, offset + len(data) - 3)
            continue
        lacing = data[within + _HEAD : within + _HEAD + data[within + 26]]
        end = position + _HEAD + len(lacing) + sum(lacing)
        granule, serial = struct.unpack_from("<QI", data, within + 6)
        yield _Page(position, end, data[within + 5], granule, serial, len(lacing) - lacing.count(255))
        position = end
