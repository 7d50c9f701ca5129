"""The fast guided filter against one written window by window."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.image.smoothing.fast_guided import LocalModels


def filter_naively(guide: np.ndarray, images: np.ndarray, radius: int, epsilon: float) -> np.ndarray:
    """Fit each window by least squares, and average the models of the windows around a place."""
    height, width, channels = guide.shape

    def cut(y, x):
        return (
            slice(max(0, y - radius), y + radius + 1),
            slice(max(0, x - radius), x + radius + 1),
        )

    slopes = np.empty((height, width, channels, images.shape[2]))
    offsets = np.empty((height, width, images.shape[2]))
    for y in range(height):
        for x in range(width):
            colors = guide[cut(y, x)].reshape(-1, channels)
            values = images[cut(y, x)].reshape(len(colors), -1)
            centered = colors - colors.mean(axis=0)
            covariance = centered.T @ centered / len(colors) + epsilon * np.eye(channels)
            slopes[y, x] = np.linalg.solve(
                covariance, centered.T @ (values - values.mean(axis=0)) / len(colors)
            )
            offsets[y, x] = values.mean(axis=0) - colors.mean(axis=0) @ slopes[y, x]
    out = np.empty_like(images)
    for y in range(height):
        for x in range(width):
            mean = slopes[cut(y, x)].mean(axis=(0, 1))
            out[y, x] = guide[y, x] @ mean + offsets[cut(y, x)].mean(axis=(0, 1))
    return out


@given(st.integers(0, 99), st.sampled_from([1, 3]), st.integers(1, 4), st.integers(0, 3))
@settings(max_examples=10, deadline=None)
def test_at_the_same_size_it_is_the_guided_filter(seed, channels, count, radius):
    rng = np.random.default_rng(seed)
    guide, images = rng.random((7, 9, channels)), rng.random((7, 9, count))
    models = LocalModels.fit(guide, images, radius, 0.01)
    found = models(guide.astype(np.float32)).transpose(1, 2, 0)
    np.testing.assert_allclose(found, filter_naively(guide, images, radius, 0.01), atol=1e-5)


@pytest.mark.parametrize("size", [(1, 1), (1, 30), (40, 50), (7, 130)])
def test_an_affine_image_is_exact_at_any_size(size):
    rng = np.random.default_rng(0)
    small, large = rng.random((8, 10, 3)), rng.random((*size, 3), dtype=np.float32)
    matrix = rng.normal(size=(2, 3))
    models = LocalModels.fit(small, small @ matrix.T, 9, 1e-9)  # every window holds enough colors to tell
    np.testing.assert_allclose(models(large).transpose(1, 2, 0), large @ matrix.T, atol=1e-3)


def test_edges_of_the_large_guide_show_in_what_was_fitted_small():
    large = np.where(np.arange(200) < 103, 0.2, 0.8)[None, :, None] * np.ones((100, 1, 3))
    small = large.reshape(20, 5, 40, 5, 3).mean(axis=(1, 3))
    share = LocalModels.fit(small, (small[..., :1] - 0.2) / 0.6, 4, 1e-4)(large.astype(np.float32))[0]
    assert share[:, :103].max() < 0.05 and share[:, 103:].min() > 0.95


def test_flat_guides_average():
    flat, noise = np.full((9, 9, 3), 0.5), np.random.default_rng(0).random((9, 9, 1))
    found = LocalModels.fit(flat, noise, 20, 1e-4)(flat.astype(np.float32))
    np.testing.assert_allclose(found, noise.mean(), atol=1e-6)
