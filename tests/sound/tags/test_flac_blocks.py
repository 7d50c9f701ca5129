"""A FLAC with other tags has the same frames."""

import io

import soundfile
from hypothesis import given
from hypothesis import strategies as st
from liars import make_file

from audiostyle.sound.tags.flac_blocks import read_flac_tags, view_with_flac_tags
from audiostyle.sound.tags.tags import Picture, Tags

FLAC = make_file("FLAC", 3000, 6)


def test_there_and_back():
    tags = Tags((("TITLE", "Söng"), ("MOOD", "calm")), (Picture(bytes(70_000), "image/png"),), mask=0x60F)
    data = view_with_flac_tags(io.BytesIO(FLAC), tags).read()
    assert read_flac_tags(io.BytesIO(data), 0) == tags
    again = view_with_flac_tags(io.BytesIO(data), Tags()).read()
    assert read_flac_tags(io.BytesIO(again), 0) == Tags() and len(again) < len(FLAC) + 200
    for other in (data, again):
        assert (soundfile.read(io.BytesIO(other))[0] == soundfile.read(io.BytesIO(FLAC))[0]).all()


@given(st.binary(max_size=60), st.integers(4, 200))
def test_junk_is_no_error(junk: bytes, place: int):
    read_flac_tags(io.BytesIO(FLAC[:place] + junk + FLAC[place + len(junk) :]), 0)
