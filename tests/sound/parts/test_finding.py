"""Every kind of file is known by its first bytes, alone and joined with others."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from liars import make_file

from audiostyle.sound.parts.finding import survey_file

FAMILIES = {"WAV": "CHUNKS", "AIFF": "CHUNKS", "AU": "AU", "FLAC": "FLAC", "OGG": "OGG", "MP3": "MPEG"}


@pytest.mark.parametrize("format, family", FAMILIES.items())
def test_families(format: str, family: str):
    assert survey_file(io.BytesIO(make_file(format, 3000))).family == family


@pytest.mark.parametrize("first", ["WAV", "FLAC", "AU"])
@pytest.mark.parametrize("second", ["WAV", "FLAC", "AIFF"])
def test_files_of_two_kinds_joined(first: str, second: str, decode):
    assert len(decode(make_file(first, 3000) + make_file(second, 2000))) == 5000


@given(
    st.binary(max_size=300),
    st.sampled_from(["WAV", "AIFF", "CAF", "W64", "AU", "FLAC", "OGG", "MP3"]),
    st.data(),
)
def test_no_bytes_make_it_fail(junk: bytes, format: str, data: st.DataObject):
    whole = bytearray(WHOLE[format])
    place = data.draw(st.integers(0, 200))
    whole[place : place + len(junk)] = junk
    for bytes_ in (bytes(whole), junk, bytes(whole[: len(whole) // 2])):
        survey = survey_file(io.BytesIO(bytes_))
        assert all(part.open(io.BytesIO(bytes_)).size < 2 * len(bytes_) + 2000 for part in survey.parts)


WHOLE = {name: make_file(name, 3000) for name in ("WAV", "AIFF", "CAF", "W64", "AU", "FLAC", "OGG", "MP3")}


def test_noise_is_nothing():
    assert not survey_file(io.BytesIO(b"x" + np.random.default_rng(0).bytes(10_000))).parts
