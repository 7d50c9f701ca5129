"""Finer matches: parts of pixels that are known, what is right stays, holes that show nothing are filled."""

import numpy as np
import pytest
from films import make_pattern
from scipy.ndimage import gaussian_filter, map_coordinates

from audiostyle.stereo.refinement import fill_match, find_difference, refine_match
from audiostyle.video.flow import Motion


def make_views(disparity, height=64, width=96):
    """A smooth left view, and the right one at disparities (H, W) between its pixels."""
    left = gaussian_filter(make_pattern(height, width + 24, 2).astype(float), (1, 1, 0))
    rows, columns = np.indices((height, width))
    places = columns + np.broadcast_to(disparity, (height, width))
    right = np.stack([map_coordinates(left[..., c], [rows, places], order=3) for c in range(3)], axis=-1)
    return tuple(np.rint(view.clip(0, 255)).astype(np.uint8) for view in (left[:, :width], right))


def make_match(disparity, height=64, width=96):
    flow = np.zeros((height, width, 2), np.float32)
    flow[..., 0] = disparity
    return Motion(flow, np.ones((height, width), np.float32))


@pytest.mark.parametrize("off", [-0.3, 0.15])
@pytest.mark.parametrize("disparity", [6.5, 4 + np.arange(64)[:, None] / 20])
def test_parts_of_pixels_are_found(disparity, off):
    left, right = make_views(disparity)
    fine = refine_match(left, right, make_match(disparity + off))
    missed = np.abs(fine.flow[..., 0] - disparity)[4:-4, 4:-14]
    assert missed.mean() < 0.7 * abs(off) and not fine.flow[..., 1].any()


def test_a_match_is_moved_only_to_where_the_views_are_more_alike():
    left, right = make_views(6.5)
    rough = make_match(np.random.default_rng(0).normal(6.5, 1, (64, 96)))
    fine = refine_match(left, right, rough)
    before, after = (find_difference(left, right, match.flow) for match in (rough, fine))
    moved = (fine.flow != rough.flow).any(axis=2)
    assert moved.mean() > 0.3 and after.mean() < 0.9 * before.mean()
    assert np.abs(fine.flow - rough.flow).max() <= 1 + 1e-5


def test_what_is_not_trusted_is_left_alone():
    left, right = make_views(6)
    rough = make_match(5.7)
    rough.trusted[:, :40] = 0
    fine = refine_match(left, right, rough)
    np.testing.assert_array_equal(fine.flow[:, :40], rough.flow[:, :40])
    np.testing.assert_array_equal(fine.trusted, rough.trusted)


def test_tiny_views_are_left_alone():
    view = make_pattern(3, 40)
    match = make_match(0.5, 3, 40)
    assert refine_match(view, view, match) is match


def test_holes_take_what_is_farther_away():
    flat = np.full((4, 20, 3), 70, np.uint8)
    holed = make_match(np.where(np.arange(20) < 8, 5.0, 2.0), 4, 20)
    holed.trusted[:, 6:11] = 0
    holed.flow[:, 6:11] = 99
    filled = fill_match(flat, flat, holed)
    assert (filled.flow[:, 6:11, 0] == 2).all() and (filled.trusted[:, 6:11] == 1).all()
    np.testing.assert_array_equal(filled.flow[:, :6], holed.flow[:, :6])


def test_holes_stay_where_the_views_differ():
    left, right = (view.copy() for view in make_views(6))
    holed = make_match(6)
    right[20:40, 30:50] = 255 - right[20:40, 30:50]  # what only the right eye sees
    holed.trusted[20:40, 30:50] = 0
    assert not fill_match(left, right, holed).trusted[22:38, 32:48].any()


def test_a_hole_between_is_filled_and_rows_that_know_nothing_stay_empty():
    left, right = make_views(6)
    holed = make_match(6)
    holed.trusted[10:20, 30:40] = 0
    holed.trusted[50] = 0
    filled = fill_match(left, right, holed).trusted
    assert filled[10:20, 30:40].all() and not filled[50].any()


def test_a_match_without_holes_or_without_anything_is_given_back():
    view = make_pattern(16, 16)
    whole, nothing = make_match(0, 16, 16), make_match(0, 16, 16)
    nothing.trusted[:] = 0
    assert fill_match(view, view, whole) is whole and fill_match(view, view, nothing) is nothing
