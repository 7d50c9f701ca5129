"""Laws of the pitch distance, and rolls of notes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.evaluate import pitch_distance
from audiostyle.evaluate.pitches import PITCHES, make_piano_roll

SEEDS = st.integers(0, 999)


def make_roll(seed: int, frames: int = 12, pitches: int = 9, density: float = 0.3) -> np.ndarray:
    found = np.random.default_rng(seed).random((frames, pitches)) < density
    found[0, 0] = True
    return found


def compute_by_sets(estimate: np.ndarray, reference: np.ndarray) -> float:
    """The published evaluation, frame by frame, with sets."""
    distances = []
    for one, other in zip(estimate, reference, strict=True):
        a, b = set(np.flatnonzero(one)), set(np.flatnonzero(other))
        distances.append(1 - len(a & b) / len(a | b) if a | b else 0.0)
    return float(np.mean(distances))


@given(SEEDS, SEEDS, st.floats(0.05, 0.9))
@settings(max_examples=40, deadline=None)
def test_equals_the_published_definition(seed, other, density):
    estimate, reference = make_roll(seed, density=density), make_roll(other)
    assert pitch_distance(estimate, reference) == pytest.approx(
        compute_by_sets(estimate, reference), abs=1e-12
    )


@given(SEEDS, SEEDS)
@settings(max_examples=20, deadline=None)
def test_symmetric_bounded_and_zero_for_equal_rolls_only(seed, other):
    one, two = make_roll(seed), make_roll(other)
    distance = pitch_distance(one, two)
    assert distance == pitch_distance(two, one)
    assert 0 <= distance <= 1
    assert (distance == 0) == (one == two).all()
    assert pitch_distance(one, one) == 0


@given(SEEDS, SEEDS, SEEDS)
@settings(max_examples=20, deadline=None)
def test_triangle_inequality(first, second, third):
    one, two, three = make_roll(first), make_roll(second), make_roll(third)
    assert pitch_distance(one, three) <= pitch_distance(one, two) + pitch_distance(two, three) + 1e-12


@given(SEEDS, SEEDS, SEEDS)
@settings(max_examples=20, deadline=None)
def test_order_of_frames_and_names_of_pitches_do_not_matter(seed, other, order):
    one, two = make_roll(seed), make_roll(other)
    rng = np.random.default_rng(order)
    frames, pitches = rng.permutation(len(one)), rng.permutation(one.shape[1])
    moved = [rows[frames][:, pitches] for rows in (one, two)]
    assert pitch_distance(*moved) == pytest.approx(pitch_distance(one, two), abs=1e-12)


def test_nothing_in_common_is_at_one_and_a_missing_voice_of_two_at_a_half():
    low, high = np.eye(4, dtype=bool)[[0, 1]], np.eye(4, dtype=bool)[[2, 3]]
    assert pitch_distance(low, high) == 1
    assert pitch_distance(low, low | high) == 0.5


def test_empty_rolls_warn_and_differ_from_all_but_themselves():
    nothing, full = np.zeros((3, 4), bool), np.ones((3, 4), bool)
    with pytest.warns(UserWarning, match="estimate has no pitches"):
        assert pitch_distance(nothing, full) == 1
    with pytest.warns(UserWarning, match="reference has no pitches"):
        assert pitch_distance(nothing, nothing) == 0


@pytest.mark.parametrize(
    ("estimate", "reference", "message"),
    [
        (np.ones((2, 3), bool), np.ones((3, 3), bool), r"estimate has shape \(2, 3\), reference \(3, 3\)"),
        (np.ones(3, bool), np.ones((3, 3), bool), "estimate must be boolean of shape"),
        (np.ones((3, 3), bool), np.ones((3, 3)), "reference must be boolean .* got float64"),
        (np.ones((0, 3), bool), np.ones((0, 3), bool), "estimate has no frames"),
    ],
)
def test_malformed_rolls_are_named(estimate, reference, message):
    with pytest.raises(ShapeError, match=message):
        pitch_distance(estimate, reference)


# Rolls


def test_a_note_sounds_in_the_frames_whose_centers_it_covers():
    found = make_piano_roll([[0.1, 60, 0.3], [0.25, 64.4, 9.0]], seconds=0.5, frame_rate=10)
    assert found.shape == (5, PITCHES)
    assert np.flatnonzero(found[:, 60]).tolist() == [1, 2]
    assert np.flatnonzero(found[:, 64]).tolist() == [2, 3, 4]
    assert found.sum() == 5


@given(SEEDS, st.integers(1, 20))
@settings(max_examples=20, deadline=None)
def test_order_and_repetition_of_notes_do_not_matter(seed, count):
    rng = np.random.default_rng(seed)
    onsets = rng.uniform(0, 2, count)
    notes = np.stack([onsets, rng.integers(0, 128, count), onsets + rng.uniform(0, 1, count)], axis=1)
    shuffled = np.concatenate([notes[rng.permutation(count)], notes[:1]])
    np.testing.assert_array_equal(make_piano_roll(shuffled, 3), make_piano_roll(notes, 3))


def test_no_notes_make_an_empty_roll():
    assert not make_piano_roll(np.empty((0, 3)), 1.0).any()


@pytest.mark.parametrize(
    ("notes", "seconds", "message"),
    [
        ([[0.0, 60]], 1, r"notes must have shape \(notes, 3\)"),
        ([[0.0, np.nan, 1]], 1, "notes hold NaN"),
        ([[0.0, 128, 1]], 1, "pitches must lie in 0 to 127, got 128"),
        ([[0.0, -1, 1]], 1, "pitches must lie in 0 to 127, got -1"),
        ([[0.0, 60, 1]], 0, "needs a length"),
    ],
)
def test_malformed_notes_are_named(notes, seconds, message):
    with pytest.raises(ShapeError, match=message):
        make_piano_roll(notes, seconds)
