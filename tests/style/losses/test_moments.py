"""Moments in the place of maps: the same losses and gradients, and the layers of which no more is needed."""

import pytest
import torch
from style_losses import make_map

from audiostyle.errors import ShapeError
from audiostyle.style.losses import (
    At,
    BatchNormStatistics,
    CenteredGram,
    Gram,
    Mean,
    Perceptual,
    StyleAwareGram,
)
from audiostyle.style.losses.moments import Moments, find_layers_of_moments, sum_powers
from audiostyle.style.losses.positions import to_columns

ABLE = [Gram, CenteredGram, StyleAwareGram, BatchNormStatistics]


def measure(features):
    """From two pieces, as large pictures are measured."""
    pieces = [sum_powers(part) for part in to_columns(features).tensor_split([5])]
    count = features.numel() // features.shape[1]
    return Moments(*(sum(parts) / count for parts in zip(*pieces, strict=True)))


@pytest.mark.parametrize("make", ABLE)
def test_moments_are_as_good_as_the_map(make, shape):
    loss = make(make_map(0, *shape))
    features = make_map(1, *shape).requires_grad_()
    values = [loss(features), loss(measure(features))]
    torch.testing.assert_close(*values)
    gradients = [torch.autograd.grad(value, features, retain_graph=True)[0] for value in values]
    torch.testing.assert_close(*gradients)


@pytest.mark.parametrize("make", ABLE)
def test_moments_of_other_channels_are_refused(make):
    with pytest.raises(ShapeError, match="the map has 2 channels, what it is compared with 3"):
        make(make_map(2, 1, 3, 9))(measure(make_map(3, 1, 2, 9)))


@pytest.mark.parametrize("make", ABLE)
def test_with_a_mask_the_map_is_needed(make):
    style = make_map(4, 1, 3, 8)
    assert make(style).takes_moments and not make(style, mask=torch.ones(8)).takes_moments


def test_a_layer_needs_its_map_if_one_of_its_losses_does():
    style = make_map(5, 1, 3, 8)
    many = At({"a": Mean([Gram(style), Gram(style)]), "b": Gram(style), "c": Perceptual(style)})
    loss = many + 2 * At({"a": BatchNormStatistics(style), "b": Perceptual(style)})
    assert find_layers_of_moments(loss) == {"a"}
    assert find_layers_of_moments(many) == {"a", "b"}


def test_covariance_is_of_what_differs_from_the_mean():
    features = make_map(6, 2, 3, 11)
    torch.testing.assert_close(measure(features).covariance, to_columns(features).mT.cov(correction=0))
