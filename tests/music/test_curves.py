"""Curves of notes: ragged rows in flat arrays, which selection reorders and scaling stretches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.music.curves import NoteCurves

ROWS = st.lists(st.lists(st.floats(-200, 200, width=32), max_size=6), max_size=5)


def make_curves(rows: list[list[float]]) -> NoteCurves:
    return NoteCurves.from_lists(rows, [[-abs(point) for point in row] for row in rows])


@given(ROWS)
def test_what_goes_in_as_rows_comes_out_as_rows(rows):
    curves = make_curves(rows)
    assert [curves.get_cents(n).tolist() for n in range(len(curves))] == rows


@given(ROWS, st.data())
def test_selection_takes_each_notes_own_points(rows, data):
    order = data.draw(st.permutations(range(len(rows))))
    selected = make_curves(rows).select(order)
    assert [selected.get_level(n).tolist() for n in range(len(order))] == [
        [-abs(point) for point in rows[n]] for n in order
    ]


def test_scaling_by_zero_is_playing_straight():
    straight = make_curves([[10.0, -20.0]]).scale(cents=0, level=0)
    assert not straight.cents.any() and not straight.level.any()


def test_a_curve_can_be_edited_in_place():
    curves = make_curves([[1.0], [2.0, 3.0]])
    curves.get_cents(1)[:] = 7
    assert curves.cents.tolist() == [1.0, 7.0, 7.0]


def test_arrays_that_do_not_fit_each_other_are_an_error():
    with pytest.raises(ShapeError, match="2 points"):
        NoteCurves(np.array([0, 2]), np.zeros(2, np.float32), np.zeros(1, np.float32))


@given(ROWS, ROWS)
def test_concatenated_curves_are_those_of_the_parts(first, second):
    together = NoteCurves.concatenate([make_curves(first), NoteCurves.make_flat(2), make_curves(second)])
    assert [together.get_cents(n).tolist() for n in range(len(together))] == [*first, [], [], *second]


@given(ROWS)
def test_curves_at_their_own_speed_stay_as_they_are(rows):
    curves = make_curves(rows)
    same = curves.stretch(np.ones(len(rows)))
    assert np.array_equal(same.starts, curves.starts)
    assert np.array_equal(same.cents, curves.cents) and np.array_equal(same.level, curves.level)


def test_a_curve_at_half_speed_passes_the_same_points_and_stays_at_its_last():
    slow = make_curves([[], [0.0, 30.0, 90.0], [5.0]]).stretch(np.array([2.0, 2.0, 1.3]))
    assert [slow.get_cents(n).tolist() for n in range(3)] == [[], [0, 15, 30, 60, 90], [5]]
    fast = make_curves([[0.0, 30.0, 90.0, 90.0]]).stretch(np.array([0.4]))
    assert fast.get_cents(0).tolist() == [0, 90, 90]


def test_what_is_silent_stays_silent_at_another_speed():
    curves = NoteCurves.from_lists([[0.0, 0.0]], [[-np.inf, -np.inf]]).stretch(np.array([3.0]))
    assert np.isfinite(curves.level).all() and (curves.level <= -200).all()
