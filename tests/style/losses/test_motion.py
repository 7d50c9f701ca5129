"""Flows: what moved with the flow costs nothing, what cannot be seen does not count."""

import pytest
import torch
from style_losses import make_map

from audiostyle.errors import ShapeError
from audiostyle.style.losses import Disparity, TemporalConsistency, check_flows, warp


def make_flow(shape, *steps):
    """The same step everywhere: rows, then columns."""
    step = torch.tensor(steps[-(len(shape) - 2) :]).double()
    return step.reshape(1, -1, *[1] * (len(shape) - 2)).expand(shape[0], len(shape) - 2, *shape[2:])


def test_whole_steps_are_shifts(shape):
    features = make_map(0, *shape)
    moved = warp(features, make_flow(shape, 0, 2))
    torch.testing.assert_close(moved[..., :-2], features[..., 2:])
    torch.testing.assert_close(moved[..., -1], features[..., -1])  # its rim goes on


def test_rows_come_before_columns():
    features = make_map(1, 1, 2, 6, 7)
    moved = warp(features, make_flow(features.shape, 1, 2))
    torch.testing.assert_close(moved[..., :-1, :-2], features[..., 1:, 2:])


def test_half_steps_are_means():
    features = make_map(2, 1, 2, 9)
    moved = warp(features, make_flow(features.shape, 0.5))
    torch.testing.assert_close(moved[..., :-1], (features[..., :-1] + features[..., 1:]) / 2)


def test_a_frame_that_follows_the_flow_is_at_zero(shape):
    frame, flow = make_map(3, *shape), make_flow(shape, 1, -2)
    loss = TemporalConsistency(frame, flow)
    assert loss(warp(frame, flow)) < 1e-20 < loss(frame)


def test_what_cannot_be_seen_does_not_count():
    frame, flow = make_map(4, 1, 3, 10), make_flow((1, 3, 10), 1)
    visible = (torch.arange(10) < 7).double()[None]
    loss, changed = TemporalConsistency(frame, flow, visible), warp(frame, flow)
    changed[..., 7:] += 5
    assert loss(changed) < 1e-20
    changed[..., 0] += 2
    assert float(loss(changed)) == pytest.approx(4 / 10)


def test_in_the_long_term_a_place_counts_once_for_the_nearest_frame_that_shows_it():
    near, far = make_map(5, 1, 2, 6), make_map(6, 1, 2, 6)
    still = make_flow(near.shape, 0)
    seen = [torch.tensor([[1.0, 1, 0, 0, 0, 0]]).double(), torch.tensor([[1.0, 1, 1, 1, 0, 0]]).double()]
    expected = torch.cat([near[..., :2], far[..., 2:4], torch.zeros(1, 2, 2)], dim=2)
    loss = TemporalConsistency([near, far], [still, still], seen)
    assert loss(expected) < 1e-20
    assert float(loss(expected + 1)) == pytest.approx(4 / 6)


def test_numbers_and_sizes_that_do_not_fit_are_refused():
    frame, flow = make_map(7, 1, 2, 6), make_flow((1, 2, 6), 0)
    for arguments in ([[frame, frame], flow], [frame, flow[..., :3]], [frame, flow, torch.ones(1, 5)]):
        with pytest.raises(ShapeError):
            TemporalConsistency(*arguments)
    with pytest.raises(ShapeError, match="the frame before"):
        TemporalConsistency(frame, flow)(frame[..., :3])


def test_there_and_back_is_reliable_and_elsewhere_is_not():
    shape = (1, 3, 12, 12)
    there = make_flow(shape, 0, 2)
    assert check_flows(there, -there).mean() == 1
    assert check_flows(there, there).mean() == 0


def test_edges_of_motion_are_left_out():
    """The left half stands still, the right half moves."""
    there = make_flow((1, 1, 20), 0).clone()
    there[..., 10:] = 1
    reliable = check_flows(there, -there)
    assert reliable[0, 9] == 0 and reliable[0, :8].mean() == 1 and reliable[0, 12:].mean() == 1


def test_two_views_of_one_scene_are_at_zero():
    """The right view is the left one, two columns farther left."""
    scene = make_map(8, 1, 3, 6, 14)
    left, right = scene[..., :12], scene[..., 2:]
    columns = torch.arange(12).expand(6, 12)
    shift = torch.full((6, 12), -2.0).double()
    loss = Disparity(shift, -shift, columns >= 2, columns < 10)
    assert loss(torch.cat([left, right])) < 1e-20 < loss(torch.cat([left, left + 1]))


def test_both_directions_count():
    zero = torch.zeros(5).double()
    loss = Disparity(zero, zero, torch.tensor([1, 0, 0, 0, 0]), torch.tensor([0, 0, 0, 0, 1]))
    left, right = torch.zeros(1, 1, 5).double(), torch.zeros(1, 1, 5).double()
    right[..., 0], right[..., 4], right[..., 2] = 3, 4, 100
    assert float(loss(torch.cat([left, right]))) == pytest.approx((9 + 16) / 5)


def test_one_view_is_no_pair():
    zero = torch.zeros(5)
    with pytest.raises(ShapeError, match="the views must be"):
        Disparity(zero, zero)(torch.zeros(1, 1, 5))
    with pytest.raises(ShapeError, match="alike"):
        Disparity(zero, torch.zeros(4))
