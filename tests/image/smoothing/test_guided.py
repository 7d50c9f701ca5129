"""The guided filter against its definition and against the matting affinity; its laws."""

import numpy as np
import pytest
import scipy.sparse
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.image.smoothing.affinity import matting_affinity
from audiostyle.image.smoothing.guided import guided_filter


def photo(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((height, width, 3))


def filter_naively(guide, image, radius, epsilon):
    """Window by window, with a dense solve in each."""
    height, width, _ = guide.shape
    tall, wide = min(2 * radius + 1, height), min(2 * radius + 1, width)
    total, count = np.zeros_like(image), np.zeros((height, width, 1))
    for y in range(height - tall + 1):
        for x in range(width - wide + 1):
            part = slice(y, y + tall), slice(x, x + wide)
            colors, values = guide[part].reshape(-1, 3), image[part].reshape(-1, 3)
            centered = colors - colors.mean(axis=0)
            cross = centered.T @ (values - values.mean(axis=0)) / len(colors)
            model = np.linalg.solve(centered.T @ centered / len(colors) + epsilon * np.eye(3), cross)
            total[part] += (centered @ model + values.mean(axis=0)).reshape(tall, wide, 3)
            count[part] += 1
    return total / count


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 9), (2, 2), (3, 30), (12, 15), (40, 8)])
def test_radius_one_is_the_normalized_matting_affinity(height, width):
    guide, image = photo(height, width), photo(height, width, 1)
    weights = matting_affinity(guide, 1e-7)
    expected = (
        scipy.sparse.diags(1 / np.asarray(weights.sum(axis=1)).ravel()) @ weights @ image.reshape(-1, 3)
    )
    window = min(3, height) * min(3, width)
    found = guided_filter(guide, image, radius=1, epsilon=1e-7 / window)
    np.testing.assert_allclose(found, expected.reshape(image.shape), atol=1e-7)


@pytest.mark.parametrize(("height", "width", "radius"), [(20, 23, 2), (40, 9, 3), (90, 5, 2), (7, 30, 5)])
def test_equals_its_definition(height, width, radius):
    guide, image = photo(height, width), photo(height, width, 1)
    expected = filter_naively(guide, image, radius, 1e-6)
    np.testing.assert_allclose(guided_filter(guide, image, radius, 1e-6), expected, atol=1e-9)


@given(st.integers(0, 99), st.integers(0, 4))
@settings(max_examples=15, deadline=None)
def test_what_is_affine_in_the_guide_is_kept(seed, radius):
    guide = photo(11, 14, seed)
    rng = np.random.default_rng(seed)
    image = guide @ rng.random((3, 3)) + rng.random(3)
    if radius:
        np.testing.assert_allclose(guided_filter(guide, image, radius, 1e-9), image, atol=1e-6)
    else:
        np.testing.assert_allclose(guided_filter(guide, photo(11, 14, seed + 1), 0), photo(11, 14, seed + 1))


@given(st.integers(0, 99), st.floats(-2, 2))
@settings(max_examples=10, deadline=None)
def test_linear_in_the_picture(seed, factor):
    guide, one, two = (photo(9, 12, seed + k) for k in range(3))
    both = guided_filter(guide, one + factor * two, 2)
    parts = guided_filter(guide, one, 2) + factor * guided_filter(guide, two, 2)
    np.testing.assert_allclose(both, parts, atol=1e-7)


def test_strips_leave_no_seam():
    """High enough for four threads; the definition knows no strips."""
    guide, image = photo(64, 4), photo(64, 4, 1)
    np.testing.assert_allclose(
        guided_filter(guide, image, 1, 1e-4), filter_naively(guide, image, 1, 1e-4), atol=1e-9
    )


def test_a_flat_guide_blurs():
    image = photo(9, 9)
    blurred = guided_filter(np.full((9, 9, 3), 0.5), image, 30)
    np.testing.assert_allclose(blurred, np.broadcast_to(image.mean((0, 1)), image.shape), atol=1e-9)


def test_gray_guide_needs_no_special_care():
    """Three equal channels make Σ singular but for ε: there cofactors lose all digits."""
    gray = np.repeat(photo(30, 30)[..., :1], 3, axis=2)
    np.testing.assert_allclose(guided_filter(gray, gray, 4, 1e-8), gray, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16])
def test_tensors_come_back_as_they_were(dtype):
    guide, image = (torch.from_numpy(photo(8, 8, seed)).to(dtype) for seed in (0, 1))
    found = guided_filter(guide, image, 2)
    assert isinstance(found, torch.Tensor) and found.dtype == dtype and found.shape == image.shape
    assert guided_filter(guide.numpy(), image.numpy(), 2).dtype == image.numpy().dtype


def test_bad_arguments_are_named():
    image = photo(4, 4)
    with pytest.raises(ShapeError, match="guide is 4 × 5 pixels, image 4 × 4"):
        guided_filter(photo(4, 5), image)
    with pytest.raises(ShapeError, match="guide must have shape"):
        guided_filter(image[0, 0], image)
    with pytest.raises(AudiostyleError, match="radius"):
        guided_filter(image, image, radius=-1)
    with pytest.raises(AudiostyleError, match="epsilon"):
        guided_filter(image, image, epsilon=0)
