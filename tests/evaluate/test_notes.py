"""Laws of note matching, with brute force and mir_eval as oracles."""

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from audiostyle.errors import ShapeError
from audiostyle.evaluate import match_notes, note_f1

# Onsets on a 10 ms grid and few pitches: many near-collisions, many exactly at the tolerance.
NOTE = st.tuples(st.integers(0, 40).map(lambda n: n / 100), st.integers(60, 63).map(float))
NOTES = st.lists(NOTE, min_size=1, max_size=25).map(np.array)
FEW_NOTES = st.lists(NOTE, min_size=1, max_size=5).map(np.array)
NOT_NOTES = hnp.arrays(float, hnp.array_shapes(max_dims=3, max_side=3)).filter(
    lambda array: array.ndim != 2 or array.shape[1] < 2
)


def count_matches_naively(estimate: np.ndarray, reference: np.ndarray) -> int:
    """Try every assignment of the shorter list to the longer."""
    few, many = sorted((estimate, reference), key=len)
    apart = np.abs(few[:, None] - many[None, :])
    agree = (apart[..., 0] <= 0.05 + 1e-9) & (apart[..., 1] == 0)
    assignments = itertools.permutations(range(len(many)), len(few))
    return max(agree[range(len(few)), list(columns)].sum() for columns in assignments)


@given(FEW_NOTES, FEW_NOTES)
@settings(max_examples=60, deadline=None)
def test_no_assignment_matches_more(estimate, reference):
    assert len(match_notes(estimate, reference)) == count_matches_naively(estimate, reference)


@given(NOTES, NOTES)
@settings(max_examples=60, deadline=None)
def test_agrees_with_mir_eval(estimate, reference):
    transcription = pytest.importorskip("mir_eval.transcription")

    def convert(notes):
        return np.stack([notes[:, 0], notes[:, 0] + 1], axis=1), 440 * 2 ** ((notes[:, 1] - 69) / 12)

    *_, expected, _ = transcription.precision_recall_f1_overlap(
        *convert(reference), *convert(estimate), offset_ratio=None
    )
    assert note_f1(estimate, reference) == pytest.approx(expected)


@given(NOTES)
def test_identity_is_one(notes):
    assert note_f1(notes, notes) == 1


@given(NOTES, NOTES, st.randoms(use_true_random=False))
def test_symmetric_and_indifferent_to_order(estimate, reference, random):
    order = list(range(len(estimate)))
    random.shuffle(order)
    assert note_f1(reference, estimate[order]) == note_f1(estimate, reference)


@given(NOTES, NOTES, st.integers(-5, 5), st.integers(-12, 12))
def test_moving_both_in_time_and_pitch_changes_nothing(estimate, reference, seconds, semitones):
    shift = np.array([seconds, semitones])
    assert note_f1(estimate + shift, reference + shift) == note_f1(estimate, reference)


@given(NOTES, NOTES)
def test_matching_is_one_to_one_and_within_tolerance(estimate, reference):
    rows, columns = match_notes(estimate, reference).T
    assert len(set(rows)) == len(rows)
    assert len(set(columns)) == len(columns)
    apart = np.abs(estimate[rows] - reference[columns])
    assert (apart <= [0.05 + 1e-4, 0.5]).all()


@given(NOTES, NOTES, st.floats(0, 1), st.floats(0, 1))
def test_more_tolerance_never_matches_less(estimate, reference, one, two):
    tight, loose = sorted((one, two))
    assert note_f1(estimate, reference, tight) <= note_f1(estimate, reference, loose)


def test_f1_of_a_worked_example():
    reference = [[0.0, 60], [0.5, 64], [1.0, 67], [1.5, 72]]
    estimate = [[0.05, 60], [0.5, 64.5], [1.06, 67], [1.5, 84], [0.0, 60], [2.0, 50]]
    # right: the first (at the tolerance exactly) and the second; precision 2/6, recall 2/4
    assert note_f1(estimate, reference) == pytest.approx(2 * 2 / (6 + 4))


def test_a_note_of_the_reference_serves_once():
    assert note_f1([[0.0, 60], [0.01, 60]], [[0.0, 60]]) == pytest.approx(2 / 3)


def test_further_columns_are_ignored():
    assert note_f1([[0.0, 60, 99.0]], [[0.0, 60, np.nan, 3.0]]) == 1


@pytest.mark.parametrize(("estimated", "true"), [(0, 0), (0, 1), (1, 0)])
def test_no_notes_score_zero_and_warn(estimated, true):
    with pytest.warns(UserWarning, match="has no notes"):
        assert note_f1(np.ones((estimated, 2)), np.ones((true, 2))) == 0


def test_notes_do_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        note_f1([[0.0, 60]], [[1.0, 60]])


@given(NOT_NOTES)
def test_another_shape_is_an_error_that_names_it(malformed):
    with pytest.raises(ShapeError, match=r"estimate must have shape \(notes, 2\)"):
        note_f1(malformed, [[0.0, 60]])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_not_finite_is_an_error(bad):
    with pytest.raises(ShapeError, match="reference holds NaN or infinite"):
        note_f1([[0.0, 60]], [[bad, 60]])
