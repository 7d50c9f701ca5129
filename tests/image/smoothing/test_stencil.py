"""Planes hold a symmetric matrix."""

import numpy as np
import pytest

from audiostyle.image.smoothing.affinity import compute_gaussian_planes, compute_matting_planes
from audiostyle.image.smoothing.stencil import (
    OFFSETS,
    PAD,
    add_border,
    compute_degrees,
    crop_border,
    slice_edges,
    to_sparse,
)

SHAPES = [(1, 1), (1, 6), (5, 2), (8, 11), (70, 5)]


def make_planes(height: int, width: int, affinity: str) -> np.ndarray:
    guide = np.random.default_rng(0).random((height, width, 3))
    return compute_matting_planes(guide, 1e-7) if affinity == "matting" else compute_gaussian_planes(guide)


def test_a_border_comes_and_goes():
    image = np.random.default_rng(0).random((4, 5, 3))
    bordered = add_border(image)
    assert bordered.shape == (3, 4 + 2 * PAD, 5 + 2 * PAD)
    np.testing.assert_array_equal(crop_border(bordered), np.moveaxis(image, 2, 0))
    assert bordered.sum() == pytest.approx(image.sum())


@pytest.mark.parametrize("affinity", ["matting", "gaussian"])
@pytest.mark.parametrize(("height", "width"), SHAPES)
def test_degrees_are_sums_of_rows_and_the_border_is_zero(height, width, affinity):
    planes = make_planes(height, width, affinity)
    matrix = to_sparse(planes)
    np.testing.assert_allclose(compute_degrees(planes).ravel(), np.asarray(matrix.sum(axis=1)).ravel())
    assert planes.shape == (len(OFFSETS), height + 2 * PAD, width + 2 * PAD)
    crop_border(planes)[:] = 0
    assert (planes == 0).all()


def test_edges_lead_from_a_pixel_to_the_one_at_the_offset():
    index = np.arange(5 * 7).reshape(5, 7)
    for dy, dx in OFFSETS:
        here, there = slice_edges(index.shape, dy, dx)
        assert (index[there] - index[here] == 7 * dy + dx).all()
        assert index[here].size == (5 - dy) * (7 - abs(dx))
