"""One size: what is seen of pictures, and the loss that is made of them."""

import dataclasses

import numpy as np
import torch

from audiostyle.image.inputs import StylizeInputs
from audiostyle.image.optimization.presets import get_preset
from audiostyle.image.optimization.stages import Stage, fit_picture, make_areas, to_gray, to_picture, to_point
from audiostyle.style.losses import Gram

GATYS = get_preset("gatys")


def open_pair(pair, **masks):
    return StylizeInputs.from_pictures(*pair, **masks)


def test_points_are_pictures_and_back():
    picture = torch.linspace(0.01, 0.99, 30)
    torch.testing.assert_close(to_picture(to_point(picture)), picture)
    black_and_white = to_picture(to_point(torch.tensor([0.0, 1.0])))
    torch.testing.assert_close(black_and_white, torch.tensor([0.0, 1.0]), atol=2e-3, rtol=0)


def test_pictures_keep_their_proportions():
    assert fit_picture(torch.rand(1, 3, 40, 30), 20).shape == (1, 3, 20, 15)
    assert fit_picture(torch.rand(1, 3, 400, 2), 20).shape == (1, 3, 20, 1)
    same = torch.rand(1, 3, 8, 8)
    assert fit_picture(same, 8) is same


def test_the_loss_is_of_the_styles_maps(untrained, picture_pair):
    settings = dataclasses.replace(GATYS, loss="gram@relu2_1")
    stage = Stage(open_pair(picture_pair), untrained.encoder, settings, 48)
    assert max(stage.content.shape) == 48
    style = torch.from_numpy(picture_pair[1]).movedim(2, 0)[None]
    maps = stage.features(fit_picture(style, 48))
    point = to_point(torch.rand(stage.content.shape))
    expected = Gram(maps["relu2_1"])(stage.extract(point)["relu2_1"])
    torch.testing.assert_close(stage.loss(stage.extract(point)), expected)


def test_photorealism_is_one_more_term(untrained, picture_pair):
    stage = Stage(open_pair(picture_pair), untrained.encoder, get_preset("luan"), 32)
    assert "V_cᵀ M V_c" in repr(stage.loss)


def test_a_gray_stage_sees_no_color(untrained, picture_pair):
    inputs = open_pair(picture_pair)
    stage = Stage(inputs, untrained.encoder, GATYS, 32, gray=True)
    picture = torch.rand(stage.content.shape)
    one, other = (stage.loss(stage.extract(to_point(part))) for part in (picture, to_gray(picture)))
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
