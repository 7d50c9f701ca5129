"""Tests of :mod:`audiostyle.translation.training.expressive.playing_style`."""

import numpy as np
import pytest

from audiostyle.translation.training.expressive import playing_style
from audiostyle.translation.training.expressive.playing_style import PlayingStyle


@pytest.mark.parametrize("seed", range(5))
def test_changes_of_loudness_stay_below_1_and_within_their_depth(seed: int) -> None:
    style = PlayingStyle(depth=20.0)
    for make in (playing_style.make_swell, playing_style.make_phrasing):
        curve = make(400, style, np.random.default_rng(seed))
        assert curve.dtype == np.float32 and curve.shape == (400,)
        assert 10 ** (-20 / 40) - 1e-6 <= curve.min() <= curve.max() <= 1


def test_a_scoop_rises_to_the_pitch() -> None:
    scoop = playing_style.make_scoop(100, np.random.default_rng(0))
    assert scoop[0] < -0.6 and scoop[-1] == 0
    assert (np.diff(scoop) >= 0).all()


def test_vibrato_begins_after_its_delay() -> None:
    style = PlayingStyle(vibrato=0.5, delay=0.4)
    vibrato = playing_style.make_vibrato(400, style, np.random.default_rng(0))
    assert not vibrato[:30].any()
    assert 0.25 < np.abs(vibrato).max() <= 0.5
