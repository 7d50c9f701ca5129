"""One size: what is seen of pictures, and the loss that is made of them."""

import dataclasses

import numpy as np
import torch

from audiostyle.image.inputs import StylizeInputs
from audiostyle.image.optimization.pixels import fit_picture, to_gray
from audiostyle.image.optimization.presets import get_preset
from audiostyle.image.optimization.stages import Stage, make_areas
from audiostyle.style.losses import Gram
from audiostyle.style.losses.moments import MapMoments

GATYS = get_preset("gatys")


def open_pair(pair, **masks):
    return StylizeInputs.from_pictures(*pair, **masks)


def test_the_loss_is_of_the_styles_maps(untrained, picture_pair):
    settings = dataclasses.replace(GATYS, loss="gram@relu2_1")
    stage = Stage(open_pair(picture_pair), untrained.encoder, settings, 48)
    assert max(stage.content.shape) == 48
    style = torch.from_numpy(picture_pair[1]).movedim(2, 0)[None]
    maps = stage.features(fit_picture(style, 48))
    point = stage.bands.to_point(torch.rand(stage.content.shape))
    expected = Gram(maps["relu2_1"])(stage.extract(point)["relu2_1"])
    torch.testing.assert_close(stage.loss(stage.extract(point)), expected)


def test_photorealism_is_one_more_term(untrained, picture_pair):
    stage = Stage(open_pair(picture_pair), untrained.encoder, get_preset("luan"), 32)
    assert "V_cᵀ M V_c" in repr(stage.loss)


def test_a_gray_stage_sees_no_color(untrained, picture_pair):
    inputs = open_pair(picture_pair)
    stage = Stage(inputs, untrained.encoder, GATYS, 32, gray=True)
    picture = torch.rand(stage.content.shape)
    one, other = (
        stage.loss(stage.extract(stage.bands.to_point(part))) for part in (picture, to_gray(picture))
    )
    torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4)


def test_strokes_see_the_style_at_several_sizes(untrained, picture_pair):
    losses = []
    for size in (0, 1):
        settings = dataclasses.replace(GATYS, loss=f"stroke:size={size}@relu2_1")
        stage = Stage(open_pair(picture_pair), untrained.encoder, settings, 32)
        losses.append(float(stage.loss(stage.features(stage.content))))
    assert losses[0] != losses[1]


def test_masks_are_areas_and_no_masks_are_none(picture_pair):
    assert make_areas(open_pair(picture_pair), torch.device("cpu")) == []
    masks = {
        "content_mask": np.arange(61 * 83).reshape(61, 83) // (61 * 83 // 4) % 2,
        "style_mask": np.arange(50 * 41).reshape(50, 41) % 2,
    }
    areas = make_areas(open_pair(picture_pair, **masks), torch.device("cpu"))
    assert len(areas) == 2
    assert abs(sum(area.share for area in areas) - 1) < 1e-6


def test_masked_pictures_in_tiles_have_the_same_loss_without_whole_maps(untrained, picture_pair):
    masks = {
        "content_mask": (np.arange(61)[:, None] + np.arange(83)) // 50 % 2,
        "style_mask": np.arange(50 * 41).reshape(50, 41) % 2,
    }
    stage = Stage(open_pair(picture_pair, **masks), untrained.encoder, GATYS, 64)
    point = stage.bands.to_point(torch.rand(stage.content.shape, generator=torch.Generator().manual_seed(0)))
    expected = stage.loss(stage.extract(point))
    stage.features = dataclasses.replace(stage.features, tile=16)
    maps = stage.extract(point)
    assert isinstance(maps["relu1_1"], MapMoments) and isinstance(maps["relu4_1"], torch.Tensor)
    torch.testing.assert_close(stage.loss(maps), expected, rtol=1e-4, atol=1e-6)
