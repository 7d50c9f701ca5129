"""Chunks about the sound stay as they are; those about the old samples are reset."""

import io
import struct

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from liars import make_chunk, make_file

from audiostyle.sound.tags.riff_chunks import append_chunk_tags, read_chunk_tags
from audiostyle.sound.tags.tags import Picture, Tags

BEXT = (
    b"Interview".ljust(256, b"\0")
    + bytes(90)
    + b"\2\0"
    + b"u" * 64
    + struct.pack("<5h", *[-2300] * 5)
    + bytes(180)
)
CHUNKS = (
    (b"bext", BEXT),
    (b"cue ", bytes(28)),
    (b"LIST", b"adtllabl\x06\0\0\0\1\0\0\0A\0"),
    (b"smpl", bytes(60)),
)


@pytest.mark.parametrize("format, chunks", [("WAV", CHUNKS), ("AIFF", ())])
def test_there_and_back(format: str, chunks: tuple):
    tags = Tags(
        (("TITLE", "Söng"), ("ARTIST", "A"), ("MOOD", "calm")), (Picture(b"x" * 999, "image/png"),), chunks
    )
    data = make_file(format, 3001, 1)
    file = io.BytesIO(data)
    append_chunk_tags(file, tags)
    found = read_chunk_tags(file, 0)
    assert (found.texts, found.pictures) == (tags.texts, tags.pictures)
    assert [name for name, _ in found.chunks] == [name for name, _ in chunks]
    assert dict(found.chunks).get(b"cue ") == dict(chunks).get(b"cue ")
    order = ">" if format == "AIFF" else "<"
    assert struct.unpack(f"{order}I", file.getvalue()[4:8])[0] == len(file.getvalue()) - 8
    assert (soundfile.read(io.BytesIO(file.getvalue()))[0] == soundfile.read(io.BytesIO(data))[0]).all()


def test_broadcast_data_forgets_the_old_samples():
    file = io.BytesIO(make_file("WAV", 100))
    append_chunk_tags(file, Tags(chunks=CHUNKS[:1]))
    ((_, data),) = read_chunk_tags(file, 0).chunks
    assert data[:348] == BEXT[:348] and data[348:412] == bytes(64) and data[422:] == BEXT[422:]
    assert struct.unpack("<5h", data[412:422]) == (0x7FFF,) * 5


@pytest.mark.parametrize("mask", [0x3F, 0x60F])
def test_speakers(mask: int):
    file = io.BytesIO(make_file("WAVEX", 100, 6))
    append_chunk_tags(file, Tags(mask=mask))
    assert read_chunk_tags(file, 0).mask == mask


@given(st.binary(max_size=60), st.integers(8, 400))
def test_junk_is_no_error(junk: bytes, place: int):
    data = (
        make_file("WAV", 100)
        + make_chunk(b"LIST", b"INFOINAM\5\0\0\0Song\0\0")
        + make_chunk(b"id3 ", b"ID3\4\0\0")
    )
    read_chunk_tags(io.BytesIO(data[:place] + junk + data[place + len(junk) :]), 0)
