"""FLAC: the length from the number in its last frame, not from its header.

A FLAC that was written to a pipe has no length in its header; one that was cut short promises too much.  Each
frame says which samples it holds, behind a checksum.  So the last whole frame tells where the sound ends, and
only the end of the file needs to be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import IO

from audiostyle.sound.parts.survey import Part, Survey, remark_on_length
from audiostyle.sound.parts.view import Stretch

_MAGICS = (b"fLaC\0\0\0\x22", b"fLaC\x80\0\0\x22")  # the second where no other block follows
_STREAM_INFO = 42  # bytes of the magic and the first block, which has the length
_WINDOW = 1 << 16
_LARGEST_FRAME = 1 << 24
_BLOCK_SIZES = {
    1: 192,
    **{n: 576 << (n - 2) for n in range(2, 6)},
    **{n: 256 << (n - 8) for n in range(8, 16)},
}


@dataclass(frozen=True)
class _Frame:
    """The header of a frame.  ``first``: its first sample; ``samples``: how many it has."""

    start: int
    first: int
    samples: int


@dataclass(frozen=True)
class _StreamInfo:
    data: bytes
    block_size: int
    rate: int
    channels: int
    bits: int
    total: int

    @classmethod
    def parse(cls, data: bytes) -> _StreamInfo:
        packed = int.from_bytes(data[18:26], "big")
        rate, channels, bits = packed >> 44, (packed >> 41 & 7) + 1, (packed >> 36 & 31) + 1
        return cls(data, int.from_bytes(data[8:10], "big"), rate, channels, bits, packed & ((1 << 36) - 1))

    def with_total(self, total: int) -> bytes:
        """Return magic and block with another length."""
        packed = int.from_bytes(self.data[18:26], "big") >> 36 << 36 | min(total, (1 << 36) - 1)
        return self.data[:18] + packed.to_bytes(8, "big") + self.data[26:]


def find_flac(file: IO[bytes], start: int, size: int) -> list[int]:
    """Return where FLAC streams begin between two positions of a file."""
    found: list[int] = []
    position, overlap = start, len(_MAGICS[0]) - 1
    while position < size:
        file.seek(position)
        data = file.read(min((1 << 20) + overlap, size - position))
        place = data.find(b"fLaC")
        while place >= 0:
            if data.startswith(_MAGICS, place):
                found.append(position + place)
            place = data.find(b"fLaC", place + 1)
        position += 1 << 20
    return found


def survey_flac(file: IO[bytes], base: int, end: int) -> Survey:
    """Find the length of the FLAC stream that begins at ``base`` and lies before ``end``.

    Returns:
        What was found; a part that is ``cut`` may have been followed by something else.
    """
    file.seek(base)
    data = file.read(_STREAM_INFO)
    if len(data) < _STREAM_INFO:
        return Survey(family="FLAC")
    info = _StreamInfo.parse(data)
    begin = _skip_metadata(file, base + 4, end)
    first = _read_frame(file, begin, info)
    last, cut = None, None
    if first is not None:
        end = _strip_tags(file, begin, end)
        last, cut = _find_last_frame(file, begin, end, info)
    if not info.rate or first is None or last is None:
        return Survey(family="FLAC")
    total = last.first + last.samples - first.first
    stop = cut or end
    remarks = []
    if info.total and info.total != total:
        remarks.append(remark_on_length(info.total / info.rate, total / info.rate))
    elif cut:
        remarks.append("ends in the middle of a frame; what is there is read")
    pieces: list[bytes | Stretch] = [info.with_total(total), (base + _STREAM_INFO, stop)]
    honest = info.total == total and not cut and first.first == 0
    return Survey((Part(tuple(pieces), total, info.rate),), honest, tuple(remarks), "FLAC")


def _skip_metadata(file: IO[bytes], position: int, end: int) -> int:
    """Return where the blocks before the frames end."""
    while position + 4 <= end:
        file.seek(position)
        head = file.read(4)
        position += 4 + int.from_bytes(head[1:4], "big")
        if len(head) < 4 or head[0] & 0x80:
            break
    return position


def _strip_tags(file: IO[bytes], begin: int, end: int) -> int:
    """Return where the frames end at the latest: before an ID3v1 tag, or zeros that fill the file."""
    file.seek(max(begin, end - 128))
    tail = file.read(min(128, end - max(begin, end - 128)))
    if len(tail) == 128 and tail.startswith(b"TAG"):
        end -= 128
    while end > begin:
        file.seek(max(begin, end - _WINDOW))
        data = file.read(end - max(begin, end - _WINDOW))
        kept = len(data.rstrip(b"\0"))
        if len(data) - kept < 16:  # a frame may end in a few
            break
        end -= len(data) - kept
        if kept:
            break
    return end


def _find_last_frame(
    file: IO[bytes], begin: int, end: int, info: _StreamInfo
) -> tuple[_Frame | None, int | None]:
    """Return the last whole frame, and where what is left of another begins, or None."""
    stop, following, cut = end, end, None
    while stop > begin and end - stop < 2 * _LARGEST_FRAME:
        start = max(begin, stop - _WINDOW)
        file.seek(start)
        data = file.read(stop - start + 16)
        place = len(data)
        while (place := data.rfind(b"\xff", 0, place)) >= 0:
            frame = _parse_frame(data[place : place + 16], start + place, info)
            if frame is None or start + place >= stop:
                continue
            if _is_whole(file, frame.start, following):
                return frame, cut
            if following == end:
                cut = frame.start
            following = min(following, frame.start) if cut is None or frame.start <= cut else following
            if cut is not None and frame.start < cut:
                cut = frame.start
        stop = start
    return None, cut


def _read_frame(file: IO[bytes], position: int, info: _StreamInfo) -> _Frame | None:
    file.seek(position)
    return _parse_frame(file.read(16), position, info)


def _parse_frame(data: bytes, position: int, info: _StreamInfo) -> _Frame | None:
    """Return what sixteen bytes say if they begin with a frame's header, else None."""
    if len(data) < 6 or data[0] != 0xFF or data[1] & 0xFE != 0xF8 or data[3] & 1:
        return None
    size_code, rate_code, channel_code = data[2] >> 4, data[2] & 15, data[3] >> 4
    if size_code == 0 or rate_code == 15 or channel_code > 10:
        return None
    if (2 if channel_code > 7 else channel_code + 1) != info.channels:
        return None
    number, place = _read_number(data)
    if number is None:
        return None
    samples = _BLOCK_SIZES.get(size_code, 0)
    if size_code in (6, 7):
        width = size_code - 5
        samples = int.from_bytes(data[place : place + width], "big") + 1
        place += width
    place += {12: 1, 13: 2, 14: 2}.get(rate_code, 0)
    if place >= len(data) or _compute_crc8(data[:place]) != data[place]:
        return None
    return _Frame(position, number if data[1] & 1 else number * info.block_size, samples)


def _read_number(data: bytes) -> tuple[int | None, int]:
    """Return the number of a frame or sample, in the extended UTF-8 that FLAC has, and where it ends."""
    lead = data[4]
    if lead < 0x80:
        return lead, 5
    length = 8 - (lead ^ 0xFF).bit_length()
    if not 2 <= length <= 7 or len(data) < 4 + length:
        return None, 4
    number = lead & (0x7F >> length)
    for byte in data[5 : 4 + length]:
        if byte & 0xC0 != 0x80:
            return None, 4
        number = number << 6 | byte & 0x3F
    return number, 4 + length


def _compute_crc8(data: bytes) -> int:
    """Return the checksum of a header, by the polynomial x⁸ + x² + x + 1."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ 0x07) & 0xFF if value & 0x80 else value << 1
    return value


@lru_cache(maxsize=1)
def _make_crc16_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x8005) & 0xFFFF if value & 0x8000 else value << 1
        table.append(value)
    return tuple(table)


def _is_whole(file: IO[bytes], start: int, end: int) -> bool:
    """Return whether the bytes are a whole frame: with its own checksum, its checksum is zero."""
    if not 0 < end - start <= _LARGEST_FRAME:
        return False
    file.seek(start)
    table, value = _make_crc16_table(), 0
    for byte in file.read(end - start):
        value = (value << 8 & 0xFF00) ^ table[value >> 8 ^ byte]
    return value == 0
