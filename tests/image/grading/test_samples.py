"""Weighted colors behave as the pixels that they stand for."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.image.grading.samples import BINS, Colors


@given(st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_moments_are_those_of_repeated_colors(seed):
    rng = np.random.default_rng(seed)
    values, counts = rng.random((20, 3)), rng.integers(1, 5, 20)
    colors = Colors.of(values, counts.astype(float))
    repeated = values.repeat(counts, axis=0)
    np.testing.assert_allclose(colors.mean, repeated.mean(axis=0))
    np.testing.assert_allclose(colors.covariance, np.cov(repeated, rowvar=False, bias=True), atol=1e-12)


@given(st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_a_palette_has_the_mean_and_nearly_the_spread_of_its_colors(seed):
    colors = Colors.of(np.random.default_rng(seed).random((3000, 3)))
    palette = colors.make_palette()
    assert len(palette.values) <= BINS**3 and abs(palette.weights.sum() - 1) < 1e-12
    np.testing.assert_allclose(palette.mean, colors.mean, atol=1e-9)
    inside = 1 / 12 / BINS**2  # variance within a cell
    np.testing.assert_allclose(palette.covariance, colors.covariance, atol=1.5 * inside)


def test_colors_outside_the_cube_are_in_its_outermost_cells():
    palette = Colors.of(np.array([[-0.5, 0.5, 1.5], [-0.4, 0.5, 1.4]])).make_palette()
    np.testing.assert_allclose(palette.values, [[-0.45, 0.5, 1.45]])


def test_what_is_rare_is_left_out_but_never_everything():
    values = np.concatenate([np.full((99_999_9, 3), 0.2), np.full((1, 3), 0.9)])
    np.testing.assert_allclose(Colors.of(values).make_palette().values, [[0.2] * 3])
    assert len(Colors.of(np.full((1, 3), 0.5)).make_palette().values) == 1


def test_pictures_are_pooled_by_their_share_not_their_size():
    one, other = Colors.of(np.zeros((1000, 3))), Colors.of(np.ones((10, 3)))
    np.testing.assert_allclose(Colors.pool([(one, 0.25), (other, 0.75)]).mean, 0.75)
