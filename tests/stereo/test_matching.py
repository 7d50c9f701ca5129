"""Matches of two views: known shifts, objects before a wall, what one eye sees, maps against a slow way."""

import numpy as np
import pytest
from films import make_pattern
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from audiostyle.errors import ShapeError
from audiostyle.stereo.matching import estimate_match, match_by_disparity


def make_views(disparity, height=96, width=128, seed=0):
    wide = make_pattern(height, width + abs(disparity), seed)
    left, right = (0, disparity) if disparity >= 0 else (-disparity, 0)
    return wide[:, left : left + width], wide[:, right : right + width]


def make_object(near=14, far=4, side=48):
    """A square of another pattern before a wall; the right view's disparities, and what both eyes see."""
    left, right = (view.copy() for view in make_views(far))
    square = make_pattern(side, side, 5)
    rows = slice(24, 24 + side)
    left[rows, 50 : 50 + side], right[rows, 50 - near : 50 - near + side] = square, square
    disparity = np.full(right.shape[:2], far)
    disparity[rows, 50 - near : 50 - near + side] = near
    both = np.arange(right.shape[1]) + disparity < right.shape[1]
    both[rows, 50 - near + side : 50 - far + side] = False  # behind the square for the left eye
    return left, right, disparity, both


@pytest.mark.parametrize("disparity", [0, 6, 17, -9])
def test_a_wall_is_found_at_its_disparity(disparity):
    match = estimate_match(*make_views(disparity))
    inner = match.flow[8:-8, 20:-20]
    assert np.abs(inner[..., 0] - disparity).max() <= 0.25 and not match.flow[..., 1].any()
    assert match.trusted[8:-8, 20:-20].mean() > 0.99


def test_an_object_before_a_wall_is_found_and_what_one_eye_sees_is_not_trusted():
    left, right, disparity, both = make_object()
    match = estimate_match(left, right)
    relied = match.trusted > 0
    off = np.abs(match.flow[..., 0] - disparity)
    assert (off[relied] <= 1).mean() > 0.98
    assert relied[both].mean() > 0.9 and relied[~both].mean() < 0.35


def test_large_views_are_matched_in_small_ones(monkeypatch):
    monkeypatch.setattr("audiostyle.stereo.matching.LONGER_SIDE", 64)
    match = estimate_match(*make_views(8))
    assert match.flow.shape == (96, 128, 2) and match.trusted.shape == (96, 128)
    assert np.abs(np.median(match.flow[..., 0]) - 8) <= 0.5 and match.trusted.mean() > 0.7


def test_unlike_views_are_hardly_trusted():
    match = estimate_match(make_pattern(96, 128, 1), make_pattern(96, 128, 2))
    assert match.trusted.mean() < 0.5


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (16, 2)])
def test_views_of_any_size_are_taken(size):
    view = make_pattern(*size)
    assert estimate_match(view, view).flow.shape == (*size, 2)


def test_views_of_two_sizes_are_refused():
    with pytest.raises(ShapeError, match="of one size"):
        estimate_match(make_pattern(8, 8), make_pattern(8, 9))


def test_views_that_are_no_bytes_are_refused():
    with pytest.raises(ShapeError, match="uint8 from 0 to 255, not float64"):
        estimate_match(make_pattern(8, 8) / 255, make_pattern(8, 8))


def match_slowly(disparity):
    """For each pixel of the right view, the nearest of what falls into it."""
    height, width = disparity.shape
    found = np.full((height, width), -np.inf)
    for row in range(height):
        for column in range(width):
            near = disparity[row, column]
            if not np.isfinite(near):
                continue
            for place in {int(np.floor(column - near)), int(np.ceil(column - near))}:
                if 0 <= place < width:
                    found[row, place] = max(found[row, place], near)
    return found


@given(arrays(np.float64, (4, 9), elements=st.one_of(st.floats(-12, 12, width=16), st.just(np.nan))))
def test_a_map_says_what_the_slow_way_says(disparity):
    match, slow = match_by_disparity(disparity), match_slowly(disparity)
    np.testing.assert_array_equal(match.trusted, np.isfinite(slow))
    np.testing.assert_allclose(match.flow[..., 0], np.where(np.isfinite(slow), slow, 0), rtol=1e-6)


def test_the_nearest_hides_what_is_behind_it():
    disparity = np.zeros((1, 6))
    disparity[0, 4] = 2  # comes to lie on column 2
    match = match_by_disparity(disparity)
    assert match.flow[0, :, 0].tolist() == [0, 0, 2, 0, 0, 0]
    assert match.trusted[0].tolist() == [1, 1, 1, 1, 0, 1]


@pytest.mark.parametrize("shape", [(3,), (2, 3, 1), (0, 4)])
def test_what_is_no_map_is_refused(shape):
    with pytest.raises(ShapeError, match="must be a map"):
        match_by_disparity(np.zeros(shape))
