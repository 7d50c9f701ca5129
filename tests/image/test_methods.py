"""Laws that hold for every method, with and without networks."""

import inspect
from functools import partial

import numpy as np
import pytest
import torch

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.image import idt, methods, mkl, reinhard, stylize

METHODS = {name: method.function for name, method in methods.METHODS.items()}
NETWORKS = {"develop", "photowct", "transport", "wct", "adain"}
PARTS = {"grade"}  # looks at places, so that not only colors count
COLORS = sorted(METHODS.keys() - NETWORKS - PARTS)


@pytest.fixture(params=METHODS)
def method(request):
    """Each method in turn; those with networks have small untrained ones."""
    chosen = METHODS[request.param]
    if request.param not in NETWORKS:
        return chosen
    return partial(chosen, backbone=request.getfixturevalue("untrained"), device="cpu")


@pytest.fixture(params=COLORS)
def colors(request):
    """Each method that works on colors, whose results are known without training."""
    return METHODS[request.param]


def halves(height: int, width: int) -> np.ndarray:
    mask = np.ones((height, width), dtype=int)
    mask[height // 2 :] = 2
    return mask


def test_one_skeleton():
    """Content and style, then the same options by name, then a method's own."""
    common = ["content", "style", "strength", "weights", "content_mask", "style_mask", "segments"]
    for chosen in METHODS.values():
        assert list(inspect.signature(chosen).parameters)[:7] == common


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.float16])
def test_size_type_and_range_are_kept_and_nothing_is_changed(method, picture_pair, kind):
    content, style = (picture.astype(kind) for picture in picture_pair)
    before = content.copy(), style.copy()
    result = method(content, style)
    assert isinstance(result, np.ndarray)
    assert (result.shape, result.dtype) == (content.shape, content.dtype)
    assert np.isfinite(result).all() and result.min() >= 0 and result.max() <= 1
    np.testing.assert_array_equal(content, before[0])
    np.testing.assert_array_equal(style, before[1])


def test_tensors_give_what_arrays_give(method, picture_pair):
    content, style = picture_pair
    result = method(torch.from_numpy(content), torch.from_numpy(style))
    assert isinstance(result, torch.Tensor) and result.dtype == torch.float32
    np.testing.assert_array_equal(result.numpy(), method(content, style))


def test_strength_zero_is_the_content(colors, picture_pair):
    np.testing.assert_array_equal(colors(*picture_pair, strength=0.0), picture_pair[0])


@pytest.mark.parametrize("strength", [-0.1, 1.1, np.nan])
def test_strength_out_of_range_is_an_error(method, picture_pair, strength):
    with pytest.raises(ShapeError, match="strength must lie between 0 and 1"):
        method(*picture_pair, strength=strength)


def test_masks_of_everything_are_no_masks(method, picture_pair):
    content, style = picture_pair
    whole = {"content_mask": np.full((7, 9), 3), "style_mask": np.full((5, 5), 3)}
    plain = method(content, style, segments="none")
    np.testing.assert_array_equal(method(content, style, **whole), plain)


def test_two_equal_styles_are_one(colors, picture_pair):
    content, style = picture_pair
    twice = colors(content, [style, style], weights=[3, 1])
    np.testing.assert_allclose(twice, colors(content, style), atol=2e-3)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 500), (2, 2)])
@pytest.mark.parametrize("which", ["content", "style", "both"])
def test_odd_sizes(colors, picture_pair, size, which):
    odd = np.random.default_rng(0).random((*size, 3))
    content = odd if which in ("content", "both") else picture_pair[0]
    style = odd if which in ("style", "both") else picture_pair[1]
    result = colors(content, style)
    assert result.shape == content.shape and np.isfinite(result).all()


@pytest.mark.parametrize("color", [0.0, 0.3, 1.0])
def test_constant_pictures(method, picture_pair, color):
    content, style = picture_pair
    for pair in ((np.full_like(content, color), style), (content, np.full_like(style, color))):
        result = method(*pair)
        assert np.isfinite(result).all()


@pytest.mark.parametrize("color", [0.0, 0.3, 1.0])
def test_a_style_of_one_color_gives_that_color(colors, picture_pair, color):
    content, style = picture_pair[0], np.full_like(picture_pair[1], color)
    grain = {"keep_grain": False} if colors is idt else {}
    np.testing.assert_allclose(colors(content, style, **grain), color, atol=2e-3)


def test_a_content_of_one_color_stays_of_one_color(colors, picture_pair):
    content = np.full_like(picture_pair[0], 0.6)
    assert np.ptp(colors(content, picture_pair[1]), axis=(0, 1)).max() < 1e-3


def test_content_as_its_own_style_changes_almost_nothing(colors, picture_pair):
    content = picture_pair[0]
    np.testing.assert_allclose(colors(content, content), content, atol=2 / 255)


def test_where_the_colors_of_a_style_lie_does_not_matter(colors, picture_pair):
    content, style = picture_pair
    shuffled = np.random.default_rng(1).permutation(style.reshape(-1, 3)).reshape(style.shape)
    np.testing.assert_allclose(colors(content, shuffled), colors(content, style), atol=2e-3)


def test_what_has_no_region_stays_content_and_the_rest_is_its_own_picture(colors, picture_pair):
    content, style = picture_pair
    content_mask, style_mask = halves(*content.shape[:2]), halves(*style.shape[:2])
    content_mask[content_mask == 2] = 9
    result = colors(content, style, content_mask=content_mask, style_mask=style_mask)
    np.testing.assert_array_equal(result[content_mask == 9], content[content_mask == 9])
    assert np.abs(result - content)[content_mask == 1].mean() > 0.01


def test_segments_are_soft_regions_for_every_method(method, landscape_pair):
    """Each gives another picture with them, and the same one every time."""
    content, style = landscape_pair
    plain, parted = (method(content, style, segments=segments) for segments in ("none", "auto"))
    assert np.isfinite(parted).all() and not np.array_equal(parted, plain)
    np.testing.assert_array_equal(parted, method(content, style, segments="auto"))


def test_segments_beside_masks_are_an_error_that_says_what_to_do(method, picture_pair):
    content, style = picture_pair
    masks = {"content_mask": halves(*content.shape[:2]), "style_mask": halves(*style.shape[:2])}
    with pytest.raises(AudiostyleError, match="leave out the masks, or segments"):
        method(content, style, segments="auto", **masks)


@pytest.mark.parametrize("chosen", [reinhard, mkl, partial(idt, keep_grain=False)])
def test_a_region_is_stylized_as_if_it_were_all_there_is(chosen, picture_pair):
    content, style = (picture[: 2 * (len(picture) // 2)] for picture in picture_pair)
    masked = chosen(
        content,
        style,
        content_mask=halves(*content.shape[:2]),
        style_mask=halves(*style.shape[:2]),
    )
    for rows, part in ((slice(None, 30), slice(None, 25)), (slice(30, None), slice(25, None))):
        np.testing.assert_allclose(masked[rows], chosen(content[rows], style[part]), atol=1e-5)


def test_styles_count_by_weight(colors, picture_pair):
    """One style almost alone is that style."""
    content, style = picture_pair
    other = np.full((9, 9, 3), 0.9, dtype=np.float32)
    mostly = colors(content, [style, other], weights=[1e6, 1])
    np.testing.assert_allclose(mostly, colors(content, style), atol=0.02)
    even = colors(content, [style, other])
    assert colors(content, style).mean() < even.mean() < 0.91


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda content, style: {"content": content[0, 0]}, "the content must have shape"),
        (
            lambda content, style: {"content": np.where(content > 0.8, np.nan, content)},
            "the content holds NaN",
        ),
        (lambda content, style: {"style": (style * 255).astype(np.int32)}, "style 1 must hold floats"),
        (lambda content, style: {"style": style[:0]}, "style 1 has no pixels"),
        (lambda content, style: {"weights": [1, 2]}, "as many positive weights"),
        (lambda content, style: {"content_mask": content[..., 0] > 0.5}, "no style mask"),
    ],
)
def test_bad_input_is_an_error_of_one_line(method, picture_pair, spoil, message):
    content, style = picture_pair
    arguments = {"content": content, "style": style} | spoil(content, style)
    with pytest.raises(ShapeError, match=message) as caught:
        method(**arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("method", sorted(NETWORKS))
@pytest.mark.parametrize("size", [(1, 1), (2, 7), (3, 90), (17, 31)])
def test_networks_take_any_size_and_give_a_picture_of_that_size(photo, landscape_pair, method, size):
    _, style = landscape_pair
    tiny = np.random.default_rng(0).random((*size, 3), dtype=np.float32)
    for one, other in ((tiny, style), (style, tiny)):
        result = stylize(one, other, method=method, backbone=photo)
        assert result.shape == one.shape
        assert np.isfinite(result).all() and result.min() >= 0 and result.max() <= 1


@pytest.mark.parametrize("method", sorted(NETWORKS))
def test_networks_make_no_nan_of_one_color(photo, landscape_pair, method):
    content, _ = landscape_pair
    flat = np.full((40, 40, 3), 0.3, np.float32)
    for one, other in ((flat, content), (content, flat), (flat, flat)):
        assert np.isfinite(stylize(one, other, method=method, backbone=photo)).all()
