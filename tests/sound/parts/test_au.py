"""An AU ends with its file, whatever size its header claims."""

import io

import pytest
from liars import make_file, put

from audiostyle.sound.parts.finding import survey_file


@pytest.mark.parametrize("claim, is_said", [(b"\xff" * 4, False), (bytes(4), True), (b"\0\0\1\0", True)])
def test_a_pipe_is_no_lie(claim: bytes, is_said: bool, decode):
    data = put(make_file("AU", 1000), 8, claim)
    assert bool(survey_file(io.BytesIO(data)).remarks) == is_said
    assert len(decode(data)) == 1000


def test_a_header_that_points_nowhere():
    assert not survey_file(io.BytesIO(put(make_file("AU", 1000), 4, b"\x7f\xff\xff\xff"))).parts
    assert not survey_file(io.BytesIO(b".snd")).parts
