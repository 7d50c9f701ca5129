"""As many samples as there are frames, whatever a header says, or none."""

import io
import struct

import numpy as np
import pytest
from liars import make_file, put

from audiostyle.sound.parts.finding import survey_file
from audiostyle.sound.parts.mpeg_frames import read_header

ID3 = b"ID3\x04\0\0\0\0\x02\0" + b"\xff\xfb\x90\x64" * 64
TAG = b"TAG" + bytes(125)
APE = b"APETAGEX" + struct.pack("<4I8x", 2000, 32, 0, 1 << 31)


@pytest.fixture(scope="module")
def song() -> bytes:
    return make_file("MP3", 44_100)


def drop_xing(song: bytes) -> bytes:
    header = read_header(song[:4])
    assert (header is not None and b"Xing" in song[:60]) or b"Info" in song[:60]
    return song[header.bytes :]


def test_a_true_header_is_left_alone(song, decode):
    survey = survey_file(io.BytesIO(song))
    assert survey.as_it_is and not survey.remarks and survey.parts[0].frames == 44_100
    assert len(decode(song)) == 44_100


def test_without_a_header_every_frame_counts(song, decode):
    assert len(decode(drop_xing(song))) == pytest.approx(44_100, abs=3 * 1152)


@pytest.mark.parametrize("claim", [0, 1, 5, 20, 100, 10_000, 2**32 - 1])
def test_a_wrong_count_is_mended_and_said(song, claim: int, decode):
    place = max(song.find(b"Xing"), song.find(b"Info")) + 8
    lie = put(song, place, struct.pack(">I", claim))
    assert survey_file(io.BytesIO(lie)).remarks
    assert len(decode(lie)) == pytest.approx(44_100, abs=2 * 1152)


@pytest.mark.parametrize("between", [b"", ID3, TAG, APE, TAG + ID3, APE + TAG + ID3, b"junk" * 700])
@pytest.mark.parametrize("has_header", [True, False])
def test_joined(song, between: bytes, has_header: bool, decode):
    one = song if has_header else drop_xing(song)
    assert len(decode(ID3 + one + between + one + TAG)) == pytest.approx(88_200, abs=4 * 1152)


def test_cut_short_the_rest_is_where_it_was(song, decode):
    whole, part = decode(song), decode(song[: len(song) // 2])
    settled = len(part) - 2000
    assert settled > 15_000
    np.testing.assert_array_equal(part[:settled], whole[:settled])


def test_damaged_frames_are_left_out_and_said(song, decode):
    damaged = put(song, len(song) // 2, bytes(1500))
    (remark,) = survey_file(io.BytesIO(damaged)).remarks
    assert "damaged in 1 place" in remark
    assert len(decode(damaged)) > 35_000


def test_another_rate_and_other_channels_begin_another_part(song):
    mono = make_file("MP3", 10_000, channels=1)
    assert len(survey_file(io.BytesIO(song + mono)).parts) == 2
