"""The preconditioner is symmetric, positive, and near the inverse."""

import numpy as np
import pytest

from audiostyle.image.smoothing.affinity import compute_matting_planes
from audiostyle.image.smoothing.cholesky import FILL, apply_preconditioner, factorize
from audiostyle.image.smoothing.stencil import add_border, crop_border
from audiostyle.image.smoothing.system import multiply, normalize


def make_factor(height: int, width: int, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """The planes of I − αS of a noisy gradient, and their factor."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:height, :width] / max(height, width)
    planes = compute_matting_planes(
        np.stack([x, y, x * y], axis=2) + 0.02 * rng.random((height, width, 3)), 1e-7
    )
    normalize(planes, alpha)
    return planes, factorize(planes)


def apply(factor: np.ndarray, image: np.ndarray) -> np.ndarray:
    vectors = add_border(image).astype(np.float32)
    apply_preconditioner(factor, vectors)
    return np.moveaxis(crop_border(vectors), 0, 2).astype(np.float64)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 9), (12, 15), (40, 7)])
def test_it_is_symmetric_and_positive(height, width):
    _, factor = make_factor(height, width, 0.9)
    assert factor.shape[0] == len(FILL)
    one, other = np.random.default_rng(1).standard_normal((2, height, width, 3))
    there, back = (one * apply(factor, other)).sum((0, 1)), (other * apply(factor, one)).sum((0, 1))
    np.testing.assert_allclose(there, back, rtol=1e-3, atol=1e-3)
    assert ((one * apply(factor, one)).sum((0, 1)) > 0).all()


def test_it_is_near_the_inverse():
    planes, factor = make_factor(20, 25, 0.9)
    image = np.random.default_rng(1).random((20, 25, 3))
    product = np.zeros_like(add_border(image))
    multiply(planes, add_border(image), product)
    found = apply(factor, np.moveaxis(crop_border(product), 0, 2))
    assert np.linalg.norm(found - image) < 0.05 * np.linalg.norm(image)
