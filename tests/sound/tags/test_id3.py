"""What is written is read again, in all encodings and versions; junk is no tag."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.sound.tags.id3 import build_id3, parse_id3, parse_id3v1
from audiostyle.sound.tags.tags import Picture, Tags, clean_texts

NAMES = st.sampled_from(["TITLE", "ARTIST", "DATE", "COMMENT", "LYRICS", "MOOD", "BPM", "TRACKNUMBER"])
TEXTS = st.lists(st.tuples(NAMES, st.text(min_size=1, max_size=30)), max_size=8)


@settings(max_examples=30, deadline=None)
@given(TEXTS, st.lists(st.binary(min_size=1, max_size=400), max_size=2))
def test_there_and_back(texts, pictures):
    tags = Tags(clean_texts(texts), tuple(Picture(data, "image/png", 3, "é") for data in pictures))
    found = parse_id3(build_id3(tags))
    assert sorted(found.texts) == sorted(tags.texts) and found.pictures == tags.pictures


def make(version: int, frames: bytes, flags: int = 0) -> bytes:
    size = len(frames)
    return (
        b"ID3"
        + bytes([version, 0, flags, size >> 21, size >> 14 & 127, size >> 7 & 127, size & 127])
        + frames
    )


@pytest.mark.parametrize(
    "text",
    [b"\0Caf\xe9", b"\1\xff\xfeC\0a\0f\0\xe9\0", b"\2\0C\0a\0f\0\xe9", b"\3Caf\xc3\xa9", b"\3Caf\xc3\xa9\0"],
)
def test_encodings_and_versions(text: bytes):
    for version, frame in (
        (3, b"TIT2" + len(text).to_bytes(4, "big") + b"\0\0"),
        (2, b"TT2" + len(text).to_bytes(3, "big")),
    ):
        assert parse_id3(make(version, frame + text + bytes(20))).texts == (("TITLE", "Café"),)


def test_pictures_of_version_2():
    content = b"\0PNG\3\0pixels"
    tag = make(2, b"PIC" + len(content).to_bytes(3, "big") + content)
    assert parse_id3(tag).pictures == (Picture(b"pixels", "image/png"),)


@given(st.binary(max_size=200), st.integers(0, 5), st.integers(0, 255))
def test_junk_is_no_error(junk: bytes, version: int, flags: int):
    parse_id3(make(version, junk, flags))
    parse_id3(junk)
    parse_id3v1(b"TAG" + junk[:125].ljust(125))


def test_version_1():
    fields = b"".join(
        text.ljust(width, b"\0")
        for text, width in ((b"T", 30), (b"A", 30), (b"", 30), (b"1999", 4), (b"C", 28))
    )
    tags = parse_id3v1(b"TAG" + fields + b"\0\7\x11")
    assert dict(tags.texts) == {
        "TITLE": "T",
        "ARTIST": "A",
        "DATE": "1999",
        "COMMENT": "C",
        "TRACKNUMBER": "7",
    }
