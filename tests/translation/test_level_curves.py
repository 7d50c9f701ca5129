"""Levels: a swell is a swell, a string that dies away is not, and half as loud is so all the time."""

import numpy as np
import pytest

from audiostyle.models.frontend import FRAME_RATE
from audiostyle.translation.level_curves import choose_velocities, measure_levels
from audiostyle.translation.pitch_curves import Contour


def make_contour(level: np.ndarray, start: float = 0.0, loudness: float = 0.5) -> Contour:
    ones = np.ones(len(level), np.float32)
    rows = loudness * ones, level.astype(np.float32), np.diff(level, prepend=level[0]).astype(np.float32)
    return Contour(round(start * FRAME_RATE), 39, 0 * ones, ones, *rows)


SWELL = -30 - 15 * np.cos(np.linspace(0, 2 * np.pi, 170))
DYING = -20 - 12 * np.arange(170) / FRAME_RATE


def test_a_swell_comes_back():
    loudest, (curve,) = measure_levels([make_contour(SWELL)])
    assert loudest[0] == pytest.approx(-15, abs=0.1)
    assert curve[8:-8] == pytest.approx(SWELL[8:-8] + 15, abs=0.1)


def test_strings_that_die_away_are_played_evenly():
    _, curves = measure_levels([make_contour(DYING, start) for start in range(6)])
    assert np.abs(curves).max() < 0.5


def test_notes_whose_pitch_moves_do_not_die_away_by_themselves():
    notes = [make_contour(DYING, start) for start in range(6)]
    vibrato = (20 * np.sin(np.arange(170) / 2)).astype(np.float32)
    _, curves = measure_levels([note._replace(cents=vibrato) for note in notes])
    assert all(curve[:-10].min() < -15 for curve in curves)


def test_a_note_that_is_softened_among_held_ones_is_softened():
    held = [make_contour(np.full(170, -20.0), start) for start in range(6)]
    _, curves = measure_levels([*held, make_contour(DYING, 6.0)])
    assert curves[-1][:-10].min() < -15


def test_softer_recordings_have_the_same_curves():
    (loud, curve), (soft, same) = (measure_levels([make_contour(SWELL + gain)]) for gain in (0, -6))
    assert np.allclose(curve, same, atol=1e-4)
    assert loud - soft == pytest.approx([6])


@pytest.mark.parametrize("frames", [1, 5, 17, 25])
def test_short_notes_are_even(frames):
    loudest, (curve,) = measure_levels([make_contour(np.linspace(-40, -30, frames))])
    assert not curve.any() and len(curve) == frames
    assert loudest[0] == pytest.approx(-30 if frames > 1 else -40)


def test_no_notes_have_no_levels():
    loudest, curves = measure_levels([])
    assert len(loudest) == 0 and curves == [] and len(choose_velocities(loudest, [])) == 0


def test_velocities_are_as_far_apart_as_the_levels():
    contours = [make_contour(SWELL)] * 5
    velocities = choose_velocities(np.array([-50, -40, -30, -25, -20.0]), contours)
    assert 40 * np.log10(velocities / velocities[-1]) == pytest.approx([-30, -20, -10, -5, 0], abs=0.7)


def test_how_loud_music_is_played_is_heard():
    soft, loud = (
        choose_velocities(np.full(9, -20.0), [make_contour(SWELL, loudness=value)] * 9)
        for value in (0.3, 0.8)
    )
    assert (soft[0], loud[0]) == (38, 102)
