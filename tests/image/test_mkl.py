"""Mean and covariance of the colors become the style's, by the least change of colors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.evaluate import gaussian_wasserstein
from audiostyle.image.mkl import mkl


def soft(seed: int, height: int = 24, width: int = 20) -> np.ndarray:
    """Correlated colors of little spread around one that differs by seed, so that nothing is clamped."""
    random = np.random.default_rng(seed)
    noise = random.uniform(-0.08, 0.08, (height, width, 3)) @ random.uniform(-1, 1, (3, 3))
    return random.uniform(0.45, 0.55, 3) + noise + random.uniform(-0.02, 0.02, noise.shape)


@given(st.integers(0, 99), st.integers(100, 199))
@settings(max_examples=20, deadline=None)
def test_mean_and_covariance_become_those_of_the_style(content, style):
    result, wanted = (picture.reshape(-1, 3) for picture in (mkl(soft(content), soft(style)), soft(style)))
    np.testing.assert_allclose(result.mean(axis=0), wanted.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(np.cov(result.T), np.cov(wanted.T), atol=1e-5)


@given(st.integers(0, 99), st.integers(100, 199))
@settings(max_examples=20, deadline=None)
def test_colors_move_as_far_as_the_distributions_are_apart(content, style):
    """What makes it the optimal transport: no map to these moments moves colors less."""
    moved = np.sqrt(np.square(mkl(soft(content), soft(style)) - soft(content)).sum(axis=2).mean())
    assert moved == pytest.approx(gaussian_wasserstein(soft(content), soft(style)), rel=2e-3)


def test_a_gray_content_gets_no_colors_that_it_does_not_tell_apart():
    gray = np.linspace(0.3, 0.7, 400).reshape(20, 20, 1).repeat(3, axis=2)
    result = mkl(gray, soft(3)).reshape(-1, 3)
    np.testing.assert_allclose(result.mean(axis=0), soft(3).mean(axis=(0, 1)), atol=1e-3)
    assert np.linalg.matrix_rank(result - result.mean(axis=0), tol=1e-3) == 1
