"""Gram losses: definitions, what they are blind to, and what each of them sees that others do not."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from style_losses import make_map

from audiostyle.errors import ShapeError
from audiostyle.style import gram_loss
from audiostyle.style.losses import CenteredGram, Gram, MultiScaleGram, StyleAwareGram, TransformedGram
from audiostyle.style.losses.gram import make_pyramid

BLIND_TO_ORDER = [Gram, CenteredGram, StyleAwareGram]


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 8), st.integers(2, 12), st.integers(2, 12))
def test_it_is_the_functions_over_the_square_of_channels(channels, positions, others):
    one, other = make_map(0, 1, channels, positions), make_map(1, 1, channels, others)
    for kind, centered in ((Gram, False), (CenteredGram, True)):
        expected = gram_loss(one, other, centered=centered) / channels**2
        torch.testing.assert_close(kind(other)(one), expected, atol=1e-9, rtol=1e-7)


def test_it_is_four_times_what_gatys_wrote():
    """Eq. 4 with matrices that are not divided by the number of positions."""
    one, other = make_map(2, 1, 3, 4, 5), make_map(3, 1, 3, 4, 5)
    matrices = [part.flatten(2)[0] @ part.flatten(2)[0].mT for part in (one, other)]
    published = (matrices[0] - matrices[1]).square().sum() / (4 * 3**2 * 20**2)
    torch.testing.assert_close(Gram(other)(one), 4 * published)


@pytest.mark.parametrize("kind", BLIND_TO_ORDER)
def test_places_do_not_matter(kind, shape, shuffle):
    style, features = make_map(4, *shape), make_map(5, *shape)
    torch.testing.assert_close(kind(style)(shuffle(features)), kind(style)(features))


@pytest.mark.parametrize("kind", BLIND_TO_ORDER)
def test_pictures_are_sounds_with_more_axes(kind):
    style, features = make_map(6, 2, 3, 4, 5), make_map(7, 2, 3, 4, 5)
    flat = [part.movedim(1, 0).reshape(1, 3, 40) for part in (style, features)]
    torch.testing.assert_close(kind(style)(features), kind(flat[0])(flat[1]))


@pytest.mark.parametrize("kind", [Gram, CenteredGram, StyleAwareGram, MultiScaleGram, TransformedGram])
def test_a_mask_leaves_out_the_rest(kind, shape):
    """Statistics of the left half of both are those of maps that have nothing else."""
    style, features = make_map(8, *shape), make_map(9, *shape)
    half = (2 * ((shape[-1] + 7) // 8)) * 2  # of both pyramids' grids
    mask = torch.zeros(shape[2:])
    mask[..., :half] = 1
    options = {"scales": 1} if kind is MultiScaleGram else {}
    masked = kind(style, mask=mask, style_mask=mask, **options)(features)
    torch.testing.assert_close(masked, kind(style[..., :half], **options)(features[..., :half]))


def test_only_the_centered_one_is_blind_to_means():
    features = make_map(10, 1, 4, 30)
    assert CenteredGram(features)(features + 3) < 1e-20
    assert Gram(features)(features + 3) > 1


def test_style_aware_lies_between_zero_and_one_and_ignores_scale():
    style, features = make_map(11, 1, 4, 30).relu(), make_map(12, 1, 4, 30).relu()
    value = StyleAwareGram(style)(features)
    assert 0 < value < 1
    torch.testing.assert_close(StyleAwareGram(10 * style)(10 * features), value)
    assert StyleAwareGram(0 * style)(0 * features) == 0


def test_transformed_by_definition():
    style, features = make_map(13, 1, 2, 5, 6), make_map(14, 1, 2, 7, 6)
    matrices = []
    for part in (style, features):
        found = []
        for axis in (1, 0):  # columns, then rows
            for shift in (1, 2):
                pairs = [
                    torch.outer(
                        part[0, :, y, x], part[0, :, y + shift * (axis == 0), x + shift * (axis == 1)]
                    )
                    for y in range(part.shape[2] - shift * (axis == 0))
                    for x in range(part.shape[3] - shift * (axis == 1))
                ]
                found.append(torch.stack(pairs).mean(dim=0))
        matrices.append(torch.stack(found))
    expected = (matrices[0] - matrices[1]).square().mean()
    torch.testing.assert_close(TransformedGram(style, shifts=(1, 2))(features), expected)


def test_only_the_transformed_one_sees_the_order():
    stripes = torch.tensor([0.0, 1.0] * 8).double().expand(1, 1, 16, 16)
    blocks = torch.tensor([0.0, 0.0, 1.0, 1.0] * 4).double().expand(1, 1, 16, 16)
    assert Gram(stripes)(blocks) < 1e-20
    assert TransformedGram(stripes)(blocks) > 0.01
    assert TransformedGram(stripes)(stripes.mT) > 0.01


def test_transformed_hardly_changes_where_a_map_moves_around_its_ends():
    wave = torch.sin(torch.arange(64) * torch.pi / 8).double().expand(1, 1, 64)
    loss = TransformedGram(wave)
    assert loss(wave.roll(16, dims=2)) < 1e-6 < loss(wave.sort(dim=2).values)


def test_long_shifts_are_left_out_and_none_is_refused():
    style = make_map(15, 1, 2, 6)
    expected = TransformedGram(style, shifts=(1, 4))(style + 1)
    torch.testing.assert_close(TransformedGram(style, shifts=(1, 4, 50))(style + 1), expected)
    with pytest.raises(ShapeError, match="no shift among"):
        TransformedGram(style, shifts=(50,))(style)


def test_multi_scale_is_the_mean_over_a_pyramid():
    style, features = make_map(16, 1, 2, 8, 8), make_map(17, 1, 2, 12, 8)
    pairs = zip(make_pyramid(style, 3), make_pyramid(features, 3), strict=True)
    expected = torch.stack([Gram(one)(other) for one, other in pairs]).mean()
    torch.testing.assert_close(MultiScaleGram(style, scales=3)(features), expected)


def test_multi_scale_sees_large_things_that_single_values_hide():
    """Two maps of the same values, fine and coarse."""
    fine = torch.tensor([0.0, 1.0] * 8).double().expand(1, 1, 16)
    coarse = torch.tensor([0.0] * 8 + [1.0] * 8).double().expand(1, 1, 16)
    assert Gram(fine)(coarse) < 1e-20 < 0.01 < MultiScaleGram(fine)(coarse)


def test_a_pyramid_ends_where_a_side_does():
    assert [tuple(level.shape[2:]) for level in make_pyramid(torch.zeros(1, 1, 5, 40), 9)] == [
        (5, 40), (2, 20), (1, 10),
    ]  # fmt: skip
