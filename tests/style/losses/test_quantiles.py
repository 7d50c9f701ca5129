"""Sorted losses: one dimension has closed forms, weights are like repetitions."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance
from style_losses import make_map

from audiostyle.style.losses import Histogram, SlicedWasserstein
from audiostyle.style.losses.quantiles import Quantiles

KINDS = [Histogram, SlicedWasserstein]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-9, 9), min_size=1, max_size=12), st.integers(0, 99))
def test_one_channel_of_equal_size_is_sorted_against_sorted(values, seed):
    style = torch.tensor(values, dtype=torch.float64)
    features = make_map(seed, len(values))
    expected = (features.sort().values - style.sort().values).square().mean()
    torch.testing.assert_close(Histogram(style[None, None])(features[None, None]), expected)


def test_scipys_distance_of_sets_of_different_sizes():
    """Linear interpolation between few quantiles is not their step function, hence the tolerance."""
    style, features = make_map(0, 400), make_map(1, 300) + 5  # far apart: |x − y| is x − y
    matched = Quantiles(style[:, None]).match(features[:, None])[:, 0]
    expected = wasserstein_distance(features.numpy(), style.numpy())
    assert float((features - matched).mean()) == pytest.approx(expected, rel=1e-3)


def test_matching_gives_the_styles_values_in_the_maps_order():
    style, features = make_map(2, 20, 3), make_map(3, 20, 3)
    matched = Quantiles(style).match(features)
    torch.testing.assert_close(matched.sort(dim=0).values, style.sort(dim=0).values)
    assert torch.equal(matched.argsort(dim=0), features.argsort(dim=0))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=2, max_size=6))
def test_weights_are_repetitions(counts):
    """Where both maps rise together, so that each value meets the one of its own weight."""
    counts = torch.tensor(counts)
    style = make_map(4, len(counts), 2).sort(dim=0).values
    features = style**3 + 2 * style
    weights = counts.double() / counts.sum()
    weighted = Quantiles(style, weights).compute_distance(features, weights)
    repeated = Quantiles(style.repeat_interleave(counts, 0)).compute_distance(
        features.repeat_interleave(counts, 0)
    )
    torch.testing.assert_close(weighted, repeated)


def test_equal_weights_are_no_weights():
    style, features = make_map(6, 9, 2), make_map(7, 12, 2)
    even = Quantiles(style, torch.full((9,), 1 / 9).double()).match(
        features, torch.full((12,), 1 / 12).double()
    )
    torch.testing.assert_close(even, Quantiles(style).match(features))


@pytest.mark.parametrize("kind", KINDS)
def test_places_do_not_matter(kind, shape, shuffle):
    style, features = make_map(8, *shape), make_map(9, *shape)
    torch.testing.assert_close(kind(style)(shuffle(features)), kind(style)(features))


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_leaves_out_the_rest(kind):
    style, features, mask = make_map(10, 1, 3, 10), make_map(11, 1, 3, 10), torch.arange(10) < 5
    masked = kind(style, mask=mask, style_mask=mask)(features)
    torch.testing.assert_close(masked, kind(style[..., :5])(features[..., :5]), rtol=1e-6, atol=1e-9)


def test_a_shift_costs_its_square():
    style = make_map(12, 1, 3, 20)
    shift = torch.tensor([1.0, -2.0, 2.0]).double()[:, None]
    assert float(Histogram(style)(style + shift)) == pytest.approx(3)  # 9 over 3 channels
    # a random unit direction sees |θᵀv|², on average ‖v‖²/C
    assert float(SlicedWasserstein(style, directions=4000)(style + shift)) == pytest.approx(3, rel=0.1)


def test_only_sliced_wasserstein_sees_what_channels_do_together():
    values = make_map(13, 1, 1, 200)
    together = torch.cat([values, values], dim=1)
    apart = torch.cat([values, values.flip(2)], dim=1)
    assert Histogram(together)(apart) < 1e-20 < 0.01 < SlicedWasserstein(together, directions=32)(apart)


def test_directions_are_unit_and_change_between_steps():
    loss = SlicedWasserstein(make_map(14, 1, 5, 9), seed=2)
    first = loss.axes
    torch.testing.assert_close(first.norm(dim=0), torch.ones(5).double())
    loss.advance(make_map(15, 1, 5, 9))
    assert not torch.equal(loss.axes, first)


def test_a_sample_of_a_large_map_is_near_the_whole():
    style, features = make_map(16, 1, 2, 5000), make_map(17, 1, 2, 4000) * 1.5
    whole = SlicedWasserstein(style, directions=64)(features)
    sample = SlicedWasserstein(style, directions=64, positions=2000)(features)
    assert float(sample) == pytest.approx(float(whole), rel=0.2)


def test_one_position_is_a_distribution():
    assert float(Histogram(torch.tensor([[[2.0]]]))(torch.tensor([[[0.0, 4.0]]]))) == 4
