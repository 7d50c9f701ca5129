"""MP3 and the other layers of MPEG audio: every frame counted, and said to the decoder in a header.

mpg123, by which libsndfile reads them, goes by the frame count of a Xing header at the start, and without one
guesses from the bit rate of the first frames: 3.8 of 20 seconds where the first ones happen to be large.  So
the frames are counted here.  Where the count differs from what the file says, the decoder is shown the frames
alone, behind a Xing header that tells the truth.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import IO

from audiostyle.sound.parts.mpeg_frames import FrameRun, find_runs, read_header
from audiostyle.sound.parts.survey import Part, Survey, remark_on_joints, remark_on_length
from audiostyle.sound.parts.view import Stretch

_HAS_FRAMES, _HAS_BYTES, _HAS_TABLE, _HAS_QUALITY = 1, 2, 4, 8
_TAGS = (b"ID3", b"TAG", b"APETAGEX", b"LYRICS", b"3DI")
_CLOSE = 8  # frames by which a count may be off without a word: some encoders count the header


@dataclass(frozen=True)
class _XingHeader:
    """A frame without sound that says what follows.

    Attributes:
        size: of the frame.
        frames: the frames that follow, or None where it does not say.
        data: the frame; empty where it is not of Xing's kind.
        count_at: where in ``data`` the count of frames is; 0 if nowhere.
        trims_at: where in ``data`` the three bytes are that say how many samples the encoder added at the
            start, and at the end, which the decoder cuts off; 0 if nowhere.
    """

    size: int
    frames: int | None
    data: bytes = b""
    count_at: int = 0
    trims_at: int = 0

    def is_close_to(self, count: int) -> bool:
        """Return whether it says of so many frames what is true, or nearly."""
        return self.frames is not None and abs(self.frames - count) <= _CLOSE

    def mend(self, count: int) -> tuple[bytes, int]:
        """Return the frame with a true count, and the samples that are cut off.

        Where frames are missing, the end that was to be cut off is missing too.
        """
        frame, place = bytearray(self.data), self.trims_at
        frame[self.count_at : self.count_at + 4] = struct.pack(">I", count)
        trims = int.from_bytes(frame[place : place + 3], "big") if place else 0
        if not self.is_close_to(count):
            trims &= 0xFFF000
        if place:
            frame[place : place + 3] = trims.to_bytes(3, "big")
        return bytes(frame), (trims >> 12) + (trims & 0xFFF)


def survey_mpeg(file: IO[bytes], start: int, size: int) -> Survey:
    """Find all recordings in a file of MPEG audio.

    Args:
        file: the file.
        start: where to begin.
        size: where the sound ends at the latest.

    Returns:
        What was found; without parts if there are no frames.
    """
    groups = list(_group_runs(file, find_runs(file, start, size)))
    if not groups:
        return Survey()
    parts, remarks, honest = [], [], start == 0
    for runs, xing in groups:
        count = sum(run.count for run in runs) - (xing is not None)
        first = runs[0].header
        promised = xing.frames if xing else None
        honest = honest and len(runs) == 1 and (promised == count if xing else not runs[0].varies)
        if xing and promised is not None and not xing.is_close_to(count):
            unit = first.samples / first.sample_rate
            remarks.append(remark_on_length(promised * unit, count * unit))
        elif runs[-1].cut and promised is None:
            remarks.append("ends in the middle of a frame; what is there is read")
        damaged = _count_damage(file, runs)
        if damaged:
            remarks.append(f"is damaged in {damaged} places; what is whole is read")
        if count > 0:
            parts.append(_make_part(file, runs, xing, count))
    if len(parts) > 1:
        remarks.append(remark_on_joints(len(parts)))
    return Survey(tuple(parts), honest and len(parts) == 1, tuple(remarks), "MPEG")


def _group_runs(
    file: IO[bytes], runs: Iterator[FrameRun]
) -> Iterator[tuple[list[FrameRun], _XingHeader | None]]:
    """Yield the runs of each recording, with its Xing header.

    A Xing header begins a recording, and so do frames of another kind.  Frames that go on behind a tag or
    behind junk belong to the recording before.
    """
    group: list[FrameRun] = []
    xing: _XingHeader | None = None
    for run in runs:
        own = _read_xing(file, run)
        if group and (own or run.header.kind != group[0].header.kind):
            yield group, xing
            group = []
        if not group:
            xing = own
        group.append(run)
    if group:
        yield group, xing


def _read_xing(file: IO[bytes], run: FrameRun) -> _XingHeader | None:
    """Return the header in the first frame of a run, if that is one of Xing's or Fraunhofer's kind."""
    if run.header.layer != 3 or not run.count:
        return None
    file.seek(run.start)
    data = file.read(run.header.bytes or 4096)
    place = 4 + run.header.side_bytes
    if data[36:40] == b"VBRI" and len(data) >= 54:
        return _XingHeader(len(data), int.from_bytes(data[50:54], "big"))
    if data[place : place + 4] not in (b"Xing", b"Info") or len(data) < place + 8:
        return None
    flags, place = int.from_bytes(data[place + 4 : place + 8], "big"), place + 8
    frames = int.from_bytes(data[place : place + 4], "big") if flags & _HAS_FRAMES else None
    sizes = ((_HAS_FRAMES, 4), (_HAS_BYTES, 4), (_HAS_TABLE, 100), (_HAS_QUALITY, 4))
    lame = place + sum(width for flag, width in sizes if flags & flag)
    has_trims = data[lame : lame + 1].isalpha() and len(data) >= lame + 24
    count_at = place if frames is not None else 0
    return _XingHeader(len(data), frames, data, count_at, lame + 21 if has_trims else 0)


def _count_damage(file: IO[bytes], runs: list[FrameRun]) -> int:
    """Return between how many runs there is something that is no tag."""
    count = 0
    for before, after in pairwise(runs):
        file.seek(before.end)
        between = file.read(min(8, after.start - before.end))
        count += not between.startswith(_TAGS)
    return count


def _make_part(file: IO[bytes], runs: list[FrameRun], xing: _XingHeader | None, count: int) -> Part:
    """Return runs as a file of its own, whose Xing header has the true count."""
    first = runs[0]
    stretches = _join_stretches([run.stretch for run in runs])
    start = first.start + (xing.size if xing else 0)
    stretches[0] = (start, stretches[0][1])
    sound = sum(end - begin for begin, end in stretches)
    pieces: list[bytes | Stretch] = list(stretches)
    trimmed = 0
    if xing and xing.count_at:
        mended, trimmed = xing.mend(count)
        pieces.insert(0, mended)
    elif first.header.layer == 3 and first.header.bytes:
        file.seek(start)
        pieces.insert(0, _make_xing(file.read(4), count, sound))
    return Part(tuple(pieces), count * first.header.samples - trimmed, first.header.sample_rate)


def _join_stretches(stretches: list[Stretch]) -> list[Stretch]:
    """Return stretches of which no two touch."""
    joined = stretches[:1]
    for (_, end), following in pairwise(stretches):
        if end == following[0]:
            joined[-1] = (joined[-1][0], following[1])
        else:
            joined.append(following)
    return joined


def _make_xing(four: bytes, count: int, size: int) -> bytes:
    """Return a Xing header in a frame like the one that begins with ``four``."""
    for bit_rate in range(1, 15):
        head = bytes([four[0], four[1] | 1, bit_rate << 4 | (four[2] & 0x0C), four[3]])
        header = read_header(head)
        assert header is not None
        place = 4 + header.side_bytes
        if header.bytes >= place + 16:
            break
    assert header is not None
    frame = bytearray(header.bytes)
    frame[:4] = head
    frame[place : place + 16] = struct.pack(">4s3I", b"Xing", _HAS_FRAMES | _HAS_BYTES, count, size)
    return bytes(frame)
