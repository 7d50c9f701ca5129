"""AU: one header, then samples until the file ends, whatever size the header claims."""

from __future__ import annotations

import struct
from typing import IO

from audiostyle.sound.parts.chunks import is_magic
from audiostyle.sound.parts.survey import Part, Survey, remark_on_length

_WIDTHS = {
    1: 1,
    2: 1,
    3: 2,
    4: 3,
    5: 4,
    6: 4,
    7: 8,
    27: 1,
}  # bytes of a sample, by the number of the encoding
_BITS = {23: 4, 24: 4, 25: 3, 26: 5}  # of a sample in ADPCM
_UNKNOWN = 0x7FFF_0000


def survey_au(file: IO[bytes], base: int, size: int) -> tuple[Survey, int]:
    """Find the samples of the recording that begins at ``base``, and where it ends."""
    file.seek(base)
    head = file.read(24)
    order = ">" if head[:4] == b".snd" else "<"
    if len(head) < 24:
        return Survey(family="AU"), size
    _, offset, claimed, encoding, rate, channels = struct.unpack(f"{order}4s5I", head)
    start = base + offset
    block = channels * _WIDTHS.get(encoding, 1)
    byte_rate = rate * block if encoding in _WIDTHS else rate * channels * _BITS.get(encoding, 8) / 8
    if not (offset >= 24 and start <= size and byte_rate):
        return Survey(family="AU"), size
    end = start + claimed
    file.seek(min(end, size))
    if end >= size or not is_magic(file.read(40)):
        end = size
    found = end - start
    remarks = []
    if abs(found - claimed) >= block and claimed < _UNKNOWN:
        remarks.append(remark_on_length(claimed / byte_rate, found / byte_rate))
    as_it_is = base == 0 and (abs(found - claimed) < block or claimed == 0xFFFF_FFFF)
    mended = struct.pack(f"{order}4s5I", head[:4], offset, min(found, 0xFFFF_FFFF), encoding, rate, channels)
    frames = found // block if encoding in _WIDTHS else None
    part = Part((mended, (base + 24, end)), frames, rate)
    return Survey((part,), as_it_is, tuple(remarks), "AU"), end
