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
from audiostyle.style.losses.moments import MapMoments, RawMoments, list_moments, sum_powers
from audiostyle.style.losses.positions import to_columns, weigh_positions

ABLE = [Gram, CenteredGram, StyleAwareGram, BatchNormStatistics]


def measure(features, mask=None):
    """From two pieces, as large pictures are measured."""
    columns, weights = to_columns(features), weigh_positions(mask, features, "the mask")
    if weights is None:
        weights = torch.full((len(columns),), 1 / len(columns)).double()
    cuts = zip(columns.tensor_split([5]), weights.tensor_split([5]), strict=True)
    pieces = [sum_powers(*cut) for cut in cuts]
    return MapMoments([mask], [RawMoments(*(sum(parts) for parts in zip(*pieces, strict=True)))])


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("make", ABLE)
def test_moments_are_as_good_as_the_map(make, masked, shape):
    features = make_map(1, *shape).requires_grad_()
    mask = torch.rand(shape[2:], generator=torch.Generator().manual_seed(2)) if masked else None
    loss = make(make_map(0, *shape), mask=mask)
    values = [loss(features), loss(measure(features, mask))]
    torch.testing.assert_close(*values)
    gradients = [torch.autograd.grad(value, features, retain_graph=True)[0] for value in values]
    torch.testing.assert_close(*gradients)


@pytest.mark.parametrize("make", ABLE)
def test_moments_of_other_channels_are_refused(make):
    with pytest.raises(ShapeError, match="the map has 2 channels, what it is compared with 3"):
        make(make_map(2, 1, 3, 9))(measure(make_map(3, 1, 2, 9)))


def test_a_layer_needs_its_map_if_one_of_its_losses_does():
    style = make_map(5, 1, 3, 8)
    many = At({"a": Mean([Gram(style), Gram(style)]), "b": Gram(style), "c": Perceptual(style)})
    loss = many + 2 * At({"a": BatchNormStatistics(style), "b": Perceptual(style)})
    assert list_moments(loss) == {"a": [None]}
    assert list_moments(many) == {"a": [None], "b": [None]}


def test_masks_are_told_once():
    style, one, other = make_map(7, 1, 3, 8), torch.ones(8), torch.ones(8)
    loss = At({"a": Mean([Gram(style, mask=one), Gram(style, mask=other), Gram(style, mask=one)])})
    (masks,) = list_moments(loss + At({"a": BatchNormStatistics(style, mask=one)})).values()
    assert len(masks) == 2 and masks[0] is one and masks[1] is other


def test_of_a_loss_of_another_kind_nothing_is_known():
    class Odd(Gram):
        """A loss of maps that is not the mean over layers."""

    assert list_moments(Odd(make_map(8, 1, 3, 8))) == {}


def test_covariance_is_of_what_differs_from_the_mean():
    features = make_map(6, 2, 3, 11)
    torch.testing.assert_close(
        measure(features).get(None, 3).covariance, to_columns(features).mT.cov(correction=0)
    )
