"""Depth: a stand-in for the network, scale and shift, depths from elsewhere."""

import pytest
import torch
from style_losses import make_map
from torch.nn import functional as F

from audiostyle.errors import ShapeError
from audiostyle.style.losses import Depth
from audiostyle.style.losses.depth import compute_affine_error


def estimate(pictures):
    """A stand-in: what is blue and blurred is far."""
    return F.avg_pool2d(pictures[:, 2:], 4)


def test_by_definition():
    content, features = make_map(0, 2, 3, 12, 12), make_map(1, 2, 3, 12, 12)
    expected = (estimate(content) - estimate(features)).square().mean()
    torch.testing.assert_close(Depth(content, network=estimate)(features), expected)


def test_what_the_network_does_not_see_costs_nothing():
    content = make_map(2, 1, 3, 12, 12)
    recolored = content.clone()
    recolored[:, :2] = 0
    assert Depth(content, network=estimate)(recolored) == 0


def test_gradients_go_through_the_network():
    content = make_map(3, 1, 3, 8, 8)
    features = make_map(4, 1, 3, 8, 8).requires_grad_()
    assert torch.autograd.gradcheck(Depth(content, network=estimate, affine=True), features)


@pytest.mark.parametrize(("scale", "shift"), [(1, 0), (-3, 2), (0.1, -7)])
def test_scale_and_shift_are_left_open(shape, scale, shift):
    depth = make_map(5, *shape)
    assert Depth(depth, affine=True)(scale * depth + shift) < 1e-12


def test_the_affine_error_is_what_regression_leaves():
    estimated, depth = make_map(6, 1, 1, 40), make_map(7, 1, 1, 40)
    correlation = torch.corrcoef(torch.stack([estimated.flatten(), depth.flatten()]))[0, 1]
    torch.testing.assert_close(compute_affine_error(estimated, depth), 1 - correlation**2)


def test_a_flat_estimate_explains_nothing():
    assert float(compute_affine_error(torch.ones(1, 1, 9), make_map(8, 1, 1, 9).float())) == 1


def test_depths_may_come_from_elsewhere():
    content, known = make_map(9, 1, 3, 12, 12), make_map(10, 1, 1, 3, 3)
    expected = (estimate(content) - known).square().mean()
    torch.testing.assert_close(Depth(content, network=estimate, depth=known)(content), expected)


def test_other_sizes_are_refused():
    with pytest.raises(ShapeError, match="differ in size"):
        Depth(make_map(11, 1, 1, 8))(make_map(12, 1, 1, 9))
