"""An Ogg with other tags has the same sound, whatever number of pages they need."""

import io

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from liars import make_file

from audiostyle.sound.parts.ogg import compute_checksum
from audiostyle.sound.tags.ogg_pages import read_ogg_tags, write_ogg_with_tags
from audiostyle.sound.tags.tags import Picture, Tags

VORBIS = make_file("OGG", 20_000)


def make_opus() -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, soundfile.read(io.BytesIO(VORBIS))[0], 48000, format="OGG", subtype="OPUS")
    return buffer.getvalue()


@pytest.mark.parametrize("size", [1, 255 * 3 // 4, 40_000, 65_025, 300_000])
@pytest.mark.parametrize("make", [lambda: VORBIS, make_opus])
def test_there_and_back(size: int, make):
    data, out = make(), io.BytesIO()
    tags = Tags((("TITLE", "Söng"), ("MOOD", "calm")), (Picture(b"x" * size, "image/png"),))
    write_ogg_with_tags(io.BytesIO(data), out, tags)
    assert read_ogg_tags(io.BytesIO(out.getvalue()), 0) == tags
    assert (soundfile.read(io.BytesIO(out.getvalue()))[0] == soundfile.read(io.BytesIO(data))[0]).all()


def test_checksums_are_those_of_the_pages_there_are():
    place, pages = 0, 0
    while place < len(VORBIS):
        count = VORBIS[place + 26]
        end = place + 27 + count + sum(VORBIS[place + 27 : place + 27 + count])
        page = VORBIS[place:end]
        assert compute_checksum(page[:22] + bytes(4) + page[26:]) == int.from_bytes(page[22:26], "little")
        place, pages = end, pages + 1
    assert pages > 3


@given(st.binary(max_size=60), st.integers(0, 4000))
def test_junk_is_no_error(junk: bytes, place: int):
    read_ogg_tags(io.BytesIO(VORBIS[:place] + junk + VORBIS[place + len(junk) :]), 0)
