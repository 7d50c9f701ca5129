"""Curves at the times of frames: exact between points, constant outside, the same however they are cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.music.curves import NoteCurves
from audiostyle.translation.note_curves import sample_level, sample_pitch

POINTS = st.lists(st.floats(-300, 300, width=32), min_size=1, max_size=30)


def make_curves(cents: list[float], level: list[float] | None = None) -> NoteCurves:
    return NoteCurves.from_lists([cents], [level or [0.0] * len(cents)])


@given(POINTS, st.integers(1, 50), st.floats(0, 1))
def test_how_far_partials_have_turned_does_not_depend_on_which_frames_are_asked_for(cents, cut, fraction):
    frames = np.arange(-2, 60) + fraction
    whole = sample_pitch(make_curves(cents), 0, frames)
    parts = [sample_pitch(make_curves(cents), 0, part) for part in (frames[:cut], frames[cut:])]
    for mine, together in zip(zip(*parts, strict=True), whole, strict=True):
        assert np.array_equal(np.concatenate(mine), together)


@given(st.floats(-1200, 1200), st.integers(1, 20))
def test_a_note_bent_evenly_turns_faster_by_the_ratio(cents, points):
    frames = np.arange(-2.0, 40.0)
    pitch, age = sample_pitch(make_curves([cents] * points), 0, frames)
    assert pitch == pytest.approx(cents) and age == pytest.approx(frames * 2 ** (cents / 1200))


@given(POINTS)
def test_the_speed_of_turning_is_the_ratio(cents):
    middles = np.arange(len(cents) - 1) + 0.5
    age = [sample_pitch(make_curves(cents), 0, middles + step)[1] for step in (-0.5, 0.5)]
    ratio = 2 ** (np.array(cents) / 1200)
    assert age[1] - age[0] == pytest.approx((ratio[1:] + ratio[:-1]) / 2)


def test_straight_notes_have_their_own_age():
    frames = np.arange(-2, 9) + 0.3
    for cents in ([], [0.0, 0.0]):
        pitch, age = sample_pitch(make_curves(cents), 0, frames)
        assert not pitch.any() and np.array_equal(age, frames)
        assert np.array_equal(sample_level(make_curves(cents), 0, frames), np.ones(11))


def test_decibels_become_factors_of_velocity():
    curves = make_curves([0.0] * 3, [0.0, -40.0, 20.0])
    factors = sample_level(curves, 0, np.array([-1, 0, 0.5, 1, 2, 7.0]))
    assert factors == pytest.approx([1, 1, 10**-0.5, 0.1, 10**0.5, 10**0.5])


@pytest.mark.parametrize("level", [-np.inf, -1e9, np.nan])
def test_a_level_of_minus_infinity_is_silence_and_none_at_all_is_as_the_velocity_says(level):
    factors = sample_level(make_curves([0.0] * 3, [level, level, 0.0]), 0, np.linspace(0, 2, 9))
    assert np.isfinite(factors).all() and factors[-1] == 1
    assert factors[0] == 1 if np.isnan(level) else factors[0] < 1e-4


@pytest.mark.parametrize("cents", [np.inf, -np.inf, np.nan])
def test_what_is_no_pitch_does_no_harm(cents):
    pitch, age = sample_pitch(make_curves([0.0, cents, 0.0]), 0, np.linspace(-2, 5, 9))
    assert np.isfinite(pitch).all() and np.isfinite(age).all()
