"""WAV, RF64, W64, AIFF, CAF, 8SVX: where the samples end, by what follows them and not by what is claimed.

A recorder that lost power leaves a size of 0, a pipe one of 2³² − 1, a program that counts in 32 bits a
remainder, a download that was cut short more than there is.  What follows the samples are chunks, which lead
from one to the next until the file ends.  What does not is sound.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO

from audiostyle.sound.parts import chunks
from audiostyle.sound.parts.chunks import Chunk, ChunkFile, Grammar, find_grammar
from audiostyle.sound.parts.encodings import FORMAT_READERS, Encoding
from audiostyle.sound.parts.mpeg import survey_mpeg
from audiostyle.sound.parts.survey import Part, Survey, remark_on_length
from audiostyle.sound.parts.view import Stretch

_UNKNOWN = 0x7FFF_0000  # sizes from here on are what programs write that do not know the length
_MPEG_TAGS = (0x50, 0x55)
_MOST_CHUNKS = 10_000  # before the samples; more are no recording
_TEXT = bytes(range(32, 127)) + b"\t\r\n"


@dataclass(frozen=True)
class _Layout:
    """Where things are.  ``prelude``: the chunks before the samples; ``offset``: bytes before the samples in
    their chunk; ``claimed``: bytes of samples that the header claims."""

    prelude: list[Chunk]
    sound: Chunk
    offset: int
    claimed: int
    encoding: Encoding


def survey_chunks(file: IO[bytes], base: int, size: int) -> tuple[Survey, int]:
    """Find the samples of the recording that begins at ``base``.

    Args:
        file: the file.
        base: where the recording begins.
        size: of the file.

    Returns:
        What was found, without parts if there are no samples to be found; and where the recording ends.
    """
    file.seek(base)
    grammar = find_grammar(file.read(40))
    assert grammar is not None
    container = ChunkFile(file, base, size, grammar)
    layout = _read_layout(container)
    if layout is None:
        return Survey(family="CHUNKS"), size
    start = layout.sound.start + layout.offset
    end, following = _find_end(container, layout, start)
    start = min(start, end)  # an AIFF may say that its samples begin behind its end
    encoding = layout.encoding
    if encoding.tag in _MPEG_TAGS:
        inner = survey_mpeg(file, start, end)
        return Survey(inner.parts, False, inner.remarks, "CHUNKS"), following
    found, claimed = end - start, layout.claimed
    whole = found - found % encoding.block if encoding.is_linear else found
    remarks = []
    if abs(found - claimed) >= encoding.block and not (claimed >= _UNKNOWN and found < claimed):
        remarks.append(remark_on_length(claimed / encoding.byte_rate, whole / encoding.byte_rate))
    pieces = _rebuild(container, layout, (start, start + whole))
    frames = whole // encoding.block if encoding.is_linear else None
    part = Part(tuple(pieces), frames, encoding.rate)
    as_it_is = base == 0 and abs(found - claimed) < encoding.block
    return Survey((part,), as_it_is, tuple(remarks), "CHUNKS"), following


def _read_layout(container: ChunkFile) -> _Layout | None:
    grammar = container.grammar
    prelude: list[Chunk] = []
    for chunk in container.walk(container.base + grammar.head):
        if len(prelude) > _MOST_CHUNKS:
            return None
        if chunk.name != grammar.sound:
            prelude.append(chunk)
            continue
        encoding = _read_encoding(container, prelude)
        if encoding is None:
            return None
        offset = _find_offset(container, chunk)
        claimed = chunk.size
        if claimed == 0xFFFF_FFFF and grammar is chunks.RIFF:
            claimed = _read_ds64(container, prelude) or claimed
        if grammar is chunks.CAF and claimed == (1 << 64) - 1:
            claimed = _UNKNOWN + container.size
        return _Layout(prelude, chunk, offset, max(0, claimed - offset), encoding)
    return None


def _find_offset(container: ChunkFile, sound: Chunk) -> int:
    """Return how many bytes of the chunk with the samples come before them."""
    if container.grammar is chunks.AIFF:
        return 8 + int.from_bytes(container.read(sound.start, 4), "big")
    return 4 if container.grammar is chunks.CAF else 0


def _read_encoding(container: ChunkFile, prelude: list[Chunk]) -> Encoding | None:
    chunk = next((chunk for chunk in prelude if chunk.name == container.grammar.format), None)
    if chunk is None:
        return None
    data = container.read(chunk.start, min(chunk.size, 64))
    try:
        return FORMAT_READERS[container.grammar](data)
    except (struct.error, ZeroDivisionError, OverflowError):
        return None


def _read_ds64(container: ChunkFile, prelude: list[Chunk]) -> int | None:
    """Return RF64's own size of the samples, in 64 bits."""
    chunk = next((chunk for chunk in prelude if chunk.name == b"ds64"), None)
    data = container.read(chunk.start + 8, 8) if chunk else b""
    return int.from_bytes(data, "little") if len(data) == 8 else None


def _find_end(container: ChunkFile, layout: _Layout, start: int) -> tuple[int, int]:
    """Return where the samples end, and where the recording ends (another one may follow it)."""
    size, claimed = container.size, layout.claimed
    end = start + claimed
    if claimed and end <= size:
        following = _follow_chunks(container, end)
        if following is not None:
            return end, following
    elif not claimed and container.leads_to_end(start):
        return start, size
    tail = min(end, size) if end <= size else start
    if _is_text(container.read(tail, 4096)) and tail == end:
        return end, size
    joint = _find_joint(container, tail)
    if joint is not None:
        return joint, joint
    return container.find_chunks_behind(tail), size


def _follow_chunks(container: ChunkFile, end: int) -> int | None:
    """Return where the recording ends whose samples end as claimed; None if what follows is sound as well."""
    align = container.grammar.align
    for position in dict.fromkeys((end + (container.base - end) % align, end)):
        head = container.read(position, 40)
        if chunks.is_magic(head):
            return position
        if container.is_filler(position):
            return container.size
        if container.leads_to_end(position):
            for chunk in container.walk(position):
                begin = chunk.start - container.grammar.name - container.grammar.size
                if chunks.is_magic(container.read(begin, 40)):
                    return begin
            return container.size
    return None


def _find_joint(container: ChunkFile, start: int) -> int | None:
    """Return where another recording of the same format begins behind samples of unknown length."""
    container.file.seek(container.base)
    magic = container.file.read(4)
    step, position = 1 << 20, start
    while position < container.size:
        data = container.read(position, step + 64)
        place = data.find(magic, 0, step + 3)
        while place >= 0:
            if (
                find_grammar(data[place : place + 40]) is container.grammar
                and container.grammar is not chunks.CAF
            ):
                return position + place
            place = data.find(magic, place + 1, step + 3)
        position += step
    return None


def _is_text(data: bytes) -> bool:
    """Return whether bytes are letters, as of a message that a program left behind the sound."""
    return not data.translate(None, _TEXT)


def _rebuild(container: ChunkFile, layout: _Layout, sound: Stretch) -> list[bytes | Stretch]:
    """Return the recording as a file of its own whose sizes are true."""
    grammar = container.grammar
    pieces: list[bytes | Stretch] = []
    length = sound[1] - sound[0]
    for chunk in layout.prelude:
        if chunk.name not in (b"ds64", b"JUNK", b"FLLR", b"PAD "):
            pieces += _write_chunk(
                container, chunk.name, (chunk.start, chunk.start + chunk.size), layout, length
            )
    before = container.read(layout.sound.start, layout.offset)[:8] if grammar is not chunks.CAF else bytes(4)
    if grammar is chunks.AIFF:
        before = bytes(8)
    body = _write_head(grammar, layout.sound.name, len(before) + length) + before
    # libsndfile counts the bytes behind a W64's samples as samples, so there are none.
    pieces += [body, sound, b"" if grammar is chunks.W64 else b"\0" * (-length % grammar.align)]
    total = sum(len(piece) if isinstance(piece, bytes) else piece[1] - piece[0] for piece in pieces)
    return [*_write_start(container, total, length), *pieces]


def _write_chunk(
    container: ChunkFile, name: bytes, stretch: Stretch, layout: _Layout, length: int
) -> list[bytes | Stretch]:
    size = stretch[1] - stretch[0]
    head, padding = _write_head(container.grammar, name, size), b"\0" * (-size % container.grammar.align)
    if name == b"COMM" and container.grammar is chunks.AIFF and layout.encoding.is_linear:
        common = bytearray(container.read(stretch[0], size))
        common[2:6] = struct.pack(">I", min(length // layout.encoding.block, 0xFFFF_FFFF))
        return [head, bytes(common), padding]
    return [head, stretch, padding]


def _write_head(grammar: Grammar, name: bytes, size: int) -> bytes:
    """Return a chunk's name and size; a size that does not fit is written as the largest that does."""
    size += grammar.name + grammar.size if grammar.inclusive else 0
    return name + min(size, (1 << 8 * grammar.size) - 1).to_bytes(grammar.size, grammar.order)


def _write_start(container: ChunkFile, total: int, length: int) -> list[bytes | Stretch]:
    """Return what a file begins with, and for WAV beyond 4 GiB the chunk with sizes of 64 bits."""
    grammar = container.grammar
    head = container.read(container.base, grammar.head)
    if grammar is chunks.CAF:
        return [head]
    if grammar is chunks.W64:
        return [head[:16] + (grammar.head + total).to_bytes(8, "little") + head[24:]]
    if grammar is chunks.RIFF and (total + 4 > 0xFFFF_FFFF):
        ds64 = struct.pack("<4sIQQQI", b"ds64", 28, total + 40, length, 0, 0)
        return [b"RF64" + b"\xff" * 4 + b"WAVE" + ds64]
    magic = b"RIFF" if head[:4] in (b"RF64", b"BW64") else head[:4]
    return [magic + min(total + 4, 0xFFFF_FFFF).to_bytes(4, grammar.order) + head[8:12]]
