"""Total variation and Laplacians: known values, what they do not see."""

import pytest
import torch
from style_losses import make_map
from torch.nn import functional as F

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.style.losses import Laplacian, TotalVariation
from audiostyle.style.losses.smoothness import compute_laplacian


def test_total_variation_of_a_checkerboard_and_of_a_plane():
    rows, columns = torch.meshgrid(torch.arange(6.0), torch.arange(6.0), indexing="ij")
    assert float(TotalVariation()(((rows + columns) % 2)[None, None])) == 2
    assert float(TotalVariation()((2 * rows + 3 * columns)[None, None])) == 4 + 9
    assert float(TotalVariation(exponent=1)((2 * rows + 3 * columns)[None, None])) == pytest.approx(13**0.5)


def test_levels_do_not_matter(shape):
    features = make_map(0, *shape)
    torch.testing.assert_close(TotalVariation()(features + 5), TotalVariation()(features))


def test_one_position_is_smooth():
    assert float(TotalVariation()(torch.ones(1, 3, 1, 1))) == 0


def test_an_exponent_below_one_is_refused():
    with pytest.raises(AudiostyleError, match="exponent must be 1 or more"):
        TotalVariation(exponent=0.5)


def test_the_laplacian_is_the_four_neighbor_kernel():
    features = make_map(1, 1, 2, 5, 6)
    kernel = torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]).double()
    expected = F.conv2d(features.movedim(1, 0), kernel[None, None]).movedim(0, 1)
    torch.testing.assert_close(compute_laplacian(features), expected)


def test_in_sound_it_is_the_second_difference():
    features = make_map(2, 1, 2, 9)
    torch.testing.assert_close(compute_laplacian(features), features.diff(n=2, dim=2))


def test_slopes_are_not_seen_and_edges_are(shape):
    content = make_map(3, *shape)
    slope = torch.arange(shape[-1]).double() * 0.3
    edge = (torch.arange(shape[-1]) > 6).double()
    loss = Laplacian(content, pooling=2)
    assert loss(content + slope) < 1e-20 < 1e-3 < loss(content + edge)


def test_detail_below_the_pooling_is_not_seen():
    content = make_map(4, 1, 1, 16, 16)
    checkers = ((torch.arange(16)[:, None] + torch.arange(16)) % 2).double() - 0.5
    assert Laplacian(content)(content + checkers) < 1e-20


def test_narrow_maps_are_averaged_over_less():
    content = make_map(5, 1, 1, 7, 40)
    features = make_map(6, 1, 1, 7, 40)
    torch.testing.assert_close(Laplacian(content)(features), Laplacian(content, pooling=2)(features))


def test_two_positions_have_no_edges():
    with pytest.raises(ShapeError, match="needs three positions a side"):
        Laplacian(make_map(7, 1, 1, 2, 40))
