"""Laws of matching masks: every pixel is accounted for, and every mistake is reported."""

import logging

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from audiostyle.errors import ShapeError
from audiostyle.image.masks import MIN_PIXELS, match_regions

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
LABELS = hnp.arrays(
    np.int64, hnp.array_shapes(min_dims=2, max_dims=2, min_side=4, max_side=12), elements=st.integers(0, 2)
)


def halves(height: int, width: int, top: int = 1, bottom: int = 2) -> np.ndarray:
    mask = np.full((height, width), top)
    mask[height // 2 :] = bottom
    return mask


def painted(mask: np.ndarray, *colors: tuple[int, int, int]) -> np.ndarray:
    return np.array([(0, 0, 0), *colors], dtype=np.uint8)[mask]


@pytest.mark.parametrize("masks", [None, [None, None]])
def test_without_masks_one_region_is_everything(masks):
    (region,) = match_regions(None, masks, (3, 5), [(2, 2), (7, 1)])
    assert region.label is None
    assert region.content.shape == (3, 5) and region.content.all()
    assert [style.shape for style in region.styles] == [(2, 2), (7, 1)]
    assert all(style.all() for style in region.styles)


def test_labels_of_both_sides_are_paired():
    one, two = match_regions(halves(8, 8), [halves(6, 10)], (8, 8), [(6, 10)])
    assert (one.label, two.label) == (1, 2)
    assert one.content[:4].all() and not one.content[4:].any()
    assert two.styles[0][3:].all() and not two.styles[0][:3].any()


@given(LABELS, LABELS)
@settings(deadline=None)
def test_regions_are_disjoint_and_hold_exactly_the_pixels_of_their_label(content, style):
    try:
        regions = match_regions(content, [style], content.shape, [style.shape])
    except ShapeError:
        shared = [k for k in range(3) if min((content == k).sum(), (style == k).sum()) >= MIN_PIXELS]
        assert not shared
        return
    assert sum(region.content.int() for region in regions).max() == 1
    for region in regions:
        np.testing.assert_array_equal(region.content, content == region.label)
        np.testing.assert_array_equal(region.styles[0], style == region.label)


@given(st.integers(1, 4), st.integers(1, 4))
def test_a_mask_of_another_size_is_brought_to_its_picture(up, down):
    mask = halves(8, 8)
    (large, _) = match_regions(mask.repeat(up, 0).repeat(down, 1), [mask], (8, 8), [(8 * up, 8 * down)])
    np.testing.assert_array_equal(large.content, mask == 1)
    np.testing.assert_array_equal(large.styles[0], (mask == 1).repeat(up, 0).repeat(down, 1))


@pytest.mark.parametrize("kind", [np.uint8, np.float32, bool, torch.tensor])
def test_arrays_and_tensors_of_any_kind_are_labels(kind):
    mask = halves(8, 8, 0, 1)
    typed = kind(mask) if kind is torch.tensor else mask.astype(kind)
    regions = match_regions(typed, [typed], (8, 8), [(8, 8)])
    assert [region.label for region in regions] == [0, 1]


@pytest.mark.parametrize("divisor", [1, 255.0])
def test_colors_are_labels_whatever_their_order(divisor):
    content, style = painted(halves(8, 8), RED, BLUE), painted(halves(8, 8), BLUE, RED)
    regions = match_regions(content / divisor if divisor > 1 else content, [style], (8, 8), [(8, 8)])
    by_color = {region.label: region for region in regions}
    assert set(by_color) == {RED, BLUE}
    assert by_color[RED].content[:4].all() and by_color[RED].styles[0][4:].all()


def test_a_label_of_one_side_stays_content_and_is_named(caplog):
    with caplog.at_level(logging.WARNING):
        (region,) = match_regions(halves(8, 8, 1, 5), [halves(8, 8, 1, 7)], (8, 8), [(8, 8)])
    assert region.label == 1
    assert [record.getMessage() for record in caplog.records] == [
        "mask label 5 is only in the content mask: these pixels stay as they are",
        "mask label 7 is only in a style mask: not used",
    ]


def test_a_label_of_one_pixel_is_dropped_and_named(caplog):
    content, style = halves(8, 8), painted(halves(8, 8), RED, BLUE)
    content[0, 0] = 3
    content = painted(content, RED, BLUE, GREEN)
    style[-1, -2:] = GREEN
    with caplog.at_level(logging.WARNING):
        regions = match_regions(content, [style], (8, 8), [(8, 8)])
    assert {region.label for region in regions} == {RED, BLUE}
    assert [record.getMessage() for record in caplog.records] == [
        "mask label (0, 255, 0) has fewer than 10 pixels in the content mask: not used",
        "mask label (0, 255, 0) has fewer than 10 pixels in the style mask 1: not used",
    ]


def test_a_label_that_fills_a_tiny_picture_is_used():
    (region,) = match_regions([[4]], [np.full((9, 9), 4)], (1, 1), [(9, 9)])
    assert region.content.all() and region.styles[0].all()


def test_masks_that_match_say_nothing(caplog):
    match_regions(halves(8, 8), [halves(8, 8)], (8, 8), [(8, 8)])
    assert not caplog.records


def test_one_of_several_styles_suffices():
    first, second = match_regions(
        halves(8, 8), [np.ones((8, 8)), halves(8, 8, 2, 2)], (8, 8), [(8, 8), (8, 8)]
    )
    assert [style.any().item() for style in first.styles] == [True, False]
    assert [style.any().item() for style in second.styles] == [False, True]


def test_a_style_with_too_few_pixels_of_a_label_does_not_count_for_it():
    little = halves(8, 8, 2, 2)
    little[0, :5] = 1
    first, _ = match_regions(halves(8, 8), [little, halves(8, 8)], (8, 8), [(8, 8), (8, 8)])
    assert [style.sum().item() for style in first.styles] == [0, 32]


GOOD = halves(8, 8)


@pytest.mark.parametrize(
    ("content", "styles", "message"),
    [
        (None, [GOOD], "no content mask; give both or none"),
        (GOOD, None, "no style mask; give both or none"),
        (GOOD, [None], "no style mask; give both or none"),
        (GOOD, [GOOD, GOOD], r"1 style\(s\) need as many style masks, not 2"),
        (GOOD[0], [GOOD], r"content mask must hold labels \(H, W\) or colors"),
        (GOOD, [np.zeros((8, 8, 5))], r"style mask 1 must hold labels .* not shape \(8, 8, 5\)"),
        (np.zeros((0, 8)), [GOOD], "content mask must hold labels"),
        (GOOD * np.nan, [GOOD], "content mask holds NaN"),
        (GOOD, [np.full((8, 8, 3), np.nan)], "style mask 1 holds NaN"),
        (GOOD / 3, [GOOD], "content mask must hold whole numbers"),
        (GOOD * 1e30, [GOOD], "content mask must hold whole numbers"),
        (GOOD.astype(str), [GOOD], "content mask must hold numbers"),
        (painted(GOOD, RED, BLUE) * 1.0, [painted(GOOD, RED, BLUE)], "colors from 0 to 1, not 0.0 to 255.0"),
        (painted(GOOD, RED, BLUE), [GOOD], "share no label"),
        (painted(GOOD, RED, BLUE), [GOOD + 255], "all hold labels .* or all colors"),
        (GOOD, [[[1, 2], [3]]], "style mask 1 must hold numbers in rows of one length"),
        (GOOD, [GOOD + 5], "share no label of 10 pixels"),
    ],
)
def test_a_bad_mask_is_an_error_of_one_line(content, styles, message):
    with pytest.raises(ShapeError, match=message) as caught:
        match_regions(content, styles, (8, 8), [(8, 8)])
    assert "\n" not in str(caught.value)


def test_one_good_mask_of_two_is_an_error():
    with pytest.raises(ShapeError, match=r"2 style.* need as many style masks, not 1"):
        match_regions(GOOD, [GOOD, None], (8, 8), [(8, 8), (8, 8)])
