"""Distributions of colors become the style's: exactly along an axis, and better with more rotations."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.evaluate import sliced_wasserstein
from audiostyle.image.idt import BINS, draw_rotations, idt, match_axis
from audiostyle.image.mkl import mkl


def curved(seed: int, height: int = 60, width: int = 50) -> np.ndarray:
    """Colors along a bent line with some noise: far from Gaussian, as photographs are."""
    random = np.random.default_rng(seed)
    along = random.beta(*random.uniform(0.5, 2, 2), size=(height, width, 1))
    line = np.concatenate([along, along**2, np.sin(3 * along)], axis=2)
    return np.clip(0.1 + 0.7 * line[..., random.permutation(3)] + random.normal(0, 0.03, line.shape), 0, 1)


@given(st.integers(0, 99), st.integers(1, 400), st.integers(1, 400))
@settings(max_examples=30, deadline=None)
def test_along_an_axis_sorted_values_meet(seed, count, other):
    """Exact matching sends quantile to quantile; values that share a bin share their quantiles."""
    random = np.random.default_rng(seed)
    values, target = random.random(count), random.random(other) ** 2
    found = match_axis(torch.from_numpy(values), [(torch.from_numpy(target), None, 1.0)]).numpy()
    ranks = (np.argsort(np.argsort(values)) + 0.5) / count
    bins = ((values - values.min()) / (np.ptp(values) or 1) * (BINS - 1) + 0.5).astype(int)
    slack = (np.bincount(bins).max() + 1) / count  # ranks that share a bin
    below, above = (
        np.quantile(target, np.clip(ranks + sign * slack, 0, 1), method="inverted_cdf") for sign in (-1, 1)
    )
    assert ((below - 2 / BINS <= found) & (found <= above + 2 / BINS)).all()


@pytest.mark.parametrize("color", [0.0, 0.4, 1.0])
def test_along_an_axis_a_single_value_becomes_the_median(color):
    target = torch.linspace(0, 1, 1001) ** 2
    moved = match_axis(torch.full((7,), color), [(target, None, 1.0)])
    torch.testing.assert_close(moved, torch.full((7,), 0.25), atol=1 / BINS, rtol=0)


@given(st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_along_an_axis_order_is_kept(seed):
    random = torch.Generator().manual_seed(seed)
    values, target = (torch.rand(200, generator=random) for _ in range(2))
    moved = match_axis(values, [(target, None, 1.0)])
    assert (moved[values.argsort()].diff() >= 0).all()


def test_styles_count_by_weight_not_by_size():
    values, dark, bright = torch.linspace(0, 1, 1000), torch.full((10,), 0.2), torch.full((9000,), 0.8)
    moved = match_axis(values, [(dark, None, 0.75), (bright, None, 0.25)])
    assert (moved < 0.5).float().mean() == pytest.approx(0.75, abs=0.01)


@given(st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_rotations_are_rotations_and_the_first_is_none(seed):
    first, *others = draw_rotations(4, seed)
    assert torch.equal(first, torch.eye(3))
    for rotation in others:
        torch.testing.assert_close(rotation @ rotation.mT, torch.eye(3))
        assert torch.linalg.det(rotation) == pytest.approx(1, abs=1e-5)


def test_rotations_are_uniform():
    """A uniform rotation has mean zero, and every entry a mean square of a third."""
    rotations = torch.stack(draw_rotations(20_000, 1)[1:])
    assert rotations.mean(dim=0).abs().max() < 0.02
    assert (rotations.square().mean(dim=0) - 1 / 3).abs().max() < 0.02


@pytest.mark.parametrize("seed", range(3))
def test_distance_falls_with_rotations_far_below_linear_transport(seed):
    content, style = curved(seed), curved(seed + 10)
    distances = [
        sliced_wasserstein(idt(content, style, rotations=n, keep_grain=False), style) for n in (1, 3, 10)
    ]
    assert distances[0] > distances[1] > distances[2]
    assert distances[2] < 0.5 * sliced_wasserstein(mkl(content, style), style)


def test_seed_decides():
    content, style = curved(0), curved(1)
    np.testing.assert_array_equal(idt(content, style, seed=5), idt(content, style, seed=5))
    assert not np.array_equal(idt(content, style, seed=5), idt(content, style, seed=6))


def test_no_rotation_is_an_error():
    with pytest.raises(ShapeError, match="rotations must be a whole number of 1 or more, not 0"):
        idt(curved(0), curved(1), rotations=0)
