"""Fusion: what sounds once is on one key, and what is played on two stays on two."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.translation.pitch_fusion import fuse_pitches


def fuse(sounding: list[float], cents: list[float], onset: list[float] | None = None) -> tuple[list, list]:
    rows = [np.array([row], np.float32) for row in (onset or [0.0] * len(cents), sounding, cents)]
    begins, total = fuse_pitches(*rows)
    return begins[0].round(3).tolist(), total[0].round(3).tolist()


def test_a_pitch_between_two_keys_goes_to_the_surer_one_with_its_onset():
    assert fuse([0.3, 0.6], [60, -45], [0.5, 0.1]) == ([0.0, 0.5], [0.0, np.float32(0.9).item()])
    assert fuse([0.6, 0.3], [45, -60], [0.1, 0.5])[1] == [np.float32(0.9).item(), 0.0]


def test_a_minor_second_stays():
    assert fuse([0.5, 0.25], [0, 0]) == ([0, 0], [0.5, 0.25])


@given(st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4))
def test_nothing_gets_lost_or_more_than_sure(sounding):
    total = fuse(sounding, [50, -50, 50, -50])[1]
    assert max(total) <= 1
    assert sum(total) <= sum(sounding) + 1e-2
