"""Ogg: streams that follow each other in one file (chains), found by walking over its pages."""

from __future__ import annotations

from typing import IO

from audiostyle.sound.parts.survey import Part, Survey, remark_on_joints

_BEGINS, _ENDS = 2, 4
_HEAD = 27
_CHUNK = 1 << 20


def survey_ogg(file: IO[bytes], base: int, size: int) -> Survey:
    """Find the links of the chain that begins at ``base``; most files have one.

    Returns:
        A part for each link; its length is left to the decoder.
    """
    starts, ended, whole_end, begun, last = [], False, base, False, base
    for position, stop, flags in _walk(file, base, size):
        begins = bool(flags & _BEGINS)
        if begins and not begun:
            starts.append(position)
        begun, ended = begins, bool(flags & _ENDS)
        whole_end, last = stop, position
    if not starts:
        return Survey(family="OGG")
    remarks = []
    if whole_end > size:
        remarks.append("ends in the middle of a page; what is there is read")
        whole_end = last
    elif not ended:
        remarks.append("has no mark of its end, so it may have been cut short; what is there is read")
    ends = [*starts[1:], whole_end]
    parts = tuple(Part(((start, end),)) for start, end in zip(starts, ends, strict=True) if end > start)
    if len(parts) > 1:
        remarks.append(remark_on_joints(len(parts)))
    return Survey(parts, base == 0 and len(parts) == 1 and starts[0] == 0, tuple(remarks), "OGG")


def _walk(file: IO[bytes], position: int, size: int) -> list[tuple[int, int, int]]:
    """Return start, end and flags of each page; junk between pages is passed over."""
    pages: list[tuple[int, int, int]] = []
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
        count = data[within + 26]
        body = sum(data[within + _HEAD : within + _HEAD + count])
        end = position + _HEAD + count + body
        pages.append((position, end, data[within + 5]))
        position = end
    return pages
