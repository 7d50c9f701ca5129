"""The sheet and the masks: what is drawn can be read back as masks, and does what segments do."""

import numpy as np
import pytest

from audiostyle.image import read_mask, read_picture
from audiostyle.image.grade import grade
from audiostyle.image.masks import match_regions
from audiostyle.image.segments.drawing import COLORS, draw_segments, name_masks


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, landscape_pair):
    folder = tmp_path_factory.mktemp("segments")
    content, style = landscape_pair
    return folder / "parts.png", draw_segments(folder / "parts.png", content, [style])


def test_there_are_a_sheet_and_a_mask_for_each_picture(drawn, landscape_pair):
    sheet, masks = drawn
    assert masks == name_masks(sheet, 1) and read_picture(sheet).pixels.shape[2] == 3
    for mask, picture in zip(masks, landscape_pair, strict=True):
        found = read_mask(mask)
        assert found.shape == picture.shape
        assert {tuple(color) for color in found.reshape(-1, 3)} <= {tuple(color) for color in COLORS}


def test_every_label_of_the_content_is_in_the_style(drawn, landscape_pair):
    content, style = (read_mask(mask) for mask in drawn[1])
    regions = match_regions(content, [style], content.shape[:2], [style.shape[:2]])
    covered = np.any([region.content.numpy() for region in regions], axis=0)
    assert covered.all()


def test_the_masks_can_be_given_as_masks(drawn, landscape_pair):
    content, style = landscape_pair
    masks = [read_mask(mask) for mask in drawn[1]]
    result = grade(content, style, content_mask=masks[0], style_mask=masks[1])
    assert np.abs(result - grade(content, style)).mean() < 0.15


def test_several_styles_have_a_mask_each(tmp_path, landscape_pair):
    content, style = landscape_pair
    masks = draw_segments(tmp_path / "a.png", content, [style, content])
    assert [mask.name for mask in masks] == ["a.content.png", "a.style1.png", "a.style2.png"]
    found = [read_mask(mask) for mask in masks]
    labels = [{tuple(color) for color in mask.reshape(-1, 3)} for mask in found]
    assert labels[0] <= labels[1] | labels[2] and labels[2] <= labels[0]
