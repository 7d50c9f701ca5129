"""Laws of the distances between clouds of colors, with optimal assignment as the oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from audiostyle.errors import ShapeError
from audiostyle.evaluate import gaussian_wasserstein, sliced_wasserstein
from audiostyle.evaluate.color import evaluate, make_directions

METRICS = [gaussian_wasserstein, sliced_wasserstein]
SEEDS = st.integers(0, 999)


def make_cloud(seed: int, height: int = 6, width: int = 7) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.random((height, width, 3)) * random.uniform(0.2, 0.5, 3) + random.uniform(0, 0.5, 3)


def permute(picture: np.ndarray, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).permutation(picture.reshape(-1, 3)).reshape(picture.shape)


@pytest.mark.parametrize("metric", METRICS)
@given(SEEDS, SEEDS)
@settings(max_examples=20, deadline=None)
def test_zero_for_the_same_colors_wherever_they_lie(metric, seed, order):
    # The closed form takes the root of a difference of rounded numbers.
    assert metric(permute(make_cloud(seed), order), make_cloud(seed)) == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize("metric", METRICS)
@given(SEEDS, SEEDS, SEEDS)
@settings(max_examples=20, deadline=None)
def test_symmetric_and_the_triangle_inequality(metric, one, two, three):
    a, b, c = make_cloud(one), make_cloud(two, 5, 5), make_cloud(three)
    assert metric(a, b) == pytest.approx(metric(b, a), abs=1e-7)
    # Quantiles of clouds of different sizes are taken at the larger's: 1/42 of a range of ½.
    assert metric(a, c) <= metric(a, b) + metric(b, c) + 0.02


@given(SEEDS, st.tuples(*[st.floats(-0.1, 0.1)] * 3))
@settings(max_examples=20, deadline=None)
def test_a_shift_counts_its_length(seed, shift):
    picture = 0.1 + 0.8 * make_cloud(seed)
    length = np.linalg.norm(shift)
    assert gaussian_wasserstein(picture + shift, picture) == pytest.approx(length, abs=1e-6)
    assert sliced_wasserstein(picture + shift, picture) == pytest.approx(
        length / np.sqrt(3), rel=0.02, abs=1e-9
    )


def test_directions_are_unit_vectors_spread_evenly():
    vectors = make_directions(64)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1)
    np.testing.assert_allclose(vectors.T @ vectors / 64, np.eye(3) / 3, atol=0.01)


def test_known_value_of_two_gaussians():
    """Diagonal covariances: √(Σ (Δμ)² + (Δσ)²)."""
    corners = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    one, other = (
        (np.array(mean) + np.array(deviation) * corners).reshape(2, 4, 3)
        for mean, deviation in (((0.5, 0.5, 0.5), (0.1, 0.2, 0.3)), ((0.4, 0.5, 0.7), (0.2, 0.2, 0.1)))
    )
    expected = np.sqrt(0.1**2 + 0.2**2 + 0.1**2 + 0.2**2)
    assert gaussian_wasserstein(one, other) == pytest.approx(expected)


@given(SEEDS, SEEDS)
@settings(max_examples=20, deadline=None)
def test_neither_exceeds_the_true_distance(one, other):
    """Gelbrich's bound, and projections never lengthen."""
    a, b = make_cloud(one), make_cloud(other)
    costs = cdist(a.reshape(-1, 3), b.reshape(-1, 3), "sqeuclidean")
    truth = np.sqrt(costs[linear_sum_assignment(costs)].mean())
    assert gaussian_wasserstein(a, b) <= truth + 1e-7
    assert sliced_wasserstein(a, b) <= truth / np.sqrt(3) * 1.02


def test_only_the_sliced_distance_sees_the_shape():
    """Two points against a bell of the same mean and variance."""
    bell = np.clip(0.5 + 0.1 * np.random.default_rng(0).standard_normal((50, 50, 1)), 0, 1).repeat(3, 2)
    points = np.where(np.arange(2500) % 2, bell.mean() - bell.std(), bell.mean() + bell.std())
    points = points.reshape(50, 50, 1).repeat(3, 2)
    assert gaussian_wasserstein(points, bell) < 1e-6
    assert sliced_wasserstein(points, bell) > 0.03


@given(SEEDS, st.integers(2, 4))
@settings(max_examples=20, deadline=None)
def test_enlarging_a_picture_changes_nothing(seed, times):
    one, other = make_cloud(seed), make_cloud(seed + 1)
    larger = one.repeat(times, 0).repeat(times, 1)
    for metric in METRICS:
        assert metric(larger, other) == pytest.approx(metric(one, other), abs=1e-7)


def test_a_flat_picture_warns_and_one_pixel_is_a_picture():
    black, white = np.zeros((1, 1, 3)), np.ones((2, 3, 3))
    with pytest.warns(UserWarning, match="result is of a single color"):
        scores = evaluate(black, white)
    assert scores == pytest.approx({"gaussian_wasserstein": 3**0.5, "sliced_wasserstein": 1}, rel=0.02)


@pytest.mark.parametrize("metric", METRICS)
def test_malformed_pictures_are_named(metric):
    with pytest.raises(ShapeError, match="result must have shape"):
        metric(np.ones((3, 3)), make_cloud(0))
    with pytest.raises(ShapeError, match="style must lie in"):
        metric(make_cloud(0), make_cloud(0) + 1)
