"""Chunks lead from one to the next; what begins a file is told from what does not."""

import io

from liars import make_chunk, make_file

from audiostyle.sound.parts import chunks
from audiostyle.sound.parts.chunks import ChunkFile, find_grammar, is_magic


def walk(data: bytes, position: int, grammar: chunks.Grammar = chunks.RIFF) -> list[bytes]:
    return [chunk.name for chunk in ChunkFile(io.BytesIO(data), 0, len(data), grammar).walk(position)]


def test_every_family_is_known():
    kinds = {
        "WAV": chunks.RIFF,
        "RF64": chunks.RIFF,
        "AIFF": chunks.AIFF,
        "CAF": chunks.CAF,
        "W64": chunks.W64,
    }
    for format, grammar in kinds.items():
        data = make_file(format, 100)
        assert find_grammar(data[:40]) is grammar and is_magic(data[:40])
        assert grammar.sound in walk(data, grammar.head, grammar)
    assert find_grammar(bytes(40)) is None and not is_magic(b"RIFF of another kind")


def test_padding_may_be_missing():
    for pad in (True, False):
        data = make_chunk(b"abcd", b"123", pad=pad) + make_chunk(b"LIST", b"")
        assert walk(data, 0) == [b"abcd", b"LIST"]


def test_a_walk_ends_where_there_is_no_chunk():
    assert walk(make_chunk(b"abcd", b"12") + bytes(8), 0) == [b"abcd"]
    assert walk(b"abcd\xff\xff\xff\xff", 0) == [b"abcd"]
