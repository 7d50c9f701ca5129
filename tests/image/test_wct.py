"""WCT: after one level the features have the style's mean and covariance."""

import numpy as np
import pytest
import torch

from audiostyle.image import wct
from audiostyle.image.cascade import AutoencoderCascade
from audiostyle.image.inputs import StylizeInputs
from audiostyle.models.vgg import LEVELS
from audiostyle.style import wct as whiten_and_color


@pytest.mark.parametrize("levels", [LEVELS, (1, 2), (3,)])
def test_it_is_the_cascade_with_plain_upsampling(picture_pair, untrained, levels):
    cascade = AutoencoderCascade(untrained, levels, "nearest", whiten_and_color, 1.0)
    expected = cascade(StylizeInputs.from_pictures(*picture_pair)).clip(0, 1).movedim(0, 2)
    result = wct(*picture_pair, levels=levels, backbone=untrained)
    np.testing.assert_allclose(result, expected.numpy(), atol=1e-6)


def test_the_order_of_levels_matters(picture_pair, untrained):
    down, up = (wct(*picture_pair, levels=levels, backbone=untrained) for levels in ((2, 1), (1, 2)))
    assert np.abs(down - up).max() > 0.01


def test_without_strength_it_is_the_round_trip(picture_pair, untrained):
    content = torch.from_numpy(picture_pair[0]).movedim(2, 0)[None]
    with torch.no_grad():
        expected = untrained.decoder(2, "nearest")(*untrained.encoder(content, 2))[0]
    result = wct(*picture_pair, strength=0.0, levels=(2,), backbone=untrained)
    np.testing.assert_allclose(result, expected.clip(0, 1).movedim(0, 2).numpy(), atol=1e-6)
