"""Glides beyond reach: struck where they stay, bent as far as can be, and the rest left alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.glides import split_glides


def play(*curves: np.ndarray, pitch: int = 60) -> Performance:
    rows = [(n, n + len(cents) * STEP, pitch, 90, 0) for n, cents in enumerate(curves)]
    numbers = [np.arange(len(cents)) for cents in curves]  # levels that say which point they belong to
    return Performance(np.array(rows, NOTE_DTYPE), curves=NoteCurves.from_lists(curves, numbers))


CURVES = st.lists(
    st.lists(st.tuples(st.floats(-900, 900, width=32), st.integers(1, 40)), min_size=1, max_size=5).map(
        lambda steps: np.concatenate([np.full(length, cents) for cents, length in steps])
    ),
    max_size=4,
)


@given(CURVES, st.sampled_from([0.0, 100.0, 1200.0]))
def test_all_is_within_reach_in_order_and_no_point_is_lost(curves, reach):
    split = split_glides(play(*curves), reach)
    assert (np.abs(split.curves.cents) <= reach).all()
    assert (np.diff(split.notes["onset"]) >= 0).all()
    assert len(split.curves) == len(split.notes) >= len(curves)
    assert sorted(split.curves.level) == sorted(np.concatenate([[], *map(np.arange, map(len, curves))]))
    assert (split.notes["offset"] > split.notes["onset"]).all()


@given(CURVES)
def test_what_is_within_reach_stays_as_it_is(curves):
    played = play(*curves)
    assert split_glides(played, 900.0) is played


def test_a_slide_is_struck_at_its_end_and_not_on_its_way():
    time = np.arange(150) * STEP
    slide = 500 * np.clip((time - 0.6) / 0.15, 0, 1)
    split = split_glides(play(slide), 0)
    assert split.notes["pitch"].tolist() == [60, 65]
    assert split.notes["onset"][1] == pytest.approx(0.735, abs=0.02)
    assert split.notes["offset"][0] == pytest.approx(split.notes["onset"][1])
    assert split.notes["offset"][1] == pytest.approx(150 * STEP)


@pytest.mark.parametrize("rate", [4.5, 6.0, 7.0])
def test_a_vibrato_is_no_trill(rate):
    """Not even one of a semitone to either side, of a singer who is a third of a semitone flat."""
    time = np.arange(200) * STEP
    assert len(split_glides(play(100 * np.sin(2 * np.pi * rate * time) - 30), 0).notes) == 1


def test_a_scoop_is_no_note():
    time = np.arange(100) * STEP
    assert len(split_glides(play(-200 * np.exp(-time / 0.05)), 0).notes) == 1


def test_a_bend_within_reach_of_the_next_key_goes_on_there():
    time = np.arange(200) * STEP
    bend = 400 * np.clip((time - 0.5) / 0.2, 0, 1) + 40 * np.sin(2 * np.pi * 5 * time)
    split = split_glides(play(bend), 100.0)
    assert split.notes["pitch"].tolist() == [60, 64]
    last = split.curves.get_cents(1)[20:]
    assert np.abs(last).max() == pytest.approx(40, abs=2) and np.abs(last.mean()) < 10


def test_pitches_stay_those_of_midi():
    split = split_glides(play(np.repeat([0.0, 900.0], 60), pitch=125), 0)
    assert split.notes["pitch"].tolist() == [125, 127]
