"""Both affinities against their published definitions: degrees, symmetry, spectrum."""

import numpy as np
import pymatting
import pytest
import scipy.sparse
import scipy.sparse.linalg
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.image.smoothing.affinity import gaussian_affinity, matting_affinity

LECTURE = np.repeat(np.arange(1.0, 17.0).reshape(4, 4, 1) / 16, 3, axis=2)
SHAPES = [(1, 1), (1, 7), (6, 1), (2, 2), (2, 9), (3, 3), (3, 40), (8, 11)]


def photo(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((height, width, 3))


def degrees(weights: scipy.sparse.spmatrix) -> np.ndarray:
    return np.asarray(weights.sum(axis=1)).ravel()


def window_counts(height: int, width: int) -> np.ndarray:
    """How many 3 × 3 windows (narrower in narrower pictures) hold each pixel, counted one by one."""
    counts = np.zeros((height, width))
    tall, wide = min(3, height), min(3, width)
    for y in range(height - tall + 1):
        for x in range(width - wide + 1):
            counts[y : y + tall, x : x + wide] += 1
    return counts


def compute_naively(image: np.ndarray) -> np.ndarray:
    """The slide, entry by entry, then symmetrized."""
    height, width, _ = image.shape
    weights = np.zeros((height * width,) * 2)
    for y, x in np.ndindex(height, width):
        rows, columns = slice(max(0, y - 1), y + 2), slice(max(0, x - 1), x + 2)
        around = image[rows, columns].reshape(-1, 3)
        variance = ((around - around.mean(axis=0)) ** 2).sum(axis=1).mean()
        for v in range(height)[rows]:
            for u in range(width)[columns]:
                if (v, u) != (y, x):
                    distance = ((image[y, x] - image[v, u]) ** 2).sum()
                    weights[y * width + x, v * width + u] = np.exp(-distance / variance)
    return (weights + weights.T) / 2


@pytest.mark.parametrize(("height", "width"), SHAPES)
def test_matting_degree_counts_windows(height, width):
    found = degrees(matting_affinity(photo(height, width))).reshape(height, width)
    np.testing.assert_allclose(found, window_counts(height, width), rtol=1e-9)
    if min(height, width) > 4:
        assert found[2:-2, 2:-2] == pytest.approx(9)


@pytest.mark.parametrize("epsilon", [1e-7, 1e-3])
def test_degree_minus_matting_affinity_is_the_matting_laplacian(epsilon):
    image = photo(13, 17)
    weights = matting_affinity(image, epsilon)
    expected = pymatting.cf_laplacian(image, epsilon=epsilon)
    assert abs(scipy.sparse.diags(degrees(weights)) - weights - expected).max() < 1e-9


@pytest.mark.parametrize("affinity", [matting_affinity, gaussian_affinity])
def test_symmetric_with_largest_eigenvalue_one(affinity):
    weights = affinity(photo(9, 12))
    assert abs(weights - weights.T).max() == 0
    root = scipy.sparse.diags(degrees(weights) ** -0.5)
    values = np.linalg.eigvalsh((root @ weights @ root).toarray())
    assert values[-1] == pytest.approx(1, abs=1e-12)
    assert values[0] > -1 - 1e-12
    if affinity is matting_affinity:
        assert values[0] > -1e-9  # and positive semidefinite, as a sum of windows


@pytest.mark.parametrize(("height", "width"), [(1, 6), (5, 1), (2, 2), (4, 7)])
def test_gaussian_equals_the_slide_symmetrized(height, width):
    image = photo(height, width)
    np.testing.assert_allclose(
        gaussian_affinity(image).toarray(), compute_naively(image), rtol=1e-6, atol=1e-12
    )


def test_the_lectures_worked_example():
    """4 × 4 pixels of gray 1 … 16: neighbors, W_6,7 with the variance of pixels 1 … 11, D, D − W."""
    weights = gaussian_affinity(LECTURE).toarray()
    neighbors = {
        1: (2, 5, 6),
        6: (1, 2, 3, 5, 7, 9, 10, 11),
        7: (2, 3, 4, 6, 8, 10, 11, 12),
        16: (11, 12, 15),
    }
    for pixel, expected in neighbors.items():
        assert tuple(np.flatnonzero(weights[pixel - 1]) + 1) == expected
    around = np.array([1, 2, 3, 5, 6, 7, 9, 10, 11])
    assert weights[5, 6] == pytest.approx(np.exp(-((6 - 7) ** 2) / around.var()))
    assert (np.diag(weights) == 0).all()
    laplacian = np.diag(weights.sum(axis=1)) - weights
    np.testing.assert_allclose(laplacian.sum(axis=1), 0, atol=1e-12)
    assert np.linalg.eigvalsh(laplacian)[0] == pytest.approx(0, abs=1e-12)


def test_one_color_weighs_all_neighbors_alike():
    gray = np.full((5, 6, 3), 0.3)
    weights = gaussian_affinity(gray).toarray()
    assert set(np.unique(weights)) == {0.0, 1.0}
    assert degrees(matting_affinity(gray)).reshape(5, 6)[2, 2] == pytest.approx(9)


@given(st.integers(0, 99), st.floats(0.1, 10), st.floats(-1, 1))
@settings(max_examples=15, deadline=None)
def test_gaussian_ignores_brightness_and_contrast(seed, gain, offset):
    image = photo(5, 6, seed)
    changed = gaussian_affinity(gain * image + offset)
    np.testing.assert_allclose(changed.toarray(), gaussian_affinity(image).toarray(), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("affinity", [matting_affinity, gaussian_affinity])
def test_mirrored_picture_has_mirrored_weights(affinity):
    image = photo(6, 7)
    order = np.arange(42).reshape(6, 7)[:, ::-1].ravel()
    mirrored = affinity(image[:, ::-1]).toarray()
    np.testing.assert_allclose(
        mirrored, affinity(image).toarray()[np.ix_(order, order)], rtol=1e-6, atol=1e-9
    )


def test_tensors_are_taken():
    image = photo(5, 5)
    assert abs(matting_affinity(torch.from_numpy(image)) - matting_affinity(image)).max() == 0


@pytest.mark.parametrize("affinity", [matting_affinity, gaussian_affinity])
@pytest.mark.parametrize("bad", [np.ones(4), np.zeros((4, 4, 4)), np.full((4, 4, 3), np.nan)])
def test_bad_pictures_are_named(affinity, bad):
    with pytest.raises(ShapeError, match="image"):
        affinity(bad)


@pytest.mark.parametrize("epsilon", [0.0, -1.0, float("nan")])
def test_epsilon_must_be_positive(epsilon):
    with pytest.raises(AudiostyleError, match="epsilon must be above 0"):
        matting_affinity(photo(4, 4), epsilon)
