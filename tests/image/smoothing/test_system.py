"""The matrix I − αS and its product, against sparse matrices of SciPy."""

import numpy as np
import pytest
import scipy.sparse

from audiostyle.image.smoothing.affinity import (
    compute_gaussian_planes,
    compute_matting_planes,
    gaussian_affinity,
    matting_affinity,
)
from audiostyle.image.smoothing.stencil import add_border, crop_border, to_sparse
from audiostyle.image.smoothing.system import compute_residual, multiply, normalize

ALPHA = 0.99
SHAPES = [(1, 1), (3, 9), (40, 7), (70, 12)]


def make_system(height: int, width: int, affinity: str):
    """The planes of I − αS, D, and the same matrix by its definition."""
    guide = np.random.default_rng(0).random((height, width, 3))
    if affinity == "matting":
        planes, weights = compute_matting_planes(guide, 1e-7), matting_affinity(guide)
    else:
        planes, weights = compute_gaussian_planes(guide), gaussian_affinity(guide)
    degree = normalize(planes, ALPHA)
    root = scipy.sparse.diags(np.asarray(weights.sum(axis=1)).ravel() ** -0.5)
    return planes, degree, scipy.sparse.eye(height * width) - ALPHA * (root @ weights @ root)


@pytest.mark.parametrize("affinity", ["matting", "gaussian"])
@pytest.mark.parametrize(("height", "width"), SHAPES)
def test_planes_are_the_matrix_and_its_product(height, width, affinity):
    planes, degree, expected = make_system(height, width, affinity)
    assert abs(to_sparse(planes) - expected).max() < 1e-12
    assert degree.shape == (height, width)
    image = np.random.default_rng(1).random((height, width, 3))
    vectors = add_border(image)
    out = np.zeros_like(vectors)
    dots = multiply(planes, vectors, out)
    product = expected @ image.reshape(-1, 3)
    np.testing.assert_allclose(np.moveaxis(crop_border(out), 0, 2).reshape(-1, 3), product, atol=1e-12)
    np.testing.assert_allclose(dots, (image.reshape(-1, 3) * product).sum(axis=0))


def test_the_residual_is_what_is_missing():
    planes, _, expected = make_system(40, 9, "matting")
    rng = np.random.default_rng(1)
    image, x = rng.random((2, 40, 9, 3))
    out = np.zeros_like(add_border(x))
    squares = compute_residual(planes, ALPHA, image, add_border(x), out)
    missing = (1 - ALPHA) * image.reshape(-1, 3) - expected @ x.reshape(-1, 3)
    np.testing.assert_allclose(np.moveaxis(crop_border(out), 0, 2).reshape(-1, 3), missing, atol=1e-12)
    np.testing.assert_allclose(squares, (missing**2).sum(axis=0))
