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
