"""The links of a chain are recordings of their own."""

import io

import pytest
from liars import make_file

from audiostyle.sound.parts.finding import survey_file


@pytest.mark.parametrize("subtype, rate", [("VORBIS", 1), ("OPUS", 1)])
def test_chains(subtype: str, rate: int, decode):
    import numpy as np
    import soundfile

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
