"""Laws of Fréchet distances: closed forms, the root of a matrix as the oracle, and what few items do."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from audiostyle.errors import ShapeError
from audiostyle.evaluate import estimate_frechet_distance, extrapolated_frechet_distance, frechet_distance

SEEDS = st.integers(0, 999)


def draw(seed: int, items: int = 40, channels: int = 5) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    mixing = random.standard_normal((2, channels, channels))
    return tuple(
        random.standard_normal((items + n, channels)) @ mixing[n] + n * random.random() for n in range(2)
    )


@given(SEEDS)
def test_it_is_what_the_root_of_a_matrix_gives(seed):
    one, other = draw(seed)
    a, b = np.cov(one.T), np.cov(other.T)
    shift = one.mean(axis=0) - other.mean(axis=0)
    expected = np.sqrt(shift @ shift + np.trace(a + b - 2 * sqrtm(a @ b).real))
    assert frechet_distance(one, other) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("items", [2, 3, 5, 9])
@given(SEEDS)
def test_with_fewer_items_than_channels_it_is_a_distance_all_the_same(items, seed):
    """There the product of the covariances has no full rank, and its root may turn out complex."""
    one, other = draw(seed, items, channels=12)
    found = frechet_distance(one, other)
    assert found >= 0 and found == pytest.approx(frechet_distance(other, one))
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-6)
    assert extrapolated_frechet_distance(one, other) >= 0


@given(SEEDS, st.floats(-5, 5), st.floats(0.1, 5))
def test_shifts_count_their_length_and_factors_factor_out(seed, shift, factor):
    one, other = draw(seed)
    assert frechet_distance(one + np.array([shift, 0, 0, 0, 0]), one) == pytest.approx(abs(shift), abs=1e-6)
    assert frechet_distance(factor * one, factor * other) == pytest.approx(
        factor * frechet_distance(one, other)
    )


@given(SEEDS)
def test_the_triangle_inequality_and_turns(seed):
    (a, b), (c, _) = draw(seed), draw(seed + 1)
    assert frechet_distance(a, c) <= frechet_distance(a, b) + frechet_distance(b, c) + 1e-9
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((5, 5)))[0]
    assert frechet_distance(a @ turn, b @ turn) == pytest.approx(frechet_distance(a, b))


def test_extrapolation_takes_away_most_of_what_few_items_add():
    truth, plain, line = 0.3 * np.sqrt(16), [], []
    for seed in range(6):
        random = np.random.default_rng(seed)
        one, other = random.standard_normal((2, 100, 16))
        plain.append(frechet_distance(one + 0.3, other))
        line.append(extrapolated_frechet_distance(one + 0.3, other))
    assert abs(np.mean(line) - truth) < 0.4 * abs(np.mean(plain) - truth)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    """Of 12 intervals, 9 or more: below that a 95 % interval falls once in four hundred times."""
    hits = 0
    for seed in range(12):
        random = np.random.default_rng(seed)
        one, other = random.standard_normal((2, 80, 4))
        found = estimate_frechet_distance(one + 1, other, replicates=60, seed=seed)
        assert 0 <= found.low <= found.mean <= found.high
        hits += found.low <= 2 <= found.high
    assert hits >= 9


def test_it_is_blind_to_what_the_documentation_says():
    """Two clusters are like one wide one, and a copy of the reference is perfect."""
    random = np.random.default_rng(0)
    wide = random.standard_normal((4000, 1))
    clusters = np.sign(random.standard_normal((4000, 1)))
    assert frechet_distance(clusters, wide) < 0.05


def test_items_that_are_all_alike_warn():
    with pytest.warns(UserWarning, match="all alike"):
        frechet_distance(np.ones((3, 2)), np.arange(6.0).reshape(3, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frechet_distance(*draw(0))


@pytest.mark.parametrize("bad", [np.ones(3), np.ones((1, 3)), np.ones((3, 0)), [[np.nan, 1], [1, 2]], "x"])
def test_what_are_no_embeddings_is_refused(bad):
    with pytest.raises(ShapeError):
        frechet_distance(bad, np.arange(6.0).reshape(2, 3))
    with pytest.raises(ShapeError, match="one network"):
        frechet_distance(np.arange(4.0).reshape(2, 2), np.arange(6.0).reshape(2, 3))
