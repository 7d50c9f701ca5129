"""Laws of bootstrap intervals, with closed forms and simulated coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.evaluate.intervals import (
    adjust_by_holm,
    compare_systems,
    compute_interval,
    compute_p,
    draw_resamples,
    estimate_mean,
)


def test_a_resample_has_as_many_units_and_comes_of_the_seed():
    drawn = draw_resamples(7, 50, seed=3)
    assert drawn.shape == (50, 7) and (drawn.sum(axis=1) == 7).all()
    np.testing.assert_array_equal(drawn, draw_resamples(7, 50, seed=3))
    assert (drawn != draw_resamples(7, 50, seed=4)).any()


def test_intervals_of_means_cover_what_they_say_even_of_ten():
    """Of 400 intervals, 95 % are within 3 standard errors of the share: 0.95 ± 0.033."""
    random = np.random.default_rng(0)
    hits = 0
    for seed in range(400):
        found = estimate_mean(random.standard_normal(10), seed=seed)
        hits += found.low <= 0 <= found.high
    assert 0.917 <= hits / 400 <= 0.983


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=12), st.floats(-5, 5), st.floats(0.1, 10))
def test_an_estimate_moves_with_its_values(values, shift, factor):
    one, other = estimate_mean(values), estimate_mean(np.array(values) * factor + shift)
    for name in ("mean", "low", "high"):
        assert getattr(other, name) == pytest.approx(
            getattr(one, name) * factor + shift, abs=1e-9 * factor * 100 + 1e-9
        )


def test_of_one_unit_nothing_is_known():
    low, high = compute_interval(np.zeros((9, 2)), 1)
    assert (low == -np.inf).all() and (high == np.inf).all()
    assert estimate_mean([3.0]).low == estimate_mean([3.0]).high == 3.0


def test_holm_against_the_definition():
    """The k-th smallest of m is multiplied by m − k + 1, and none is below its predecessor."""
    raw = np.random.default_rng(1).random(9) ** 2
    order = np.argsort(raw)
    expected, before = np.empty(9), 0.0
    for place, index in enumerate(order):
        before = max(before, min(1.0, raw[index] * (9 - place)))
        expected[index] = before
    np.testing.assert_allclose(adjust_by_holm(raw), expected)


def test_equal_systems_do_not_differ_and_far_ones_do():
    values = np.random.default_rng(2).standard_normal(30)
    same = compare_systems({"a": values, "b": values})[0]
    assert same.p == 1 and not same.holds and same.difference.mean == 0
    apart = compare_systems({"a": values + 5, "b": values})[0]
    assert apart.holds and apart.difference.low == pytest.approx(5)


def test_pairing_counts():
    """Items differ far more than systems; paired, a small but steady difference holds."""
    random = np.random.default_rng(3)
    items = 100 * random.standard_normal(20)
    found = compare_systems({"a": items + 1 + 0.1 * random.standard_normal(20), "b": items})
    assert found[0].holds and found[0].difference.high < 1.2


def test_under_no_difference_p_is_small_as_seldom_as_it_says():
    """400 comparisons of 12 items: 5 % ± 3 standard errors of 1.1 % below 0.05."""
    random = np.random.default_rng(4)
    p = [
        compare_systems({"a": random.standard_normal(12), "b": random.standard_normal(12)}, seed=n)[0].p
        for n in range(400)
    ]
    assert np.mean(np.array(p) < 0.05) < 0.083


def test_p_of_zero_is_one():
    assert compute_p(0.0, np.random.default_rng(0).standard_normal(100), 8) == 1


@pytest.mark.parametrize("values", [[], [[1.0, 2.0]], [np.nan, 1.0]])
def test_what_is_no_list_of_numbers_is_refused(values):
    with pytest.raises(ShapeError):
        estimate_mean(values)


def test_systems_must_have_the_same_items():
    with pytest.raises(ShapeError, match="different numbers"):
        compare_systems({"a": [1.0, 2.0], "b": [1.0]})
    with pytest.raises(ShapeError, match="two items"):
        compare_systems({"a": [1.0], "b": [1.0]})
