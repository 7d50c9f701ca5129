"""Motion between frames whose motion is known."""

import numpy as np
import pytest
from films import make_pan, make_pattern

from audiostyle.video.flow import check_flows, estimate_motion, warp


def test_a_pan_is_found():
    before, after = make_pan(2, 96, 128, speed=3)
    motion = estimate_motion(before, after)
    inner = motion.flow[8:-8, 8:-16]
    assert np.abs(np.median(inner, axis=(0, 1)) - [3, 0]).max() < 0.3
    assert motion.trusted[8:-8, 8:-16].mean() > 0.8 and motion.trusted[:, -2:].mean() < 0.3


def test_what_has_not_changed_has_not_moved():
    frame = make_pattern(64, 80)
    motion = estimate_motion(frame, frame)
    assert not motion.flow.any() and (motion.trusted == 1).all()


def test_frames_too_small_for_patches_have_no_motion():
    frame = make_pattern(6, 6)
    assert not estimate_motion(frame, frame[::-1].copy()).flow.any()


@pytest.mark.parametrize("shift", [(2, 0), (0, 3), (-1, 2)])
def test_warping_undoes_a_shift(shift):
    picture = np.random.default_rng(0).random((20, 24)).astype(np.float32)
    flow = np.broadcast_to(np.array(shift, np.float32), (20, 24, 2)).copy()
    moved = warp(picture, flow)
    columns, rows = shift
    inner = (slice(4, -4), slice(4, -4))
    np.testing.assert_allclose(moved[inner], np.roll(picture, (-rows, -columns), (0, 1))[inner], atol=1e-5)


def test_flows_that_do_not_lead_home_are_not_trusted():
    flow = np.zeros((30, 30, 2), np.float32)
    flow[10:20, 10:20] = 4
    trusted = check_flows(flow, np.zeros_like(flow))
    assert not trusted[11:19, 11:19].any() and trusted[:8].all()
    assert check_flows(flow * 0 + 2, flow * 0 - 2)[5:-5, 5:-5].all()


def test_what_was_looked_at_before_does_not_matter():
    """OpenCV's search keeps the sizes that a smaller picture asked for."""
    frames, small = make_pan(2), make_pan(2)[:, :16, :16]
    alone = estimate_motion(*frames)
    estimate_motion(*(np.ascontiguousarray(frame) for frame in small))
    np.testing.assert_array_equal(estimate_motion(*frames).flow, alone.flow)
