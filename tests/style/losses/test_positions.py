"""Masks are weights of positions, whatever their resolution."""

import pytest
import torch
from style_losses import make_map

from audiostyle.errors import ShapeError
from audiostyle.style.losses.positions import check_map, compute_mean, to_columns, weigh_positions


def test_columns_are_the_positions():
    features = make_map(0, 2, 3, 4, 5)
    columns = to_columns(features)
    assert columns.shape == (40, 3)
    torch.testing.assert_close(columns[21], features[1, :, 0, 1])


@pytest.mark.parametrize("sides", [(8, 12), (4, 6), (9, 7)])
def test_a_mask_of_any_resolution_has_the_sum_one(sides):
    mask = torch.zeros(*sides)
    mask[: sides[0] // 2] = 1
    weights = weigh_positions(mask, torch.zeros(1, 2, 4, 6), "the mask").reshape(4, 6)
    assert weights.sum() == pytest.approx(1) and weights[0].sum() > weights[3].sum()


def test_a_mask_is_averaged_over_the_area_of_a_position():
    mask = torch.tensor([1.0, 0.0, 1.0, 1.0])
    assert weigh_positions(mask, torch.zeros(1, 1, 2), "the mask").tolist() == pytest.approx([1 / 3, 2 / 3])


def test_each_map_of_a_batch_may_have_its_own():
    mask = torch.tensor([[1, 0], [0, 0]])
    assert weigh_positions(mask, torch.zeros(2, 1, 2), "the mask").tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (torch.zeros(4), "is empty"),
        (torch.tensor([1.0, -1, 0, 0]), "finite numbers of 0 or more"),
        (torch.tensor([1.0, torch.nan, 0, 0]), "finite numbers of 0 or more"),
        (torch.ones(1, 1, 4), "does not fit"),
        (torch.ones(3, 4), "is of 3 maps, not of 1"),
    ],
)
def test_other_masks_are_refused(mask, message):
    with pytest.raises(ShapeError, match=message):
        weigh_positions(mask, torch.zeros(1, 2, 4), "the mask")


def test_weighted_means_are_means_of_what_is_inside():
    columns, mask = make_map(1, 10, 3), torch.arange(10) < 4
    torch.testing.assert_close(compute_mean(columns, mask / mask.sum()), columns[:4].mean(dim=0))


def test_other_numbers_of_channels_are_refused():
    with pytest.raises(ShapeError, match="the map has 2 channels, what it is compared with 3"):
        check_map(torch.zeros(1, 2, 4), "the map", 3)
