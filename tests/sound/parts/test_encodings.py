"""Rates and sizes of frames are those that libsndfile wrote."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from liars import RATE, make_file

from audiostyle.sound.parts import chunks
from audiostyle.sound.parts.chunks import ChunkFile, find_grammar
from audiostyle.sound.parts.encodings import FORMAT_READERS

SIZES = {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4, "DOUBLE": 8, "ULAW": 1}


@pytest.mark.parametrize("format", ["WAV", "WAVEX", "W64", "AIFF", "CAF"])
@pytest.mark.parametrize("subtype", SIZES)
def test_bytes_of_a_second(format: str, subtype: str):
    data = make_file(format, 100, 3, subtype)
    grammar = find_grammar(data[:40])
    assert grammar is not None
    container = ChunkFile(io.BytesIO(data), 0, len(data), grammar)
    chunk = next(chunk for chunk in container.walk(grammar.head) if chunk.name == grammar.format)
    encoding = FORMAT_READERS[grammar](container.read(chunk.start, chunk.size))
    assert encoding is not None and encoding.is_linear
    assert (encoding.rate, encoding.block) == (RATE, 3 * SIZES[subtype])
    assert encoding.byte_rate == RATE * encoding.block


def test_nothing_is_no_encoding():
    for grammar in (chunks.RIFF, chunks.AIFF, chunks.CAF, chunks.SVX):
        assert FORMAT_READERS[grammar](bytes(64)) is None


@given(
    st.sampled_from(sorted(FORMAT_READERS, key=repr)), st.binary(min_size=64, max_size=64), st.integers(0, 40)
)
def test_whatever_is_read_can_be_divided_by(grammar, data, zeros):
    data = data[:zeros] + bytes(2) + data[zeros + 2 :]
    try:
        encoding = FORMAT_READERS[grammar](data)
    except OverflowError:
        return
    if encoding is not None:
        assert encoding.byte_rate > 0 and encoding.block > 0 and encoding.rate > 0


def test_no_channels_are_no_encoding():
    assert FORMAT_READERS[chunks.AIFF](struct.pack(">hIhHQ4s", 0, 256, 64, 16398, 1 << 63, b"FL65")) is None
