"""Maps of layers: those of the network's own trace, whole or in tiles."""

import pytest
import torch

from audiostyle.errors import AudiostyleError
from audiostyle.image.optimization.features import PictureFeatures, list_layers
from audiostyle.image.optimization.tiled import split_layer
from audiostyle.models.vgg import VGG16, VGGConfig, VGGEncoder

ENCODER = VGGEncoder(VGGConfig((4, 6, 8, 10), (2, 2, 2, 1))).requires_grad_(False)


def make_picture(*sides: int) -> torch.Tensor:
    return torch.rand(1, 3, *sides, generator=torch.Generator().manual_seed(0))


def test_first_layers_of_blocks_are_those_of_the_encoders_trace():
    picture = make_picture(37, 50)
    traced, _ = ENCODER.trace(picture)
    maps = PictureFeatures(ENCODER, ["relu1_1", "relu2_1", "relu3_1", "relu4_1"])(picture)
    for features, expected in zip(maps.values(), traced, strict=True):
        torch.testing.assert_close(features, expected)


def test_maps_come_in_the_order_of_their_names_with_the_picture_itself():
    picture = make_picture(16, 16)
    maps = PictureFeatures(ENCODER, ["relu3_2", "input", "relu1_2"])(picture)
    assert set(maps) == {"relu3_2", "input", "relu1_2"} and maps["input"] is picture
    assert maps["relu1_2"].shape == (1, 4, 16, 16) and maps["relu3_2"].shape == (1, 8, 4, 4)


@pytest.mark.parametrize("pooling", ["max", "average"])
def test_tiles_change_neither_maps_nor_gradients(pooling):
    names = ["relu1_2", "relu2_1", "relu3_1"]
    found = []
    for tile in (16, 1024):
        picture = make_picture(61, 83).requires_grad_()
        maps = PictureFeatures(ENCODER, names, pooling, tile)(picture)
        sum((features**2).mean() for features in maps.values()).backward()
        found.append([*maps.values(), picture.grad])
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


def test_averages_are_not_maxima():
    picture = make_picture(16, 16)
    one, other = (
        PictureFeatures(ENCODER, ["relu2_1"], how)(picture)["relu2_1"] for how in ("max", "average")
    )
    assert not torch.allclose(one, other)


def test_vggs_layers_have_their_usual_names():
    names = list_layers(VGG16)
    assert names[:3] == ["relu1_1", "relu1_2", "relu2_1"] and names[-2:] == ["relu3_3", "relu4_1"]
    assert split_layer("relu3_2") == (3, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["relu3_4"],), "no layer 'relu3_4', did you mean 'relu3_"),
        ((["relu3_1"], "median"), "pooling must be max or average"),
    ],
)
def test_what_there_is_not_is_refused(arguments, message):
    with pytest.raises(AudiostyleError, match=message):
        PictureFeatures(ENCODER, *arguments)
