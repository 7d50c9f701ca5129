"""Bands of light and color: pictures and back, of every size, and what a step of one number changes."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.autograd import gradcheck

from audiostyle.image.optimization.bands import BANDS, Bands


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 2), st.integers(0, 9))
def test_points_are_pictures_and_back(height, width, count, seed):
    pictures = torch.rand(count, 3, height, width, generator=torch.Generator().manual_seed(seed))
    pictures = 0.002 + 0.996 * pictures
    bands = Bands(height, width)
    torch.testing.assert_close(bands.to_picture(bands.to_point(pictures)), pictures, atol=1e-5, rtol=0)


def test_black_and_white_can_be_reached():
    picture = torch.tensor([0.0, 1.0]).repeat(1, 3, 8, 4)
    bands = Bands(8, 8)
    torch.testing.assert_close(bands.to_picture(bands.to_point(picture)), picture, atol=2e-3, rtol=0)


def test_any_point_is_a_picture():
    bands = Bands(16, 20)
    point = 100 * torch.randn(1, bands.to_point(torch.rand(1, 3, 16, 20)).shape[1])
    picture = bands.to_picture(point)
    assert bool(((picture >= 0) & (picture <= 1)).all())


def test_gray_is_light_alone():
    """The first of three maps of a band is its light; gray pictures have zeros in the others."""
    gray = torch.rand(1, 1, 16, 16).expand(1, 3, 16, 16)
    first = Bands(16, 16).to_point(gray)[:, : 3 * 256].unflatten(1, (3, 16, 16))
    assert float(first[:, 0].abs().max()) > 0.01 > 1e-5 > float(first[:, 1:].abs().max())


def test_one_color_is_in_the_coarsest_band_alone():
    picture = torch.tensor([0.2, 0.5, 0.7]).view(1, 3, 1, 1).expand(1, 3, 32, 32)
    point = Bands(32, 32).to_point(picture)
    coarsest = 3 * (32 >> BANDS) ** 2
    assert float(point[:, :-coarsest].abs().max()) < 1e-6 < float(point[:, -coarsest:].abs().min())


@pytest.mark.parametrize(("band", "reach"), [(0, 1), (3, 8)])
def test_coarser_bands_change_larger_areas(band, reach):
    bands = Bands(32, 32)
    point = bands.to_point(torch.full((1, 3, 32, 32), 0.5))
    before = bands.to_picture(point)
    start = sum(3 * (32 >> above) ** 2 for above in range(band))
    side = 32 >> band
    point[0, start + side * side // 2 + side // 2] += 0.1  # of the light, in the middle
    changed = (bands.to_picture(point) - before).abs().sum(dim=1)[0] > 1e-4
    rows = changed.any(dim=1).nonzero()
    assert reach <= int(rows[-1] - rows[0]) + 1 <= 3 * reach
    assert bool(changed.any(dim=1)[16])


def test_gradients():
    bands = Bands(9, 6)
    point = bands.to_point(torch.rand(1, 3, 9, 6, dtype=torch.float64)).requires_grad_()
    assert gradcheck(bands.to_picture, point, fast_mode=True)
