"""What is made small: zero where it should be, the definition elsewhere, and a gradient."""

import pytest
import torch
from torch import Tensor

from audiostyle.spectrogram.gram_features import RandomFeatures, WideFeatures
from audiostyle.spectrogram.objective import GramObjective
from audiostyle.spectrogram.ulyanov import UlyanovObjective
from audiostyle.style import gram_loss

BINS = 6


def spectrogram(seed: int, frames: int = 20) -> Tensor:
    return torch.rand(BINS, frames, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def objective(content: Tensor, *styles: Tensor, **options) -> GramObjective:
    shares = options.pop("shares", [1 / len(styles)] * len(styles))
    return GramObjective(WideFeatures(), content, styles, shares, **{"content_weight": 0.5, **options})


@pytest.mark.parametrize("options", [{}, {"centred": True}, {"lags": [2, 5]}])
def test_at_content_and_style_it_is_zero(options):
    content = spectrogram(0)
    style, kept = objective(content, content, **options).parts(content)
    assert abs(float(style)) < 1e-9 and abs(float(kept)) < 1e-9


def test_silence_is_at_distance_one():
    found = objective(spectrogram(0), spectrogram(1)).parts(torch.zeros(BINS, 20, dtype=torch.float64))
    torch.testing.assert_close(torch.stack(found), torch.ones(2, dtype=torch.float64), atol=1e-4, rtol=0)


@pytest.mark.parametrize(("centred", "lags"), [(False, []), (True, []), (False, [3])])
def test_of_a_network_with_filters_it_is_the_gram_loss_of_its_features(centred, lags):
    network, content, style, made = (
        RandomFeatures(BINS, 12),
        spectrogram(0),
        spectrogram(1, 26),
        spectrogram(2),
    )
    found = GramObjective(network, content, [style], [1.0], content_weight=0, lags=lags, centred=centred)
    one, other = (network.embed(part)[0].T[None] for part in (made, style))
    losses = [
        gram_loss(one, other, centred=centred, lag=lag)
        / gram_loss(0 * other, other, centred=centred, lag=lag)
        for lag in [0, *lags]
    ]
    torch.testing.assert_close(found.parts(made)[0], torch.stack(losses).mean())


def test_one_style_twice_is_the_style_and_order_does_not_matter():
    content, one, other, made = (spectrogram(seed) for seed in range(4))
    twice = objective(content, one, one, shares=[0.3, 0.7])(made)
    torch.testing.assert_close(twice, objective(content, one)(made))
    either, order = objective(content, one, other, shares=[0.2, 0.8]), [other, one]
    torch.testing.assert_close(either(made), objective(content, *order, shares=[0.8, 0.2])(made))


def test_gradients():
    found = objective(spectrogram(0, 8), spectrogram(1, 9), lags=[2])
    assert torch.autograd.gradcheck(found, spectrogram(2, 8).requires_grad_())


def test_lags_that_are_too_long_are_left_out():
    content, style, made = spectrogram(0), spectrogram(1, 5), spectrogram(2)
    torch.testing.assert_close(
        objective(content, style, lags=[5, 100])(made), objective(content, style)(made)
    )


def test_the_published_objective_is_the_same_one_without_its_units(monkeypatch):
    monkeypatch.setattr("audiostyle.spectrogram.ulyanov.FILTERS", 16)
    content, style, made = spectrogram(0), spectrogram(1), spectrogram(2)
    published = UlyanovObjective(content, style)
    ours = GramObjective(published.network, content, [style], [1.0], content_weight=0)
    torch.testing.assert_close(published.parts(made)[0], ours.parts(made)[0] * ours.style_sizes[0])
    torch.testing.assert_close(
        published.parts(made)[1] / published.content.square().sum(), ours.parts(made)[1]
    )
