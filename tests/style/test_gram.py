"""Gram losses: both ways of computing them agree, and they see what they should and nothing else."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.style import Moments, center_kernel, compute_gram, compute_gram_product, gram_loss


def make_map(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) + 0.5


def compute_loss_naively(one: Tensor, other: Tensor, centered: bool, lag: int) -> Tensor:
    """By C × C matrices, position after position."""
    matrices = []
    for features in (one, other):
        columns = features[0] - features[0].mean(dim=1, keepdim=True) * centered
        pairs = range(columns.shape[1] - lag)
        matrices.append(sum(torch.outer(columns[:, t], columns[:, t + lag]) for t in pairs) / len(pairs))
    return (matrices[0] - matrices[1]).square().sum()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 20), st.integers(4, 20), st.integers(4, 20), st.booleans(), st.integers(0, 3))
def test_both_ways_are_the_definition(channels, positions, others, centered, lag):
    one, other = make_map(0, 1, channels, positions), make_map(1, 1, channels, others)
    found = gram_loss(one, other, centered=centered, lag=lag)
    torch.testing.assert_close(found, compute_loss_naively(one, other, centered, lag), rtol=1e-9, atol=1e-9)


def test_the_matrix_of_a_known_map():
    features = torch.tensor([[[1.0, 2.0], [0.0, 3.0]]])
    torch.testing.assert_close(compute_gram(features), torch.tensor([[2.5, 3.0], [3.0, 4.5]]))
    torch.testing.assert_close(compute_gram(features, lag=1), torch.tensor([[2.0, 3.0], [0.0, 0.0]]))


def test_centered_it_is_the_covariance():
    features = make_map(2, 1, 4, 50)
    moments = Moments.from_features(features)
    torch.testing.assert_close(compute_gram(features - moments.mean[:, None]), moments.covariance * 49 / 50)


def test_pictures_and_spectrograms_of_the_same_numbers_have_the_same_loss():
    pictures = [make_map(seed, 2, 5, 4, 6) for seed in (0, 1)]
    sounds = [picture.movedim(1, 0).reshape(1, 5, 48) for picture in pictures]
    torch.testing.assert_close(gram_loss(*pictures), gram_loss(*sounds))


@pytest.mark.parametrize("centered", [False, True])
@pytest.mark.parametrize("channels", [3, 40])
def test_itself_and_any_order_of_positions_are_at_zero(centered, channels):
    features = make_map(3, 1, channels, 12)
    shuffled = features[..., torch.randperm(12, generator=torch.Generator().manual_seed(0))]
    assert gram_loss(features, shuffled, centered=centered) < 1e-12 * compute_gram(features).square().sum()


def test_only_the_centered_one_is_blind_to_means():
    features = make_map(4, 1, 6, 20)
    assert gram_loss(features + 1, features) > 1
    assert gram_loss(features + 1, features, centered=True) < 1e-20


def test_only_the_lagged_one_sees_the_order():
    """Of two beats of the same two sounds, one twice as fast."""
    slow = torch.tensor([1.0, 1, 0, 0] * 6, dtype=torch.float64)
    fast = torch.tensor([1.0, 0, 1, 0] * 6, dtype=torch.float64)
    one, other = (torch.stack([beat, 1 - beat])[None] for beat in (slow, fast))
    assert gram_loss(one, other) < 1e-20
    assert gram_loss(one, other, lag=1) > 0.1


@pytest.mark.parametrize("channels", [3, 9])
@pytest.mark.parametrize(("centered", "lag"), [(False, 0), (True, 0), (False, 2), (True, 1)])
def test_gradients(channels, centered, lag):
    features, style = make_map(5, 1, channels, 6).requires_grad_(), make_map(6, 1, channels, 7)
    assert torch.autograd.gradcheck(lambda f: gram_loss(f, style, centered=centered, lag=lag), features)


def test_kernels_of_centered_features_are_centered_kernels():
    one, other = make_map(7, 9, 4), make_map(8, 7, 4)
    expected = (one - one.mean(0)) @ (other - other.mean(0)).mT
    torch.testing.assert_close(center_kernel(one @ other.mT), expected)


@pytest.mark.parametrize(
    ("one", "other", "lag"), [((1, 3), (1, 3, 4), 0), ((1, 3, 4), (1, 2, 4), 0), ((1, 3, 4), (1, 3, 2), 2)]
)
def test_what_does_not_fit_is_refused(one, other, lag):
    with pytest.raises(ShapeError):
        gram_loss(torch.zeros(one), torch.zeros(other), lag=lag)


def test_a_lag_beyond_the_end_is_refused():
    with pytest.raises(ShapeError, match="too few for a lag of 4"):
        compute_gram_product(torch.zeros(4, 9), lag=4)
