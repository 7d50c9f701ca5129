"""Shares of pixels: they sum to one, and follow edges that the places do not know."""

import numpy as np
import pytest
import torch

from audiostyle.image.segments.shares import enlarge_shares


def halves(height: int, width: int, at: int) -> torch.Tensor:
    """Dark to the left of a column, bright to the right, (3, height, width)."""
    return torch.where(torch.arange(width) < at, 0.2, 0.8).expand(3, height, width).contiguous()


@pytest.mark.parametrize("size", [(1, 1), (9, 200), (64, 80), (300, 420)])
def test_they_sum_to_one(size):
    rng = np.random.default_rng(0)
    rows, columns = (-(-side // 8) for side in size)
    shares = rng.dirichlet([1, 1, 1], rows * columns)
    picture = torch.rand(3, *size, generator=torch.Generator().manual_seed(0))
    found = enlarge_shares(shares, (rows, columns), picture)
    assert found.shape == (3, *size) and found.min() >= 0
    torch.testing.assert_close(found.sum(dim=0), torch.ones(size), atol=1e-4, rtol=0)


def test_they_change_where_the_picture_does():
    picture = halves(128, 160, 75)
    places = (np.arange(20) >= 9)[None].repeat(16, axis=0).ravel()  # an edge at column 72
    shares = np.stack([~places, places], axis=1).astype(float)
    found = enlarge_shares(shares, (16, 20), picture)[1]
    assert found[:, :74].max() < 0.2 and found[:, 77:].min() > 0.8


def test_even_shares_stay():
    found = enlarge_shares(np.full((80, 2), 0.5), (8, 10), torch.rand(3, 64, 80))
    torch.testing.assert_close(found, torch.full((2, 64, 80), 0.5), atol=1e-4, rtol=0)
