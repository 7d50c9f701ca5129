"""Files made of chunks: a name, a size and so many bytes, again and again (WAV, W64, AIFF, CAF, 8SVX)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Literal

W64_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")
"""How the names of W64's chunks end; they begin with the four letters of WAV's."""

_RIFF_NAME = bytes.fromhex("726966662e91cf11a5d628db04c10000")
_NAME = re.compile(rb"[!-~][ -~]{3}")
_NAMES_BEHIND_SOUND = (
    *(
        b"LIST",
        b"id3 ",
        b"ID3 ",
        b"bext",
        b"iXML",
        b"axml",
        b"_PMX",
        b"cue ",
        b"smpl",
        b"inst",
        b"acid",
        b"cart",
    ),
    *(
        b"JUNK",
        b"junk",
        b"FLLR",
        b"PAD ",
        b"PEAK",
        b"fact",
        b"afsp",
        b"LGWV",
        b"chna",
        b"dbmd",
        b"umid",
        b"minf",
    ),
    *(
        b"NAME",
        b"AUTH",
        b"(c) ",
        b"ANNO",
        b"MARK",
        b"INST",
        b"COMT",
        b"MIDI",
        b"APPL",
        b"SAXL",
        b"COMM",
        b"CHAN",
    ),
    *(
        b"strg",
        b"mark",
        b"regn",
        b"midi",
        b"ovvw",
        b"peak",
        b"edct",
        b"info",
        b"uuid",
        b"free",
        b"chan",
        b"pakt",
    ),
)
_ENDS_OF_STREAMS = (b"TAG", b"ID3", b"3DI", b"APETAGEX", b"LYRICS")
_MAGICS = (b"RIFF", b"RIFX", b"RF64", b"BW64", b"FORM", b"caff", b"fLaC", b"OggS", b".snd", _RIFF_NAME)
_JOINTS = re.compile(rb"RIF[FX]|RF64|FORM|riff\x2e\x91")
_STEP = 1 << 20
_SEARCHED = 1 << 26  # bytes in which chunks are looked for behind sound of unknown length


@dataclass(frozen=True)
class Grammar:
    """How a family of formats writes its chunks.

    Attributes:
        head: bytes before the first chunk.
        name: bytes of a chunk's name.
        size: bytes of its size.
        order: of the bytes of numbers.
        align: each chunk begins at a multiple of this, from the start of the file.
        inclusive: whether a size counts the name and the size itself.
        sound: name of the chunk with the samples.
        format: name of the chunk that says what they are.
    """

    head: int
    name: int
    size: int
    order: Literal["little", "big"]
    align: int
    inclusive: bool
    sound: bytes
    format: bytes


RIFF = Grammar(12, 4, 4, "little", 2, False, b"data", b"fmt ")
RIFX = Grammar(12, 4, 4, "big", 2, False, b"data", b"fmt ")
AIFF = Grammar(12, 4, 4, "big", 2, False, b"SSND", b"COMM")
SVX = Grammar(12, 4, 4, "big", 2, False, b"BODY", b"VHDR")
CAF = Grammar(8, 4, 8, "big", 1, False, b"data", b"desc")
W64 = Grammar(40, 16, 8, "little", 8, True, b"data" + W64_TAIL, b"fmt " + W64_TAIL)


def find_grammar(head: bytes) -> Grammar | None:
    """Return the grammar of a file that begins with these forty bytes, or None.

    Example:
        >>> find_grammar(b"RIFF\\0\\0\\0\\0WAVEfmt ") is RIFF, find_grammar(b"fLaC")
        (True, None)
    """
    magic, kind = head[:4], head[8:12]
    if magic in (b"RIFF", b"RF64", b"BW64") and kind == b"WAVE":
        return RIFF
    if magic == b"RIFX" and kind == b"WAVE":
        return RIFX
    if magic == b"FORM" and kind in (b"AIFF", b"AIFC"):
        return AIFF
    if magic == b"FORM" and kind in (b"8SVX", b"16SV"):
        return SVX
    if magic == b"caff":
        return CAF
    return W64 if head[:16] == _RIFF_NAME and head[24:28] == b"wave" else None


@dataclass(frozen=True)
class Chunk:
    """A chunk of a file.

    Attributes:
        name: as it is written.
        start: where its bytes begin, behind name and size.
        size: of its bytes, as it claims.
    """

    name: bytes
    start: int
    size: int


class ChunkFile:
    """A file, or the part of it that begins at ``base``, read as chunks.

    Args:
        file: the file.
        base: where the recording begins.
        size: of the whole file.
        grammar: of its chunks.
    """

    def __init__(self, file: IO[bytes], base: int, size: int, grammar: Grammar) -> None:
        self.file, self.base, self.size, self.grammar = file, base, size, grammar

    def read(self, start: int, count: int) -> bytes:
        """Return bytes from a position, as far as there are any."""
        if start >= self.size:  # perhaps so far that no file can be asked for it
            return b""
        self.file.seek(start)
        return self.file.read(max(0, min(count, self.size - start)))

    def read_chunk(self, position: int) -> Chunk | None:
        """Return the chunk that begins at a position, or None if there is none."""
        grammar = self.grammar
        width = grammar.name + grammar.size
        head = self.read(position, width)
        if len(head) < width or not _NAME.match(head):
            return None
        if grammar.name == 16 and head[4:16] != W64_TAIL:
            return None
        size = int.from_bytes(head[grammar.name :], grammar.order) - (width if grammar.inclusive else 0)
        name = head[: grammar.name]
        if size < 0 and name != grammar.sound:
            return None
        return Chunk(name, position + width, max(0, size))

    def walk(self, position: int) -> Iterator[Chunk]:
        """Yield chunks from a position on, until the file ends or there is none where one should be."""
        while chunk := self.read_chunk(position):
            yield chunk
            following = self._follow(chunk)
            if following is None:
                return
            position = following

    def _follow(self, chunk: Chunk) -> int | None:
        """Return where the next chunk begins; some programs leave out the bytes between."""
        end, align = chunk.start + chunk.size, self.grammar.align
        padded = end + (self.base - end) % align
        if padded != end and self._knows(end) and not self._knows(padded):
            return end
        return padded if padded < self.size else None

    def _knows(self, position: int) -> bool:
        """Return whether a chunk begins at a position whose name is known."""
        chunk = self.read_chunk(position)
        known = (*_NAMES_BEHIND_SOUND, self.grammar.sound[:4], self.grammar.format[:4])
        return chunk is not None and chunk.name[:4] in known

    def leads_to_end(self, position: int) -> bool:
        """Return whether chunks follow each other from a position until the file ends, or another begins."""
        chunk = None
        for chunk in self.walk(position):
            if is_magic(self.read(chunk.start - self.grammar.name - self.grammar.size, 40)):
                return True
        if chunk is None:
            return False
        end = chunk.start + chunk.size
        if end > self.size + self.grammar.align:
            return chunk.name[:4] in _NAMES_BEHIND_SOUND  # a chunk that the file does not hold whole
        return self.is_filler(end)

    def is_filler(self, start: int) -> bool:
        """Return whether nothing follows from a position but zeros, tags, or less than a few bytes."""
        while data := self.read(start, 1 << 20):
            if data.startswith(_ENDS_OF_STREAMS):
                return True
            if data.strip(b"\0"):
                return len(data) < 4 and start + len(data) >= self.size
            start += len(data)
        return True

    def find_chunks_behind(self, start: int) -> int:
        """Return where the sound ends that begins at a position and is of unknown length.

        That is where chunks with names that are known begin and lead to the end of the file; or the end.
        """
        begin = max(start, self.size - _SEARCHED)
        data = self.read(begin, _SEARCHED)
        names = (W64_TAIL,) if self.grammar.name == 16 else _NAMES_BEHIND_SOUND
        shift = 4 if self.grammar.name == 16 else 0
        for match in re.finditer(b"|".join(map(re.escape, names)), data):
            place = begin + match.start() - shift
            if place >= start and self._is_tail(place):
                return place
        return self.size

    def _is_tail(self, position: int) -> bool:
        chunks = list(self.walk(position))
        end = chunks[-1].start + chunks[-1].size if chunks else 0
        return bool(chunks) and end <= self.size + self.grammar.align and self.is_filler(end)


def find_joint(file: IO[bytes], start: int, size: int) -> int | None:
    """Return where in a file the next recording in chunks begins; None if there is none."""
    position = start
    while position < size:
        file.seek(position)
        data = file.read(min(_STEP + 40, size - position))
        for match in _JOINTS.finditer(data):
            if match.start() < _STEP and find_grammar(data[match.start() : match.start() + 40]):
                return position + match.start()
        position += _STEP
    return None


def is_magic(head: bytes) -> bool:
    """Return whether these forty bytes begin a recording of its own."""
    return head.startswith(_MAGICS) and (
        find_grammar(head) is not None or head[:4] in (b"fLaC", b"OggS", b".snd")
    )
