"""Sizes of strokes and stages: interpolation, closed forms."""

import pytest
import torch
from style_losses import make_map

from audiostyle.errors import ShapeError
from audiostyle.style.losses import Gram, Hierarchical, Stroke
from audiostyle.style.losses.scales import halve_repeatedly

FINE, MIDDLE, COARSE = (make_map(seed, 1, 3, 10 + seed, 12) for seed in range(3))
FEATURES = make_map(9, 1, 3, 8, 8)


@pytest.mark.parametrize(("size", "style"), [(0, FINE), (0.5, MIDDLE), (1, COARSE)])
def test_at_a_given_size_it_is_gram(size, style):
    loss = Stroke([FINE, MIDDLE, COARSE], size=size)
    torch.testing.assert_close(loss(FEATURES), Gram(style)(FEATURES))


def test_sizes_between_are_between():
    """The target moves on a straight line, so at a quarter it is the mean of those at 0 and at a half."""
    targets = [Stroke([FINE, MIDDLE, COARSE], size=size).target for size in (0, 0.25, 0.5)]
    torch.testing.assert_close(targets[1], (targets[0] + targets[2]) / 2)


def test_masks_are_those_of_gram():
    mask = torch.zeros(8, 8)
    mask[:, :4] = 1
    expected = Gram(FINE, mask=mask, style_mask=mask)(FEATURES)
    torch.testing.assert_close(Stroke([FINE], mask=mask, style_mask=mask)(FEATURES), expected)


@pytest.mark.parametrize("styles", [[], FINE])
def test_strokes_need_a_list(styles):
    with pytest.raises(ShapeError, match="a list of maps"):
        Stroke(styles)


def test_a_size_out_of_range_is_refused():
    with pytest.raises(ShapeError, match="size must lie between 0 and 1"):
        Stroke([FINE], size=2)


def test_stages_are_gram_losses_at_their_sizes():
    style = make_map(3, 1, 3, 16, 16)
    levels = halve_repeatedly(style, 3)
    stages = [make_map(seed, 1, 3, 4 * 2**seed, 4 * 2**seed) for seed in range(3)]
    expected = sum(
        weight * Gram(level)(stage)
        for weight, level, stage in zip((1, 2, 3), levels[::-1], stages, strict=True)
    )
    torch.testing.assert_close(Hierarchical(style, weights=(1, 2, 3))(stages), expected)


def test_one_map_counts_at_all_sizes(shape):
    style, features = make_map(4, *shape), make_map(5, *shape)
    loss = Hierarchical(style)
    torch.testing.assert_close(loss(features), loss(halve_repeatedly(features, 3)[::-1]))


def test_it_sees_large_things_that_single_values_hide():
    fine = torch.tensor([0.0, 1.0] * 8).double().expand(1, 1, 16)
    coarse = torch.tensor([0.0] * 8 + [1.0] * 8).double().expand(1, 1, 16)
    assert Gram(fine)(coarse) < 1e-20 < 0.01 < Hierarchical(fine)(coarse)


def test_a_mask_of_the_style_leaves_out_the_rest():
    style, mask = make_map(6, 1, 3, 16), torch.arange(16) < 8
    expected = Hierarchical(style[..., :8])(FEATURES.flatten(2))
    torch.testing.assert_close(Hierarchical(style, style_mask=mask)(FEATURES.flatten(2)), expected)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Hierarchical(FINE, weights=(1, 2)), "3 stages need as many weights, not 2"),
        (lambda: Hierarchical(FINE)([FINE, FINE]), "there are 3 stages, and maps of 2"),
    ],
)
def test_other_numbers_of_stages_are_refused(call, message):
    with pytest.raises(ShapeError, match=message):
        call()
