"""The loss: zero where it should be, the definition elsewhere, and a gradient."""

import pytest
import torch
from torch import Tensor

from audiostyle.spectrogram.gram_features import RandomFeatures, WideFeatures
from audiostyle.spectrogram.gram_objective import GramObjective
from audiostyle.style import gram_loss

BINS = 6


def make_spectrogram(seed: int, frames: int = 20) -> Tensor:
    return torch.rand(BINS, frames, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def make_objective(content: Tensor, *styles: Tensor, **options) -> GramObjective:
    weights = options.pop("weights", [1 / len(styles)] * len(styles))
    return GramObjective(WideFeatures(), content, styles, weights, **{"content_weight": 0.5, **options})


@pytest.mark.parametrize("options", [{}, {"centered": True}, {"lags": [2, 5]}])
def test_at_content_and_style_it_is_zero(options):
    content = make_spectrogram(0)
    style, kept = make_objective(content, content, **options).compute_terms(content)
    assert abs(float(style)) < 1e-9 and abs(float(kept)) < 1e-9


def test_silence_is_at_distance_one():
    found = make_objective(make_spectrogram(0), make_spectrogram(1)).compute_terms(
        torch.zeros(BINS, 20, dtype=torch.float64)
    )
    torch.testing.assert_close(torch.stack(found), torch.ones(2, dtype=torch.float64), atol=1e-4, rtol=0)


@pytest.mark.parametrize(("centered", "lags"), [(False, []), (True, []), (False, [3])])
def test_of_a_network_with_filters_it_is_the_gram_loss_of_its_features(centered, lags):
    network, content, style, made = (
        RandomFeatures(BINS, 12),
        make_spectrogram(0),
        make_spectrogram(1, 26),
        make_spectrogram(2),
    )
    found = GramObjective(network, content, [style], [1.0], content_weight=0, lags=lags, centered=centered)
    one, other = (network.embed(part)[0].T[None] for part in (made, style))
    losses = [
        gram_loss(one, other, centered=centered, lag=lag)
        / gram_loss(0 * other, other, centered=centered, lag=lag)
        for lag in [0, *lags]
    ]
    torch.testing.assert_close(found.compute_terms(made)[0], torch.stack(losses).mean())


def test_one_style_twice_is_the_style_and_order_does_not_matter():
    content, one, other, made = (make_spectrogram(seed) for seed in range(4))
    twice = make_objective(content, one, one, weights=[0.3, 0.7])(made)
    torch.testing.assert_close(twice, make_objective(content, one)(made))
    either, order = make_objective(content, one, other, weights=[0.2, 0.8]), [other, one]
    torch.testing.assert_close(either(made), make_objective(content, *order, weights=[0.8, 0.2])(made))


def test_gradients():
    found = make_objective(make_spectrogram(0, 8), make_spectrogram(1, 9), lags=[2])
    assert torch.autograd.gradcheck(found, make_spectrogram(2, 8).requires_grad_())


def test_lags_that_are_too_long_are_left_out():
    content, style, made = make_spectrogram(0), make_spectrogram(1, 5), make_spectrogram(2)
    torch.testing.assert_close(
        make_objective(content, style, lags=[5, 100])(made), make_objective(content, style)(made)
    )
