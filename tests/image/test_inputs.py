"""The inputs of methods are checked and converted, and results come back in the content's kind."""

import numpy as np
import pytest
import torch

from audiostyle.errors import ShapeError
from audiostyle.image.inputs import StylizeInputs


def test_nothing_done_gives_the_content_back_as_it_came(picture_pair):
    content, style = picture_pair
    tensor = torch.from_numpy(content)
    for picture in (content, content.astype(np.float64), tensor, tensor.double()):
        inputs = StylizeInputs.from_pictures(picture, style)
        result = inputs.finish(inputs.content)
        assert type(result) is type(picture)
        assert result.dtype == picture.dtype
        np.testing.assert_allclose(np.asarray(result), np.asarray(picture), atol=1e-7)


def test_strength_mixes_content_and_result(picture_pair):
    inputs = StylizeInputs.from_pictures(*picture_pair)
    white = torch.ones_like(inputs.content)
    np.testing.assert_allclose(inputs.finish(white, 0.25), 0.75 * picture_pair[0] + 0.25, atol=1e-6)


def test_results_are_clamped(picture_pair):
    inputs = StylizeInputs.from_pictures(*picture_pair)
    assert inputs.finish(inputs.content * 10 - 3).min() == 0
    assert inputs.finish(inputs.content * 10 - 3).max() == 1


def test_weights_are_shares(picture_pair):
    content, style = picture_pair
    assert StylizeInputs.from_pictures(content, [style, style], weights=[1, 3]).weights == [0.25, 0.75]
    assert StylizeInputs.from_pictures(content, [style, style]).weights == [0.5, 0.5]


@pytest.mark.parametrize("weights", [[1], [1, 2, 3], [1, 0], [1, -1], [1, float("nan")], [1, float("inf")]])
def test_other_weights_are_refused(picture_pair, weights):
    content, style = picture_pair
    with pytest.raises(ShapeError, match="weights"):
        StylizeInputs.from_pictures(content, [style, style], weights=weights)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros(4), "shape"),
        (np.zeros((4, 4, 4)), "transparent"),
        (np.zeros((0, 4, 3)), "shape"),
        (np.zeros((4, 4, 3), np.int32), "divide by the largest value"),
        (np.full((4, 4, 3), np.nan), "NaN"),
        (np.full((4, 4, 3), np.inf), "infinite"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(picture_pair, picture, message):
    with pytest.raises(ShapeError, match=f"the content .*{message}"):
        StylizeInputs.from_pictures(picture, picture_pair[1])
    with pytest.raises(ShapeError, match=f"style 2 .*{message}"):
        StylizeInputs.from_pictures(picture_pair[0], [picture_pair[1], picture])


def test_no_style_is_refused(picture_pair):
    with pytest.raises(ShapeError, match="at least one"):
        StylizeInputs.from_pictures(picture_pair[0], [])


def test_a_read_only_array_is_taken_without_a_warning(picture_pair, recwarn):
    content = picture_pair[0].copy()
    content.flags.writeable = False
    StylizeInputs.from_pictures(content, content)
    assert not recwarn.list
