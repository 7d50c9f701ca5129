"""The links of a chain are recordings of their own."""

import io
import struct

import numpy as np
import pytest
import soundfile
from liars import make_file

from audiostyle.sound.parts.finding import survey_file
from audiostyle.sound.parts.ogg import compute_checksum
from audiostyle.sound.reading import read_audio


@pytest.mark.parametrize("subtype, rate", [("VORBIS", 1), ("OPUS", 1)])
def test_chains(subtype: str, rate: int, decode):
    def make(frames: int) -> bytes:
        buffer = io.BytesIO()
        wave = 0.1 * np.random.default_rng(0).standard_normal((frames, 2))
        soundfile.write(buffer, wave, 48_000, format="OGG", subtype=subtype)
        return buffer.getvalue()

    one, two = make(30_000), make(20_000)
    survey = survey_file(io.BytesIO(one))
    assert survey.as_it_is and not survey.remarks and len(survey.parts) == 1
    assert len(decode(one + two + one)) == pytest.approx(80_000, abs=10)
    assert len(decode(one + b"junk" + two)) == pytest.approx(50_000, abs=10)


def test_cut_short_is_said():
    data = make_file("OGG", 30_000)
    for cut in (data[:-1], data[: len(data) // 2]):
        (remark,) = survey_file(io.BytesIO(cut)).remarks
        assert "what is there is read" in remark


def test_what_only_begins_like_one():
    assert not survey_file(io.BytesIO(b"OggS" + bytes(10))).parts


def stamp(data: bytes, stamps: dict[int, int]) -> bytes:
    """Return an Ogg in which some pages (by number, negative ones from the end) have other time stamps."""
    pages, place, changed = [], 0, bytearray(data)
    while place < len(data):
        count = data[place + 26]
        pages.append((place, place + 27 + count + sum(data[place + 27 : place + 27 + count])))
        place = pages[-1][1]
    for number, value in stamps.items():
        start, end = pages[number]
        changed[start + 6 : start + 14] = struct.pack("<Q", value)
        changed[start + 22 : start + 26] = bytes(4)
        changed[start + 22 : start + 26] = struct.pack("<I", compute_checksum(bytes(changed[start:end])))
    return bytes(changed)


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
@pytest.mark.parametrize("stamps", [{-1: 0}, {-1: 4800}, {-1: 2**64 - 1}, {-1: 2**62}])
def test_time_stamps_that_lie(subtype: str, stamps: dict[int, int], tmp_path):
    wave = 0.1 * np.random.default_rng(0).standard_normal((96_000, 2))
    buffer = io.BytesIO()
    soundfile.write(buffer, wave, 48_000, format="OGG", subtype=subtype)
    path = tmp_path / "a.ogg"
    path.write_bytes(stamp(buffer.getvalue(), stamps))
    assert len(survey_file(path.open("rb")).remarks) == 1
    samples = read_audio(path)[0].shape[1]
    assert samples == pytest.approx(96_000, abs=1000)


def test_pages_without_the_end_of_a_packet_are_no_sound():
    pages = [
        b"OggS" + struct.pack("<BBQIIIB", 0, flags, 0, 7, number, 0, 2) + b"\xff\xff" + bytes(510)
        for number, flags in enumerate((2, 0, 0, 4))
    ]
    survey = survey_file(io.BytesIO(b"".join(pages)))
    assert survey.family == "OGG" and len(survey.parts) == 1
