"""Entropic transport against exact transport, and the laws of its map."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from audiostyle.image.grading.samples import Colors
from audiostyle.image.grading.transport import EntropicMap, fit_linear, fit_transport


def palette(seed: int, count: int = 25) -> Colors:
    return Colors.of(np.random.default_rng(seed).random((count, 3)))


def test_with_little_entropy_it_is_the_best_assignment():
    own, wanted = palette(0), palette(1)
    cost = ((own.values[:, None] - wanted.values) ** 2).sum(axis=2)
    _, partner = linear_sum_assignment(cost)
    mapped = EntropicMap.fit(own, wanted, 4e-3)(own.values)
    assert np.median(np.abs(mapped - wanted.values[partner]).max(axis=1)) < 0.06


@given(st.integers(0, 50), st.floats(0.02, 0.3))
@settings(max_examples=15, deadline=None)
def test_it_is_monotone_as_gradients_of_convex_functions_are(seed, epsilon):
    mapped = EntropicMap.fit(palette(seed), palette(seed + 60), epsilon)
    one, other = np.random.default_rng(seed).random((2, 40, 3))
    assert (((mapped(one) - mapped(other)) * (one - other)).sum(axis=1) > -1e-9).all()


@given(st.integers(0, 50), st.floats(0.03, 0.3))
@settings(max_examples=15, deadline=None)
def test_the_mean_becomes_that_of_the_other_palette(seed, epsilon):
    own, wanted = palette(seed), palette(seed + 60)
    for mapped in (EntropicMap.fit(own, wanted, epsilon), fit_transport(own, wanted, epsilon)):
        np.testing.assert_allclose(own.weights @ mapped(own.values), wanted.mean, atol=2e-3)


@given(st.integers(0, 50), st.floats(0.03, 0.3))
@settings(max_examples=15, deadline=None)
def test_a_shift_is_found_inside_the_palette_and_goes_on_outside(seed, epsilon):
    own = palette(seed)
    shifted = Colors(own.values + np.array([0.1, -0.2, 0.05]), own.weights)
    mapped = fit_transport(own, shifted, epsilon)
    np.testing.assert_allclose(mapped(own.values), shifted.values, atol=1e-2)
    far = own.values * 3 - 1
    np.testing.assert_allclose(mapped(far) - far, [[0.1, -0.2, 0.05]] * len(far), atol=0.07)


def test_debiasing_gives_back_what_blending_took():
    own = Colors.of(np.linspace(0, 1, 40)[:, None].repeat(3, axis=1))
    wanted = Colors.of(0.2 + 0.6 * own.values)
    plain, debiased = EntropicMap.fit(own, wanted, 0.1), fit_transport(own, wanted, 0.1)
    spread = [np.ptp(mapped(own.values)) for mapped in (plain, debiased)]
    assert spread[0] < 0.45 < spread[1] < 0.75


def test_many_colors_are_mapped_in_pieces():
    mapped = EntropicMap.fit(palette(0), palette(1), 0.1)
    colors = np.random.default_rng(2).random((5000, 3))
    np.testing.assert_allclose(mapped(colors)[4990:], mapped(colors[4990:]))


@given(st.integers(0, 50))
@settings(max_examples=15, deadline=None)
def test_linear_transport_gives_mean_and_covariance(seed):
    own, wanted = palette(seed, 60), palette(seed + 60, 60)
    matrix, bias = fit_linear(own, wanted, 1e-12, np.inf)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-9)
    mapped = Colors(own.values @ matrix.T + bias, own.weights)
    np.testing.assert_allclose(mapped.mean, wanted.mean)
    np.testing.assert_allclose(mapped.covariance, wanted.covariance, atol=1e-9)


def test_no_direction_is_stretched_more_than_allowed():
    own = Colors(0.5 + 0.01 * palette(0).values, palette(0).weights)
    matrix, bias = fit_linear(own, palette(1), 1e-9, 2.5)
    assert np.linalg.eigvalsh(matrix).max() == pytest.approx(2.5)
    np.testing.assert_allclose(matrix @ own.mean + bias, palette(1).mean)


def test_a_single_color_goes_to_the_mean():
    own = Colors.of(np.full((1, 3), 0.4))
    np.testing.assert_allclose(
        fit_transport(own, palette(3), 0.03)(own.values)[0], palette(3).mean, atol=1e-6
    )
    matrix, bias = fit_linear(own, palette(3), 1e-4, 2.5)
    np.testing.assert_allclose(own.values @ matrix.T + bias, [palette(3).mean])


def test_palettes_that_are_far_apart_give_finite_colors():
    own, wanted = Colors.of(np.zeros((1, 3))), Colors.of(np.ones((1, 3)))
    assert fit_transport(own, wanted, 0.002)(np.full((2, 3), 0.5)) == pytest.approx(np.full((2, 3), 1.5))
