"""Domains take over what they can: bends within reach, levels where they can move, velocities where not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.expression import adapt_expression

ROWS = st.lists(
    st.lists(st.tuples(st.floats(-90, 90, width=32), st.floats(-60, 6, width=32)), max_size=40), max_size=6
)


def play(rows: list[list[tuple[float, float]]]) -> Performance:
    notes = [(n * 0.2, n * 0.2 + STEP * len(row) + 0.1, 50 + n, 80, 0) for n, row in enumerate(rows)]
    cents, level = ([[point[part] for point in row] for row in rows] for part in (0, 1))
    return Performance(np.array(notes, NOTE_DTYPE), {0: 0}, curves=NoteCurves.from_lists(cents, level))


@given(ROWS, st.booleans(), st.sampled_from([0, 1, 12]))
def test_without_expression_notes_are_plain(rows, level, bend):
    played = play(rows)
    for plain in (
        adapt_expression(played, bend=bend, level=level, expression=0),
        adapt_expression(played, bend=bend, level=level, follow=()),
    ):
        assert plain.curves is None and np.array_equal(plain.notes, played.notes)


@given(ROWS)
def test_an_instrument_that_can_do_all_does_all(rows):
    played = play(rows)
    same = adapt_expression(played, bend=12, level=True)
    assert np.array_equal(same.notes, played.notes)
    for index in range(len(rows)):
        cents = played.curves.get_cents(index)
        heard = np.abs(cents).max(initial=0) >= 3  # what nobody hears is straight
        assert np.array_equal(same.curves.get_cents(index), cents if heard else 0 * cents)
    assert np.array_equal(same.curves.level, played.curves.level)


@given(ROWS, st.floats(0.01, 1))
def test_half_the_expression_is_half_of_every_deviation(rows, share):
    played = play(rows)
    less = adapt_expression(played, bend=12, level=True, expression=share)
    assert np.allclose(less.curves.cents, share * played.curves.cents, rtol=1e-5, atol=3)
    assert np.allclose(less.curves.level, share * played.curves.level, rtol=1e-5)


@given(ROWS, st.sampled_from(["level", "pitch"]))
def test_what_is_not_followed_is_straight(rows, followed):
    alone = adapt_expression(play(rows), bend=12, level=True, follow=(followed,)).curves
    assert not (alone.cents if followed == "level" else alone.level).any()


@given(ROWS)
def test_what_cannot_swell_is_struck_as_loud_as_it_begins(rows):
    struck = adapt_expression(play(rows), bend=0, level=False)
    assert not struck.curves.level.any() and not struck.curves.cents.any()
    assert len(struck.notes) == len(rows)
    for note, row in zip(struck.notes, rows, strict=True):
        loudest = max([level for _, level in row[:13]], default=0.0)
        assert note["velocity"] == np.clip(round(80 * 10 ** (loudest / 40)), 1, 127)


def test_a_crescendo_over_notes_of_a_held_chord_is_a_crescendo_of_strikes():
    """Where a string's swell is, the notes of a piano get louder; none is struck that was not played."""
    swell = np.linspace(-30, 0, 400)
    notes = np.array([(n, 4.6, 50 + n, 100, 0) for n in range(4)], NOTE_DTYPE)
    level = [swell[round(n / STEP) :] for n in range(4)]
    played = Performance(notes, curves=NoteCurves.from_lists([0 * row for row in level], level))
    velocities = adapt_expression(played, bend=0, level=False).notes["velocity"]
    assert len(velocities) == 4 and (np.diff(velocities.astype(int)) > 5).all()


@pytest.mark.parametrize("level", [-np.inf, -1e9])
def test_a_note_of_no_level_is_as_soft_as_can_be(level):
    silent = play([[(0.0, level)] * 20])
    assert adapt_expression(silent, bend=0, level=False).notes["velocity"].tolist() == [1]
    assert len(adapt_expression(silent, bend=0, level=True).notes) == 1
