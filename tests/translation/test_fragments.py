"""Fragments: where keys begin to sound and are released, whatever the frames are cut into."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.models.frontend import PITCHES
from audiostyle.translation.fragments import FragmentTracker, FrameGrids, find_peaks


def find(grid: np.ndarray, cuts: list[int]) -> list[tuple]:
    """Return key, first frame, onset and all values of the fragments of a grid (6, T, 88) in pieces."""
    tracker = FragmentTracker()
    for part in np.split(grid, sorted(cuts), axis=1):
        tracker.process(FrameGrids(*part))
    return [(f.key, f.first, f.onset, *f.values.ravel().tolist()) for f in tracker.finish()]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 90), max_size=6))
def test_fragments_do_not_depend_on_cuts(seed, cuts):
    rng = np.random.default_rng(seed)
    grid = np.zeros((6, 90, PITCHES), np.float32)
    slow = np.repeat(rng.random((2, 30, 4)), 3, axis=1)
    grid[:2, :, :4] = np.clip(slow + 0.2 * rng.normal(size=slow.shape), 0, 1)
    whole = find(grid, [])
    assert find(grid, cuts) == whole
    assert find(grid, list(range(1, 90))) == whole


def test_the_values_are_those_of_the_key_while_it_sounds():
    grid = np.zeros((6, 40, PITCHES), np.float32)
    grid[0, 10, 7] = 0.75
    grid[1, 10:30, 7] = 1
    grid[5, :, 7] = np.arange(40)
    (fragment,) = find(grid, [20])
    assert fragment[:3] == (7, 10, 0.75)
    assert fragment[-20:] == tuple(range(10, 30))


@pytest.mark.parametrize("late", [0, 2, 5])
def test_a_key_that_rises_begins_with_its_weak_onset(late):
    grid = np.zeros((6, 60, PITCHES), np.float32)
    grid[1, 20:50, 7] = 1
    grid[0, 20 - late, 7] = 0.3
    assert find(grid, [])[0][:2] == (7, 20 - late)


def test_peaks_exceed_two_neighbors():
    values = np.array([0, 3, 1, 2, 0, 0, 5], np.float32)[:, None]
    assert np.flatnonzero(find_peaks(values)).tolist() == [1, 6]
