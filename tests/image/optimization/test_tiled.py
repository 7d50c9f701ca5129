"""Large pictures in tiles: losses and gradients are those of the whole, and no whole map is made."""

import pytest
import torch

from audiostyle.image.optimization.features import PictureFeatures
from audiostyle.image.optimization.tiled import split_layer
from audiostyle.models.vgg import VGGConfig, VGGEncoder
from audiostyle.style.losses import At, BatchNormStatistics, Gram, Mean, Perceptual, WeightedSum
from audiostyle.style.losses.moments import MapMoments, list_moments

ENCODER = VGGEncoder(VGGConfig((4, 6, 8, 10), (2, 2, 2, 1))).requires_grad_(False)
NAMES = ("relu1_1", "relu2_2", "relu3_1")


def make_picture(seed: int, *sides: int) -> torch.Tensor:
    return torch.rand(2, 3, *sides, generator=torch.Generator().manual_seed(seed))


def make_loss(mask: torch.Tensor | None = None) -> WeightedSum:
    maps = PictureFeatures(ENCODER, NAMES)(make_picture(1, 40, 52))
    target = PictureFeatures(ENCODER, NAMES)(make_picture(2, 61, 83))["relu3_1"]
    grams = At({name: Mean([Gram(maps[name], mask=mask), Gram(maps[name])]) for name in NAMES[:2]})
    return grams + 2 * (
        At({"relu1_1": BatchNormStatistics(maps["relu1_1"], mask=mask)}) + At({"relu3_1": Perceptual(target)})
    )


@pytest.mark.parametrize(("pooling", "masked"), [("max", False), ("average", True)])
def test_a_loss_of_moments_and_maps_is_the_same_in_tiles(pooling, masked):
    loss = make_loss((torch.arange(61)[:, None] + torch.arange(83)) % 50 / 50 if masked else None)
    moments = list_moments(loss)
    assert {name: len(masks) for name, masks in moments.items()} == dict.fromkeys(NAMES[:2], 1 + masked)
    found = []
    for tile in (16, 1024):
        picture = make_picture(0, 61, 83).requires_grad_()
        maps = PictureFeatures(ENCODER, NAMES, pooling, tile, moments)(picture)
        value = loss(maps)
        value.backward()
        found.append((value.detach(), picture.grad))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-7)


def test_only_maps_that_are_needed_are_made():
    maps = PictureFeatures(ENCODER, NAMES, tile=16, moments={name: [None] for name in NAMES[:2]})(
        make_picture(0, 61, 83)
    )
    assert [isinstance(maps[name], MapMoments) for name in NAMES] == [True, True, False]
    assert maps["relu3_1"].shape == (2, 8, 16, 21)


def test_what_is_not_asked_for_adds_nothing_to_the_gradient():
    picture = make_picture(0, 61, 83).requires_grad_()
    maps = PictureFeatures(ENCODER, NAMES, tile=16, moments={NAMES[0]: [None]})(picture)
    (gradient,) = torch.autograd.grad(maps["relu2_2"].square().sum(), picture)
    whole = PictureFeatures(ENCODER, NAMES)(picture)["relu2_2"].square().sum()
    torch.testing.assert_close(gradient, torch.autograd.grad(whole, picture)[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_2", "relu4_1"])
def test_the_reach_is_enough(name):
    """A pixel so far away that it lies outside the halo of a position changes nothing there."""
    reach = ENCODER.config.reach_down(*split_layer(name))
    features = PictureFeatures(ENCODER, [name])
    picture = make_picture(3, 128, 128)[:1]
    changed = picture.clone()
    changed[..., 64:72, 64:72] = 0
    differ = (features(picture)[name] != features(changed)[name]).any(dim=1)[0].nonzero()
    step = 128 // features(picture)[name].shape[-1]
    assert int(differ.min()) * step >= 64 - reach - step + 1
    assert int(differ.max()) * step <= 71 + reach
