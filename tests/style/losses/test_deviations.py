"""Means and deviations: a closed form, invariances, masks."""

import pytest
import torch
from style_losses import make_map

from audiostyle.style import Moments, adain
from audiostyle.style.losses import BatchNormStatistics


def test_a_known_value():
    """Means 1 and 3, deviations 1 and 1: ((1 − 3)² + 0) / 1."""
    loss = BatchNormStatistics(torch.tensor([[[0.0, 2.0]]]))
    assert float(loss(torch.tensor([[[2.0, 4.0, 2.0, 4.0]]]))) == pytest.approx(4)


def test_adain_brings_it_to_zero():
    features, style = make_map(0, 1, 4, 50), make_map(1, 1, 4, 60) * 3
    moments = [Moments.from_features(part) for part in (features, style)]
    loss = BatchNormStatistics(style)
    moved = adain(*moments, epsilon=0)(features)
    assert loss(moved) < 1e-3 * loss(features)  # Moments divide by N − 1


def test_places_do_not_matter(shape, shuffle):
    style, features = make_map(2, *shape), make_map(3, *shape)
    loss = BatchNormStatistics(style)
    torch.testing.assert_close(loss(shuffle(features)), loss(features))


def test_a_mask_leaves_out_the_rest(shape):
    style, features = make_map(4, *shape), make_map(5, *shape)
    mask = torch.zeros(shape[2:])
    mask[..., :5] = 1
    masked = BatchNormStatistics(style, mask=mask, style_mask=mask)(features)
    torch.testing.assert_close(masked, BatchNormStatistics(style[..., :5])(features[..., :5]))


def test_flat_maps_have_a_gradient():
    features = torch.zeros(1, 2, 5, requires_grad=True)
    BatchNormStatistics(make_map(6, 1, 2, 5).float())(features).backward()
    assert torch.isfinite(features.grad).all()
