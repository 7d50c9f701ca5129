"""Whatever size a header claims, the samples end where they end."""

import io
import struct

import numpy as np
import pytest
import soundfile
from liars import make_chunk, make_file, put

from audiostyle.sound.parts.finding import survey_file

FRAMES = 5000
LIST = make_chunk(b"LIST", b"INFOISFT\x04\0\0\0test")
CLAIMS = [0, 3, 400, FRAMES * 4 - 4, FRAMES * 4 + 4, 10**6, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF]


def find_size(data: bytes, name: bytes) -> int:
    return data.index(name) + len(name)


def lie(data: bytes, format: str, claim: int) -> bytes:
    """Return a file whose chunk of samples claims another size."""
    if format in ("WAV", "WAVEX"):
        return put(data, find_size(data, b"data"), struct.pack("<I", claim))
    if format == "RF64":
        return put(data, find_size(data, b"ds64") + 12, struct.pack("<Q", claim))
    if format == "AIFF":
        return put(data, find_size(data, b"SSND"), struct.pack(">I", claim))
    if format == "CAF":
        return put(data, find_size(data, b"data"), struct.pack(">Q", claim))
    if format == "W64":
        return put(data, data.index(b"data\xf3") + 16, struct.pack("<Q", claim))
    return put(data, 8, struct.pack(">I", claim))  # AU


FORMATS = ["WAV", "WAVEX", "RF64", "AIFF", "CAF", "W64", "AU"]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("claim", CLAIMS)
def test_all_samples_whatever_is_claimed(format: str, claim: int, decode):
    data = make_file(format, FRAMES, subtype="PCM_16")
    expected, _ = soundfile.read(io.BytesIO(data))
    np.testing.assert_array_equal(decode(lie(data, format, claim)), expected)


@pytest.mark.parametrize("format", FORMATS)
def test_a_true_size_is_left_alone(format: str):
    survey = survey_file(io.BytesIO(make_file(format, FRAMES, subtype="PCM_16")))
    assert survey.as_it_is and not survey.remarks and survey.parts[0].frames == FRAMES


@pytest.mark.parametrize("format", FORMATS)
def test_joined_and_cut(format: str, decode):
    data = make_file(format, FRAMES, subtype="PCM_16")
    expected, _ = soundfile.read(io.BytesIO(data))
    np.testing.assert_array_equal(decode(data + data), np.concatenate([expected, expected]))
    half = data[: len(data) // 2]
    survey = survey_file(io.BytesIO(half))
    assert survey.remarks and "ends after" in survey.remarks[0]
    part = decode(half)
    assert len(part) > FRAMES // 3
    np.testing.assert_array_equal(part, expected[: len(part)])


@pytest.mark.parametrize("claim", [None, 0, 400, 0xFFFFFFFF])
@pytest.mark.parametrize(
    "tail",
    [
        LIST,
        make_chunk(b"id3 ", b"x" * 4001),
        make_chunk(b"bext", bytes(603)) + make_chunk(b"cue ", bytes(28)),
        make_chunk(b"bext", bytes(603), pad=False) + LIST,
    ],
)
def test_chunks_behind_the_samples_are_no_sound(claim: int | None, tail: bytes, decode):
    data = make_file("WAV", FRAMES, subtype="PCM_16")
    data = (data if claim is None else lie(data, "WAV", claim)) + tail
    assert len(decode(data)) == FRAMES


@pytest.mark.parametrize("tail", [b"TAG" + bytes(125), bytes(5000), b"\n", b"written by a program\r\n" * 30])
def test_other_things_behind_the_samples_are_no_sound(tail: bytes, decode):
    survey = survey_file(io.BytesIO(make_file("WAV", FRAMES) + tail))
    assert survey.as_it_is and not survey.remarks


@pytest.mark.parametrize("pad", [True, False])
def test_odd_chunks_before_the_samples(pad: bool, decode):
    data = make_file("WAV", FRAMES, subtype="PCM_16")
    data = data[:12] + make_chunk(b"LIST", b"INFOabc", pad=pad) + data[12:]
    assert len(decode(data)) == FRAMES


def test_an_odd_number_of_bytes(decode):
    data = make_file("WAV", 1001, channels=1, subtype="PCM_U8")
    for tail in (b"", LIST):
        assert len(decode(data.rstrip(b"\0") + tail)) in (1001, 1000)
        assert len(decode(data + tail)) == 1001


def test_no_samples_at_all_behind_which_there_are_chunks():
    survey = survey_file(io.BytesIO(make_file("WAV", 0) + LIST))
    assert survey.parts[0].frames == 0 and not survey.remarks


@pytest.mark.parametrize("subtype", ["IMA_ADPCM", "MS_ADPCM", "GSM610"])
def test_compressed_samples(subtype: str, decode):
    data = make_file("WAV", FRAMES, channels=1, subtype=subtype)
    whole = decode(data)
    assert len(whole) >= FRAMES
    for claim in (0, 0xFFFFFFFF):
        np.testing.assert_array_equal(decode(lie(data, "WAV", claim)), whole)


def test_headers_of_nothing_are_no_recording():
    for head in (b"RIFF\0\0\0\0WAVE", b"FORM\0\0\0\0AIFF", b"caff\0\1\0\0"):
        assert not survey_file(io.BytesIO(head)).parts
        assert not survey_file(io.BytesIO(head + bytes(100))).parts
