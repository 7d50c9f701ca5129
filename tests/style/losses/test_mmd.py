"""MMD: the square of the polynomial kernel is Gram, estimates are near what they estimate."""

import pytest
import torch
from style_losses import make_map

from audiostyle.errors import AudiostyleError
from audiostyle.style import gram_loss
from audiostyle.style.losses import MMD
from audiostyle.style.losses.mmd import choose_positions


def compute_naively(one, other, kernel):
    """Over all pairs of positions."""
    x, y = (part.movedim(1, -1).flatten(0, -2) for part in (one, other))
    return kernel(x, x).mean() - 2 * kernel(x, y).mean() + kernel(y, y).mean()


def test_the_square_of_products_is_the_gram_loss(shape):
    style, features = make_map(0, *shape), make_map(1, *shape)
    found = MMD(style, kernel="polynomial", degree=2, constant=0)(features)
    torch.testing.assert_close(found, gram_loss(features, style))


@pytest.mark.parametrize("constant", [0.0, 1.5])
def test_the_polynomial_kernel_by_definition(constant):
    style, features = make_map(2, 1, 3, 9), make_map(3, 1, 3, 11)
    expected = compute_naively(features, style, lambda x, y: (x @ y.mT + constant) ** 2)
    torch.testing.assert_close(MMD(style, kernel="polynomial", constant=constant)(features), expected)


def test_the_linear_kernel_by_definition():
    style, features = make_map(4, 1, 3, 9), make_map(5, 1, 3, 11)
    expected = compute_naively(features, style, lambda x, y: x @ y.mT)
    torch.testing.assert_close(MMD(style)(features), expected)


@pytest.mark.parametrize("options", [{"kernel": "gaussian"}, {"kernel": "polynomial", "degree": 3}])
def test_estimates_are_near_all_pairs(options):
    style, features = make_map(6, 1, 2, 40), 0.5 * make_map(7, 1, 2, 30) + 1
    loss = MMD(style, pairs=200_000, **options)

    def kernel(x, y):
        if "degree" in options:
            return (x @ y.mT) ** 3
        return torch.exp(-torch.cdist(x, y).square() / (2 * loss.gamma))

    expected = compute_naively(features, style, kernel)
    torch.testing.assert_close(loss(features), expected, rtol=0.05, atol=0.005)


def test_the_width_of_the_gaussian_is_the_mean_squared_distance():
    style = make_map(8, 1, 2, 50)
    columns = style[0].mT
    expected = torch.cdist(columns, columns).square().mean()
    assert MMD(style, kernel="gaussian", pairs=200_000).gamma == pytest.approx(float(expected), rel=0.05)


@pytest.mark.parametrize("kernel", ["linear", "polynomial"])
def test_places_do_not_matter(kernel, shape, shuffle):
    style, features = make_map(9, *shape), make_map(10, *shape)
    loss = MMD(style, kernel=kernel)
    torch.testing.assert_close(loss(shuffle(features)), loss(features))


@pytest.mark.parametrize("kernel", ["linear", "polynomial"])
def test_a_mask_leaves_out_the_rest(kernel):
    style, features, mask = make_map(11, 1, 3, 10), make_map(12, 1, 3, 10), torch.arange(10) < 4
    masked = MMD(style, kernel=kernel, mask=mask, style_mask=mask)(features)
    torch.testing.assert_close(masked, MMD(style[..., :4], kernel=kernel)(features[..., :4]))


def test_estimates_draw_inside_the_mask_only():
    style, mask = make_map(13, 1, 3, 10), torch.arange(10) < 4
    outside = torch.where(mask, style, 1e6)
    loss = MMD(style, kernel="gaussian", mask=mask, style_mask=mask)
    torch.testing.assert_close(loss(outside), loss(style))


def test_other_pairs_are_drawn_between_steps_and_seeds_decide_them():
    style, features = make_map(14, 1, 3, 30), make_map(15, 1, 3, 30)
    one, other = (MMD(style, kernel="gaussian", pairs=50, seed=3) for _ in range(2))
    first = one(features)
    assert one(features) == first == other(features)
    one.advance(features)
    assert one(features) != first


def test_weights_choose_as_often_as_they_count():
    draws = torch.rand(10_000, generator=torch.Generator().manual_seed(0)).double()
    counts = torch.bincount(choose_positions(draws, 3, torch.tensor([0.5, 0.0, 0.5])), minlength=3)
    assert counts[1] == 0 and abs(int(counts[0]) - 5000) < 200


def test_another_kernel_is_refused():
    with pytest.raises(AudiostyleError, match="kernel must be one of linear"):
        MMD(make_map(0, 1, 2, 3), kernel="cubic")
