"""What methods start from: checked, converted, given back as it came."""

import numpy as np
import pytest
import torch

from audiostyle.errors import ShapeError
from audiostyle.image.inputs import StylizeInputs


def test_nothing_done_gives_the_content_back_as_it_came(scene_pair):
    content, style = scene_pair
    tensor = torch.from_numpy(content)
    for picture in (content, content.astype(np.float64), tensor, tensor.double()):
        scene = StylizeInputs.of(picture, style)
        result = scene.finish(scene.content)
        assert type(result) is type(picture)
        assert result.dtype == picture.dtype
        np.testing.assert_allclose(np.asarray(result), np.asarray(picture), atol=1e-7)


def test_strength_mixes_content_and_result(scene_pair):
    scene = StylizeInputs.of(*scene_pair)
    white = torch.ones_like(scene.content)
    np.testing.assert_allclose(scene.finish(white, 0.25), 0.75 * scene_pair[0] + 0.25, atol=1e-6)


def test_results_are_clamped(scene_pair):
    scene = StylizeInputs.of(*scene_pair)
    assert scene.finish(scene.content * 10 - 3).min() == 0
    assert scene.finish(scene.content * 10 - 3).max() == 1


def test_weights_are_shares(scene_pair):
    content, style = scene_pair
    assert StylizeInputs.of(content, [style, style], weights=[1, 3]).weights == [0.25, 0.75]
    assert StylizeInputs.of(content, [style, style]).weights == [0.5, 0.5]


@pytest.mark.parametrize("weights", [[1], [1, 2, 3], [1, 0], [1, -1], [1, float("nan")], [1, float("inf")]])
def test_other_weights_are_refused(scene_pair, weights):
    content, style = scene_pair
    with pytest.raises(ShapeError, match="weights"):
        StylizeInputs.of(content, [style, style], weights=weights)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((4, 4)), "shape"),
        (np.zeros((4, 4, 4)), "shape"),
        (np.zeros((0, 4, 3)), "shape"),
        (np.zeros((4, 4, 3), np.uint8), "divide by the largest value"),
        (np.full((4, 4, 3), np.nan), "NaN"),
        (np.full((4, 4, 3), np.inf), "infinite"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(scene_pair, picture, message):
    with pytest.raises(ShapeError, match=f"the content .*{message}"):
        StylizeInputs.of(picture, scene_pair[1])
    with pytest.raises(ShapeError, match=f"style 2 .*{message}"):
        StylizeInputs.of(scene_pair[0], [scene_pair[1], picture])


def test_no_style_is_refused(scene_pair):
    with pytest.raises(ShapeError, match="at least one"):
        StylizeInputs.of(scene_pair[0], [])
