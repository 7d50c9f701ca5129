"""MPEG audio frames: what their headers say, and where in a file they are.

A frame's header of four bytes tells its size, so that frames are counted by walking from one to the next
without decoding them: exact, whatever bit rates they have, and thousands of them in milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO

from audiostyle.sound.parts.view import Stretch

_LAYER_I = (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448)
_LAYER_II = (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_LAYER_III = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_LOW_LAYER_I = (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256)
_LOW_LAYERS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_KILOBITS = {
    (True, 1): _LAYER_I,
    (True, 2): _LAYER_II,
    (True, 3): _LAYER_III,
    (False, 1): _LOW_LAYER_I,
    (False, 2): _LOW_LAYERS,
    (False, 3): _LOW_LAYERS,
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}  # MPEG-1, 2 and 2.5
_CHUNK = 1 << 20
_CANDIDATE = re.compile(rb"\xff[\xe2-\xe7\xf2-\xff][\x00-\xef]|ID3")
_PATIENCE = 300_000  # places that look like a frame and are none, in one file: a second or two
_CHAIN = 4  # frames in a row, by which sound is told from bytes that look like a header by chance


@dataclass(frozen=True)
class FrameHeader:
    """What the first four bytes of a frame say.

    Attributes:
        kind: version, layer, sample rate and channels, which are the same in all frames of a stream.
        layer: 1, 2 or 3.
        sample_rate: in hertz.
        channels: 1 or 2.
        samples: of each channel in the frame.
        bytes: size of the frame with its header; 0 in the free format, where the next frame tells.
        side_bytes: of what follows the header in layer III, before a Xing header.
    """

    kind: tuple[int, int, int, int]
    layer: int
    sample_rate: int
    channels: int
    samples: int
    bytes: int
    side_bytes: int


@lru_cache(maxsize=4096)
def read_header(four: bytes) -> FrameHeader | None:
    """Return what four bytes say if they are the header of a frame, else None.

    Example:
        >>> header = read_header(bytes.fromhex("fffb9064"))
        >>> header.layer, header.sample_rate, header.channels, header.samples, header.bytes
        (3, 44100, 2, 1152, 417)
    """
    if len(four) < 4 or four[0] != 0xFF or four[1] & 0xE0 != 0xE0:
        return None
    version, layer = (four[1] >> 3) & 3, 4 - ((four[1] >> 1) & 3)
    rate_index, bit_rate_index, padding = (four[2] >> 2) & 3, four[2] >> 4, (four[2] >> 1) & 1
    if version == 1 or layer == 4 or rate_index == 3 or bit_rate_index == 15:
        return None
    first = version == 3
    rate = _RATES[version][rate_index]
    channels = 1 if four[3] >> 6 == 3 else 2
    bits = 1000 * _KILOBITS[first, layer][bit_rate_index]
    samples = {1: 384, 2: 1152, 3: 1152 if first else 576}[layer]
    slot = 4 if layer == 1 else 1
    size = slot * (samples // 8 // slot * bits // rate + padding)
    side = (32 if channels == 2 else 17) if first else (17 if channels == 2 else 9)
    return FrameHeader(
        (version, layer, rate, channels), layer, rate, channels, samples, size if bits else 0, side
    )


@dataclass
class FrameRun:
    """Frames that follow each other without a gap.

    Attributes:
        header: of the first frame.
        start: where the first frame begins.
        end: where the last one ends.
        count: number of frames.
        bit_rates: whether there are frames of several sizes, beyond the padding of one byte (or slot).
        cut: bytes of a last frame that the file does not hold whole; they are not in the run.
        sizes: smallest and largest size of a frame.
    """

    header: FrameHeader
    start: int
    end: int
    count: int = 0
    cut: int = 0
    sizes: tuple[int, int] = field(default=(1 << 30, 0))

    @property
    def stretch(self) -> Stretch:
        """Where the run lies."""
        return self.start, self.end

    @property
    def varies(self) -> bool:
        """Whether the frames have several bit rates."""
        return self.sizes[1] - self.sizes[0] > (4 if self.header.layer == 1 else 1)


def find_runs(file: IO[bytes], start: int, size: int) -> Iterator[FrameRun]:
    """Yield all runs of frames between two positions; what lies between them (tags, junk) is passed over.

    A frame that differs from the one before in version, layer, sample rate or channels begins another run.

    Args:
        file: to look in.
        start: where to begin.
        size: where to end.
    """
    window = _Window(file, size)
    position = start
    known: set[tuple[int, int, int, int]] = set()
    while (begin := _find_chain(window, position, known)) is not None:
        run = _walk(window, begin)
        position = max(run.end, begin + 1)
        if run.count:
            known.add(run.header.kind)
            yield run


def _walk(window: _Window, start: int) -> FrameRun:
    """Return the run that begins at a position where there is a frame."""
    header = read_header(window.get(start, 4))
    assert header is not None
    run = FrameRun(header, start, start)
    kind, free, size = header.kind, 0, window.size
    smallest, largest, count, position = 1 << 30, 0, 0, start
    if header.bytes == 0:
        free = _measure_free_frame(window, start)
    data, offset, limit = window.load(position)
    while True:
        if position + 4 > limit:
            if position + 4 > size:
                break
            data, offset, limit = window.load(position)
        following = read_header(data[position - offset : position - offset + 4])
        if following is None or following.kind != kind:
            break
        length = following.bytes or (free and free + (data[position - offset + 2] >> 1 & 1))
        if length < 4:
            break
        if position + length > size:
            run.cut = size - position
            break
        smallest, largest = min(smallest, length), max(largest, length)
        position += length
        count += 1
    run.end, run.count, run.sizes = position, count, (smallest, largest)
    return run


def _find_chain(window: _Window, position: int, known: set[tuple[int, int, int, int]]) -> int | None:
    """Return where the next frames begin that are followed by their like, or by the end; None if nowhere."""
    while position + 4 <= window.size and window.patience > 0:
        data, offset, limit = window.load(position)
        for match in _CANDIDATE.finditer(data, position - offset):
            place = offset + match.start()
            tag = read_id3_size(window.get(place, 10))
            if tag and place + tag <= window.size:  # a tag may hold a picture, and that anything
                position = place + tag
                break
            header = read_header(window.get(place, 4))
            if header and _is_chain(window, place, 2 if header.kind in known else _CHAIN):
                return place
            window.patience -= 1
            if window.patience <= 0:
                return None
        else:
            if limit >= window.size:
                return None
            position = limit - 3
    return None


def read_id3_size(head: bytes) -> int:
    """Return the size of the ID3v2 tag that begins with these ten bytes, or 0 if there is none."""
    if len(head) < 10 or head[:3] != b"ID3" or head[3] == 0xFF or max(head[6:10]) > 127:
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return 10 + size + (10 if head[5] & 0x10 else 0)


def _is_chain(window: _Window, position: int, wanted: int) -> bool:
    """Return whether ``wanted`` frames of one kind follow each other from a position, or all to the end."""
    first = read_header(window.get(position, 4))
    if first is None:
        return False
    free = _measure_free_frame(window, position) if first.bytes == 0 else 0
    for count in range(wanted):
        if position >= window.size:
            return count >= 1 and position == window.size
        four = window.get(position, 4)
        header = read_header(four)
        if header is None or header.kind != first.kind:
            return count >= 2 and window.get(position, 3) in (b"TAG", b"APE", b"ID3")
        length = header.bytes or (free and free + (four[2] >> 1 & 1))
        if length < 4:
            return False
        position += length
    return True


def _measure_free_frame(window: _Window, position: int) -> int:
    """Return the size without padding of frames in the free format, from where the next two begin; or 0."""
    head = window.get(position, 4)
    data = window.get(position, 3 * 4096)
    pattern = bytes(head[:2])
    place = data.find(pattern, 24)
    while place >= 0:
        following = data[place : place + 4]
        if len(following) == 4 and following[2] | 2 == head[2] | 2 and following[3] >> 6 == head[3] >> 6:
            length = place - (head[2] >> 1 & 1)
            third = place + length + (following[2] >> 1 & 1)
            if data[third : third + 2] == pattern or position + third >= window.size:
                return length
        place = data.find(pattern, place + 1)
    return 0


class _Window:
    """A file of which a megabyte at a time is in memory."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self.size = file, size
        self.patience = _PATIENCE
        self._data, self._offset = b"", 0

    def load(self, position: int) -> tuple[bytes, int, int]:
        """Return bytes that hold the position, where they begin, and where they end."""
        limit = self._offset + len(self._data)
        if not self._offset <= position or (position + 4 > limit and limit < self.size):
            self._file.seek(position)
            self._data = self._file.read(min(_CHUNK, self.size - position))
            self._offset, limit = position, position + len(self._data)
            if len(self._data) < 4:
                self.size = limit  # the file shrank
        return self._data, self._offset, limit

    def get(self, position: int, count: int) -> bytes:
        """Return up to ``count`` bytes from a position."""
        data, offset, limit = self.load(position)
        if position + count > limit and limit < self.size:
            self._file.seek(position)
            return self._file.read(min(count, self.size - position))
        return data[position - offset : position - offset + count]
