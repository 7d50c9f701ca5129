"""What every method has in common, those of colour and those with networks alike."""

import inspect
from functools import partial

import numpy as np
import pytest
import torch

from audiostyle.errors import ShapeError
from audiostyle.image import idt, methods, mkl, reinhard

METHODS = {name: method.function for name, method in methods.METHODS.items()}
NETWORKS = {"photowct", "wct", "adain"}
COLOURS = sorted(METHODS.keys() - NETWORKS)


@pytest.fixture(params=METHODS)
def method(request):
    """Each method in turn; those with networks have small untrained ones."""
    chosen = METHODS[request.param]
    if request.param not in NETWORKS:
        return chosen
    return partial(chosen, backbone=request.getfixturevalue("untrained"), device="cpu")


@pytest.fixture(params=COLOURS)
def colours(request):
    """Each method that works on colours, whose results are known without training."""
    return METHODS[request.param]


def halves(height: int, width: int) -> np.ndarray:
    mask = np.ones((height, width), dtype=int)
    mask[height // 2 :] = 2
    return mask


def test_one_skeleton():
    """Content and style, then the same options by name, then a method's own."""
    common = ["content", "style", "strength", "weights", "content_mask", "style_mask"]
    for chosen in METHODS.values():
        assert list(inspect.signature(chosen).parameters)[:6] == common


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.float16])
def test_size_type_and_range_are_kept_and_nothing_is_changed(method, scene_pair, kind):
    content, style = (picture.astype(kind) for picture in scene_pair)
    before = content.copy(), style.copy()
    result = method(content, style)
    assert isinstance(result, np.ndarray)
    assert (result.shape, result.dtype) == (content.shape, content.dtype)
    assert np.isfinite(result).all() and result.min() >= 0 and result.max() <= 1
    np.testing.assert_array_equal(content, before[0])
    np.testing.assert_array_equal(style, before[1])


def test_tensors_give_what_arrays_give(method, scene_pair):
    content, style = scene_pair
    result = method(torch.from_numpy(content), torch.from_numpy(style))
    assert isinstance(result, torch.Tensor) and result.dtype == torch.float32
    np.testing.assert_array_equal(result.numpy(), method(content, style))


def test_strength_zero_is_the_content(colours, scene_pair):
    np.testing.assert_array_equal(colours(*scene_pair, strength=0.0), scene_pair[0])


@pytest.mark.parametrize("strength", [-0.1, 1.1, np.nan])
def test_strength_out_of_range_is_an_error(method, scene_pair, strength):
    with pytest.raises(ShapeError, match="strength must lie between 0 and 1"):
        method(*scene_pair, strength=strength)


def test_masks_of_everything_are_no_masks(method, scene_pair):
    content, style = scene_pair
    whole = {"content_mask": np.full((7, 9), 3), "style_mask": np.full((5, 5), 3)}
    np.testing.assert_array_equal(method(content, style, **whole), method(content, style))


def test_two_equal_styles_are_one(colours, scene_pair):
    content, style = scene_pair
    twice = colours(content, [style, style], weights=[3, 1])
    np.testing.assert_allclose(twice, colours(content, style), atol=2e-3)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 500), (2, 2)])
@pytest.mark.parametrize("which", ["content", "style", "both"])
def test_odd_sizes(colours, scene_pair, size, which):
    odd = np.random.default_rng(0).random((*size, 3))
    content = odd if which in ("content", "both") else scene_pair[0]
    style = odd if which in ("style", "both") else scene_pair[1]
    result = colours(content, style)
    assert result.shape == content.shape and np.isfinite(result).all()


@pytest.mark.parametrize("colour", [0.0, 0.3, 1.0])
def test_constant_pictures(method, scene_pair, colour):
    content, style = scene_pair
    for pair in ((np.full_like(content, colour), style), (content, np.full_like(style, colour))):
        result = method(*pair)
        assert np.isfinite(result).all()


@pytest.mark.parametrize("colour", [0.0, 0.3, 1.0])
def test_a_style_of_one_colour_gives_that_colour(colours, scene_pair, colour):
    content, style = scene_pair[0], np.full_like(scene_pair[1], colour)
    grain = {"keep_grain": False} if colours is idt else {}
    np.testing.assert_allclose(colours(content, style, **grain), colour, atol=2e-3)


def test_a_content_of_one_colour_stays_of_one_colour(colours, scene_pair):
    content = np.full_like(scene_pair[0], 0.6)
    assert np.ptp(colours(content, scene_pair[1]), axis=(0, 1)).max() < 1e-3


def test_content_as_its_own_style_changes_almost_nothing(colours, scene_pair):
    content = scene_pair[0]
    np.testing.assert_allclose(colours(content, content), content, atol=2 / 255)


def test_where_the_colours_of_a_style_lie_does_not_matter(colours, scene_pair):
    content, style = scene_pair
    shuffled = np.random.default_rng(1).permutation(style.reshape(-1, 3)).reshape(style.shape)
    np.testing.assert_allclose(colours(content, shuffled), colours(content, style), atol=2e-3)


def test_what_has_no_segment_stays_content_and_the_rest_is_its_own_scene(colours, scene_pair):
    content, style = scene_pair
    content_mask, style_mask = halves(*content.shape[:2]), halves(*style.shape[:2])
    content_mask[content_mask == 2] = 9
    result = colours(content, style, content_mask=content_mask, style_mask=style_mask)
    np.testing.assert_array_equal(result[content_mask == 9], content[content_mask == 9])
    assert np.abs(result - content)[content_mask == 1].mean() > 0.01


@pytest.mark.parametrize("chosen", [reinhard, mkl, partial(idt, keep_grain=False)])
def test_a_segment_is_stylised_as_if_it_were_all_there_is(chosen, scene_pair):
    content, style = (picture[: 2 * (len(picture) // 2)] for picture in scene_pair)
    masked = chosen(
        content,
        style,
        content_mask=halves(*content.shape[:2]),
        style_mask=halves(*style.shape[:2]),
    )
    for rows, part in ((slice(None, 30), slice(None, 25)), (slice(30, None), slice(25, None))):
        np.testing.assert_allclose(masked[rows], chosen(content[rows], style[part]), atol=1e-5)


def test_styles_count_by_weight(colours, scene_pair):
    """One style almost alone is that style."""
    content, style = scene_pair
    other = np.full((9, 9, 3), 0.9, dtype=np.float32)
    mostly = colours(content, [style, other], weights=[1e6, 1])
    np.testing.assert_allclose(mostly, colours(content, style), atol=0.02)
    even = colours(content, [style, other])
    assert colours(content, style).mean() < even.mean() < 0.91


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda content, style: {"content": content[..., 0]}, "the content must have shape"),
        (
            lambda content, style: {"content": np.where(content > 0.8, np.nan, content)},
            "the content holds NaN",
        ),
        (lambda content, style: {"style": (style * 255).astype(np.uint8)}, "style 1 must hold floats"),
        (lambda content, style: {"style": style[:0]}, "style 1 has no pixels"),
        (lambda content, style: {"weights": [1, 2]}, "as many positive weights"),
        (lambda content, style: {"content_mask": content[..., 0] > 0.5}, "no style mask"),
    ],
)
def test_bad_input_is_an_error_of_one_line(method, scene_pair, spoil, message):
    content, style = scene_pair
    arguments = {"content": content, "style": style} | spoil(content, style)
    with pytest.raises(ShapeError, match=message) as caught:
        method(**arguments)
    assert "\n" not in str(caught.value)
