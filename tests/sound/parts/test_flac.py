"""The length of a FLAC is where its last frame ends, not what its header says."""

import io

import numpy as np
import pytest
import soundfile
from liars import make_file, put

from audiostyle.sound.parts.finding import survey_file

FRAMES = 30_000


@pytest.fixture(scope="module")
def flac() -> bytes:
    return make_file("FLAC", FRAMES)


def with_total(flac: bytes, total: int) -> bytes:
    packed = int.from_bytes(flac[18:26], "big") >> 36 << 36 | total
    return put(flac, 18, packed.to_bytes(8, "big"))


@pytest.mark.parametrize("total", [0, 1, 10_000, FRAMES - 1, FRAMES + 1, 10**9, 2**36 - 1])
@pytest.mark.parametrize("tail", [b"", b"TAG" + bytes(125), bytes(4096)])
def test_all_samples_whatever_is_claimed(flac, total: int, tail: bytes, decode):
    lie = with_total(flac, total) + tail
    assert bool(survey_file(io.BytesIO(lie)).remarks) == (total != 0)
    np.testing.assert_array_equal(decode(lie), decode(flac))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.99])
def test_cut_short(flac, share: float, decode):
    cut = flac[: round(share * len(flac))]
    (remark,) = survey_file(io.BytesIO(cut)).remarks
    assert "ends after" in remark
    part = decode(cut)
    assert share * FRAMES - 4097 < len(part) < share * FRAMES + 4097
    np.testing.assert_array_equal(part, decode(flac)[: len(part)])


@pytest.mark.parametrize("between", [b"", b"TAG" + bytes(125)])
def test_joined(flac, between: bytes, decode):
    assert len(decode(flac + between + make_file("FLAC", 1000) + between + flac)) == 2 * FRAMES + 1000


def test_a_true_header_is_left_alone(flac):
    survey = survey_file(io.BytesIO(flac))
    assert survey.as_it_is and not survey.remarks and survey.parts[0].frames == FRAMES


@pytest.mark.parametrize("subtype, channels", [("PCM_S8", 1), ("PCM_16", 6), ("PCM_24", 2)])
def test_any_resolution(subtype: str, channels: int, decode):
    data = make_file("FLAC", 9000, channels, subtype)
    np.testing.assert_array_equal(
        decode(with_total(data, 0)), soundfile.read(io.BytesIO(data), always_2d=True)[0]
    )


def test_a_header_alone_is_no_recording(flac):
    for data in (flac[:20], flac[:42], b"fLaC" + bytes(100)):
        assert not survey_file(io.BytesIO(data)).parts
