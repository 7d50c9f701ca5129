"""Files taken apart and put together again, so that a mutation of a part reaches the reader of that part.

A container is a list of parts.  Joined again, lengths and checksums are right, unless a part says that its
length is to be wrong: a mutation that every checksum catches would test the checksum and nothing else.
"""

import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Part:
    """One chunk, box, page, segment or line.

    Attributes:
        kind: what the file calls it.
        content: its bytes.
        claim: the length that its header states; None states the true one.
    """

    kind: bytes
    content: bytes
    claim: int | None = None


@dataclass(frozen=True)
class Layout:
    """How chunks follow each other in a kind of file.

    Attributes:
        prefix: bytes before the first chunk.
        head: struct format of a chunk's header, of its kind and its length in this order.
        padding: chunks begin at multiples of so many bytes.
        inclusive: whether the length counts the header.
        checksum: whether a CRC-32 follows each chunk.
        swapped: whether the length comes before the kind.
    """

    prefix: int
    head: str
    padding: int = 1
    inclusive: bool = False
    checksum: bool = False
    swapped: bool = False

    def split(self, data: bytes) -> tuple[bytes, list[Part]]:
        """Return the prefix and the chunks; what does not look like one is the last of them."""
        parts, position, size = [], self.prefix, struct.calcsize(self.head)
        while position + size <= len(data):
            first, second = struct.unpack_from(self.head, data, position)
            kind, length = (second, first) if self.swapped else (first, second)
            length -= size if self.inclusive else 0
            start = position + size
            if length < 0:
                break
            content = data[start : start + length]
            claim = None if len(content) == length else length + (size if self.inclusive else 0)
            parts.append(Part(kind, content, claim))  # an RF64 claims the largest length, say
            position = start + length + 4 * self.checksum
            position += -position % self.padding
        return data[: self.prefix], parts

    def join(self, prefix: bytes, parts: list[Part]) -> bytes:
        """Undo :meth:`split`, with right lengths and checksums where no part claims another length."""
        data = bytearray(prefix)
        for part in parts:
            length = len(part.content) if part.claim is None else part.claim
            if self.inclusive and part.claim is None:
                length += struct.calcsize(self.head)
            bits = 8 * struct.calcsize(self.head[0] + self.head[-1 if not self.swapped else 1])
            length &= (1 << (bits - 1)) - 1 if self.head[-1] == "q" else (1 << bits) - 1
            fields = (length, part.kind) if self.swapped else (part.kind, length)
            data += struct.pack(self.head, *fields) + part.content
            if self.checksum:
                data += struct.pack(">I", zlib.crc32(part.kind + part.content))
            data += bytes(-len(data) % self.padding)
        if prefix[:4] in (b"RIFF", b"FORM"):  # the length of the whole
            data[4:8] = struct.pack("<I" if prefix[:1] == b"R" else ">I", max(0, len(data) - 8) & 0xFFFFFFFF)
        return bytes(data)


def find_layout(data: bytes) -> Layout | None:
    """Return the layout of a file of chunks, or None for one of another kind."""
    if data[:4] in (b"RIFF", b"RF64"):
        return Layout(12, "<4sI", padding=2)
    if data[:4] in (b"RIFX", b"FORM"):
        return Layout(12, ">4sI", padding=2)
    if data[:4] == b"riff":  # Sony's Wave64
        return Layout(40, "<16sQ", padding=8, inclusive=True)
    if data[:4] == b"caff":
        return Layout(8, ">4sq")
    if data[:4] == b"MThd":
        return Layout(0, ">4sI")
    if data[:4] == b"\x89PNG":
        return Layout(8, ">I4s", checksum=True, swapped=True)
    if data[4:8] in (b"ftyp", b"jP  "):
        return Layout(0, ">I4s", inclusive=True, swapped=True)
    return None


def split_jpeg(data: bytes) -> tuple[bytes, list[Part]]:
    """Return a JPEG's segments; the last one holds what follows the start of the first scan."""
    parts, position = [], 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        kind, length = data[position : position + 2], int.from_bytes(data[position + 2 : position + 4])
        end = len(data) if kind == b"\xff\xda" else position + 2 + length
        parts.append(Part(kind, data[position + 4 : end], length if kind == b"\xff\xda" else None))
        position = end
    return data[:2], parts


def join_jpeg(prefix: bytes, parts: list[Part]) -> bytes:
    """Undo :func:`split_jpeg`."""
    data = bytearray(prefix)
    for part in parts:
        length = len(part.content) + 2 if part.claim is None else part.claim
        data += part.kind + struct.pack(">H", length & 0xFFFF) + part.content
    return bytes(data)


def split_ogg(data: bytes) -> tuple[bytes, list[Part]]:
    """Return the pages of an Ogg file, each with its header of 27 bytes."""
    starts = [at for at in range(len(data)) if data[at : at + 4] == b"OggS"]
    ends = [*starts[1:], len(data)]
    return b"", [Part(data[a : a + 27], data[a + 27 : b]) for a, b in zip(starts, ends, strict=True)]


def join_ogg(prefix: bytes, parts: list[Part]) -> bytes:
    """Undo :func:`split_ogg`, with right checksums."""
    pages = []
    for part in parts:
        page = bytearray(part.kind + part.content)
        if len(page) >= 27:
            page[22:26] = bytes(4)
            page[22:26] = struct.pack("<I", _checksum_ogg(bytes(page)))
        pages.append(bytes(page))
    return prefix + b"".join(pages)


def _make_ogg_table() -> list[int]:
    table = []
    for index in range(256):
        value = index << 24
        for _ in range(8):
            value = ((value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
        table.append(value)
    return table


_OGG_TABLE = _make_ogg_table()


def _checksum_ogg(page: bytes) -> int:
    """Return the CRC-32 of Ogg: no reflection, initial value 0."""
    value = 0
    for byte in page:
        value = ((value << 8) & 0xFFFFFFFF) ^ _OGG_TABLE[(value >> 24) ^ byte]
    return value


def split_flac(data: bytes) -> tuple[bytes, list[Part]]:
    """Return the blocks of metadata of a FLAC, then one part with all sound (of the kind ``b""``)."""
    parts, position, last = [], 4, False
    while not last and position + 4 <= len(data):
        kind, length = data[position : position + 1], int.from_bytes(data[position + 1 : position + 4])
        last = bool(kind[0] & 0x80)
        parts.append(Part(kind, data[position + 4 : position + 4 + length]))
        position += 4 + length
    return data[:4], [*parts, Part(b"", data[position:])]


def join_flac(prefix: bytes, parts: list[Part]) -> bytes:
    """Undo :func:`split_flac`."""
    data = bytearray(prefix)
    for part in parts:
        if part.kind:
            length = len(part.content) if part.claim is None else part.claim
            data += part.kind + (length & 0xFFFFFF).to_bytes(3)
        data += part.content
    return bytes(data)


def split_frames(data: bytes) -> tuple[bytes, list[Part]]:
    """Return what lies between the sync words of an MP3 or an ADTS stream."""
    starts = [at for at in range(len(data) - 1) if data[at] == 0xFF and data[at + 1] & 0xE0 == 0xE0]
    if not starts:
        return data, []
    ends = [*starts[1:], len(data)]
    cuts = [(a, min(a + 4, b), b) for a, b in zip(starts, ends, strict=True)]
    return data[: starts[0]], [Part(data[a:middle], data[middle:b]) for a, middle, b in cuts]


def join_plainly(prefix: bytes, parts: list[Part]) -> bytes:
    """Put parts without lengths together."""
    return prefix + b"".join(part.kind + part.content for part in parts)


def split_tiff(data: bytes) -> tuple[bytes, list[Part]]:
    """Return the 12-byte entries of the first directory of a classic TIFF; the prefix is all before them."""
    order = "<" if data[:2] == b"II" else ">"
    if len(data) < 10 or struct.unpack_from(order + "H", data, 2)[0] != 42:
        return data, []
    start = struct.unpack_from(order + "I", data, 4)[0] + 2
    count = struct.unpack_from(order + "H", data, start - 2)[0] if start <= len(data) else 0
    entries = [Part(b"", data[at : at + 12]) for at in range(start, start + 12 * count, 12)]
    return data[:start], [*entries, Part(b"", data[start + 12 * count :])]


def split_lines(data: bytes) -> tuple[bytes, list[Part]]:
    """Return the lines of a text."""
    return b"", [Part(b"", line) for line in data.splitlines(keepends=True)]


def split_safetensors(data: bytes) -> tuple[bytes, list[Part]]:
    """Return the entries of a safetensors header, as JSON, then the data."""
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    entries = [Part(name.encode(), json.dumps(entry).encode()) for name, entry in header.items()]
    return data[8 + size :], entries


def join_safetensors(prefix: bytes, parts: list[Part]) -> bytes:
    """Undo :func:`split_safetensors`; a claim of any part becomes the length of the header."""
    pairs = (json.dumps(part.kind.decode("latin-1")).encode() + b":" + part.content for part in parts)
    header = b"{" + b",".join(pairs) + b"}"
    claims = [part.claim for part in parts if part.claim is not None]
    length = claims[0] & 0xFFFFFFFFFFFFFFFF if claims else len(header)
    return length.to_bytes(8, "little") + header + prefix


Split = Callable[[bytes], tuple[bytes, list[Part]]]
Join = Callable[[bytes, list[Part]], bytes]


def find_container(data: bytes, suffix: str) -> tuple[Split, Join] | None:
    """Return how to take a file apart and how to put it together, or None."""
    if layout := find_layout(data):
        return layout.split, layout.join
    if data[:4] == b"OggS":
        return split_ogg, join_ogg
    if data[:4] == b"fLaC":
        return split_flac, join_flac
    if data[:2] == b"\xff\xd8":
        return split_jpeg, join_jpeg
    if data[:2] in (b"II", b"MM"):
        return split_tiff, join_plainly
    return {
        ".mp3": (split_frames, join_plainly),
        ".aac": (split_frames, join_plainly),
        ".toml": (split_lines, join_plainly),
        ".style": (split_safetensors, join_safetensors),
        ".safetensors": (split_safetensors, join_safetensors),
    }.get(suffix)


def retell(part: Part, claim: int) -> Part:
    """Return a part that claims another length."""
    return replace(part, claim=claim)
