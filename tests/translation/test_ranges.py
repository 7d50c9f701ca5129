"""Folding by octaves: nothing is lost, nothing moves that need not."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.music.curves import NoteCurves
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation import ranges

NOTES = st.lists(
    st.tuples(st.floats(0, 60, width=32), st.integers(0, 127), st.integers(1, 127)), max_size=20
).map(lambda rows: np.array([(on, on + 1, pitch, v, 0) for on, pitch, v in rows], dtype=NOTE_DTYPE))
RANGES = st.integers(21, 97).flatmap(lambda low: st.tuples(st.just(low), st.integers(low + 11, 108)))


def fit_to_range(notes: np.ndarray, transpose: int, *bounds: int) -> tuple[np.ndarray, int]:
    fitted, moved = ranges.fit_to_range(Performance(notes), transpose, *bounds)
    return fitted.notes, moved


@given(NOTES, st.integers(-24, 24), RANGES)
def test_folding(notes, transpose, bounds):
    before = notes.copy()
    order = np.argsort(notes["onset"], kind="stable")
    # Velocity and length say which note is which; pitches then follow from the laws alone.
    numbered = notes[order].copy()
    numbered["velocity"] = np.arange(len(notes))
    result, moved = fit_to_range(numbered, transpose, *bounds)
    result = np.sort(result, order="velocity")
    wanted = numbered["pitch"].astype(int) + transpose
    pitch, (lowest, highest) = result["pitch"].astype(int), bounds
    assert len(result) == len(notes) and np.array_equal(notes, before)
    assert ((pitch >= lowest) & (pitch <= highest)).all()
    assert not ((pitch - wanted) % 12).any()
    inside = (wanted >= lowest) & (wanted <= highest)
    assert np.array_equal(pitch[inside], wanted[inside])
    assert moved == np.count_nonzero(~inside)
    # As few octaves as bring it inside: one octave less would leave it outside.
    towards = pitch - 12 * np.sign(pitch - wanted)
    assert ((towards[~inside] < lowest) | (towards[~inside] > highest)).all()
    for field in ("onset", "offset", "channel"):
        assert np.array_equal(result[field], numbered[field])


@given(NOTES, st.integers(-24, 24), RANGES)
def test_the_result_is_sorted_and_folding_it_again_changes_nothing(notes, transpose, bounds):
    result, _ = fit_to_range(notes, transpose, *bounds)
    assert (np.diff(result["onset"]) >= 0).all()
    again, moved = fit_to_range(result, 0, *bounds)
    assert moved == 0 and np.array_equal(again, result)


@given(NOTES, st.integers(-24, 24), RANGES)
def test_notes_take_their_curves_along(notes, transpose, bounds):
    """Notes that begin together change places where folding puts one below the other."""
    numbered = np.sort(notes, order="onset")
    numbered["velocity"] = np.arange(len(notes))
    rows = [[float(n)] * (n + 1) for n in range(len(notes))]
    performance = Performance(numbered, curves=NoteCurves.from_lists(rows, rows))
    fitted, _ = ranges.fit_to_range(performance, transpose, *bounds)
    for index, note in enumerate(fitted.notes):
        assert fitted.curves.get_cents(index).tolist() == rows[note["velocity"]]
        assert fitted.curves.get_level(index).tolist() == rows[note["velocity"]]
