"""What hides under transparent pixels has no say, as content, as style, in smoothing and in masks."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from audiostyle.image.file_stylization import stylize_file
from audiostyle.image.io.files import PictureFile, read_picture, write_picture
from audiostyle.image.masks import match_regions
from audiostyle.image.methods import METHODS
from audiostyle.image.smoothing.smooth import smooth
from audiostyle.image.stylization import stylize
from audiostyle.image.transparency import FAINT, fill_hidden

ALPHAS = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=20),
    elements=st.sampled_from([0, 0.02, 0.5, 1]),
)


def cut_out(picture: np.ndarray, hidden: float | np.ndarray, faint: bool = True) -> np.ndarray:
    """The picture (H, W, 3) with a hole, a hidden edge and a faint border, and what hides there."""
    height, width, _ = picture.shape
    alpha = np.ones((height, width, 1), picture.dtype)
    alpha[height // 3 : height // 2, width // 4 : width // 2] = 0
    alpha[:, -width // 4 :] = 0
    if faint:
        alpha[:, -width // 4 - 3 : -width // 4] = [[0.75], [0.5], [0.25]]
    return np.concatenate([np.where(alpha > 0, picture, hidden), alpha], axis=2).astype(picture.dtype)


def hide(picture: np.ndarray) -> list[np.ndarray]:
    noise = np.random.default_rng(1).random(picture.shape)
    return [cut_out(picture, hidden) for hidden in (0.0, 1.0, noise)]


@given(ALPHAS, st.integers(0, 9))
def test_holes_get_colors_between_those_around_and_what_is_visible_stays(alpha, seed):
    if not alpha.any():
        return
    color = np.random.default_rng(seed).random((*alpha.shape, 3), np.float32)
    filled = fill_hidden(np.where(alpha[..., None] > 0, color, np.nan), alpha)
    visible = color[alpha > 0]
    assert (filled >= visible.min(0) - 1e-5).all() and (filled <= visible.max(0) + 1e-5).all()
    np.testing.assert_array_equal(filled[alpha >= FAINT], color[alpha >= FAINT])


def test_a_constant_color_fills_everything():
    alpha = np.zeros((33, 47), np.float32)
    alpha[5, 40] = 1
    color = np.random.default_rng(0).random((33, 47, 3))
    np.testing.assert_allclose(fill_hidden(color, alpha), np.broadcast_to(color[5, 40], color.shape))


def test_it_does_not_depend_on_faint_noise():
    """A pixel of alpha 1/255 may be black or white: what fills the holes hardly changes."""
    alpha = np.zeros((32, 32), np.float32)
    alpha[:16] = 1
    alpha[16] = 1 / 255
    fills = []
    for value in (0.0, 1.0):
        color = np.full((32, 32, 3), 0.5)
        color[16] = value
        fills.append(fill_hidden(color, alpha)[17:])
    np.testing.assert_allclose(*fills, atol=0.15)


@pytest.mark.parametrize("smoothing", ["none", "guided", "exact"])
@pytest.mark.parametrize("method", METHODS)
def test_hidden_pixels_of_content_and_style_have_no_say(picture_pair, untrained, method, smoothing):
    content, style = (picture[:40, :44] for picture in picture_pair)
    options = {"backbone": untrained} if "backbone" in METHODS[method].options else {}
    results = [
        stylize(one, other, method=method, smooth=smoothing, **options)
        for one, other in zip(hide(content), hide(style), strict=True)
    ]
    alpha = hide(content)[0][..., 3]
    for result in results:
        assert result.shape == (*content.shape[:2], 4)
        np.testing.assert_array_equal(result[..., 3], alpha)
        np.testing.assert_array_equal(result, results[0])  # hidden pixels too: they are made of visible ones


@pytest.mark.parametrize("method", METHODS)
def test_an_alpha_that_hides_nothing_changes_nothing(picture_pair, untrained, method):
    content, style = picture_pair
    options = {"backbone": untrained} if "backbone" in METHODS[method].options else {}
    opaque = [np.concatenate([picture, np.ones_like(picture[..., :1])], axis=2) for picture in picture_pair]
    result = stylize(*opaque, method=method, **options)
    np.testing.assert_array_equal(result[..., :3], stylize(content, style, method=method, **options))


@pytest.mark.parametrize("method", ["reinhard", "mkl", "idt"])
def test_statistics_are_those_of_visible_pixels(picture_pair, method):
    """A content and a style of which half is hidden are what is left when that half is cut off."""
    options = {"keep_grain": False} if method == "idt" else {}
    halves = [picture[:, : picture.shape[1] // 2] for picture in picture_pair]
    alphas = [np.zeros((*picture.shape[:2], 1), np.float32) for picture in picture_pair]
    for alpha, half in zip(alphas, halves, strict=True):
        alpha[:, : half.shape[1]] = 1
    masked = [np.concatenate(pair, axis=2) for pair in zip(picture_pair, alphas, strict=True)]
    whole = stylize(*masked, method=method, **options)
    cut = stylize(*halves, method=method, **options)
    np.testing.assert_allclose(whole[:, : halves[0].shape[1], :3], cut, atol=0.5 / 255)


@pytest.mark.parametrize("method", ["mkl", "idt"])
def test_faint_pixels_count_as_little_as_they_are_seen(picture_pair, method):
    content, style = picture_pair
    alpha = np.ones((*style.shape[:2], 1), np.float32)
    alpha[:25] = 0.01
    red = np.where(alpha < 1, np.float32([1, 0, 0]), style)
    faint = stylize(content, np.concatenate([red, alpha], axis=2), method=method)
    hidden = stylize(content, np.concatenate([red, alpha == 1], axis=2), method=method)
    full = stylize(content, red, method=method)
    assert np.abs(faint - hidden).mean() < 0.1 * np.abs(full - hidden).mean()


@pytest.mark.parametrize("method", ["guided", "exact"])
def test_hidden_pixels_of_guide_and_picture_have_no_say_in_smoothing(picture_pair, method):
    content, _ = picture_pair
    stylized = np.clip(content + np.random.default_rng(0).normal(0, 0.1, content.shape), 0, 1)
    results = [
        smooth(guide, image, method=method)
        for guide, image in zip(hide(content), hide(stylized), strict=True)
    ]
    for result in results:
        np.testing.assert_array_equal(result, results[0])


def test_strength_0_keeps_what_is_visible(picture_pair):
    content, style = hide(picture_pair[0])[2], picture_pair[1]
    for method in ("mkl", "idt"):
        kept = stylize(content, style, method=method, strength=0)
        visible = content[..., 3] > 0
        np.testing.assert_allclose(kept[visible], content[visible], atol=1e-6)


def test_tensors_and_bytes_have_their_alpha_back(picture_pair):
    content = (hide(picture_pair[0])[0] * 255).round().astype(np.uint8)
    result = stylize(torch.from_numpy(content).permute(2, 0, 1), picture_pair[1], method="mkl")
    assert result.shape == (4, *content.shape[:2]) and result.dtype == torch.uint8
    np.testing.assert_array_equal(result[3], content[..., 3])
    np.testing.assert_array_equal(result.permute(1, 2, 0), stylize(content, picture_pair[1], method="mkl"))


def test_labels_under_hidden_pixels_do_not_count(caplog):
    mask, other = np.ones((8, 8), int), np.ones((8, 8), int)
    mask[:4] = 2
    alpha = np.ones((8, 8), np.float32)
    alpha[:4] = 0
    (region,) = match_regions(mask, [other], (8, 8), [(8, 8)], alpha, [None])
    assert region.label == 1 and not caplog.records
    assert region.share.dtype == torch.float32 and region.share.sum() == 32


def test_a_transparent_area_of_a_mask_is_a_label_whatever_hides_there():
    regions = []
    for hidden in (0, 99, 255):
        mask = np.full((8, 8, 4), 255, np.uint8)
        mask[:4] = (hidden, 255 - hidden, 7, 20)
        regions.append(match_regions(mask, [mask[::-1]], (8, 8), [(8, 8)]))
    for clear, painted in regions:
        assert {clear.label, painted.label} == {"transparent", (255, 255, 255)}
    for one in regions:
        for area, first in zip(one, regions[0], strict=True):
            assert area.label == first.label and torch.equal(area.content, first.content)
            assert torch.equal(area.styles[0], first.styles[0])


def test_files_too_and_on_the_sheet(picture_pair, tmp_path):
    style = PictureFile(picture_pair[1])
    made = []
    for number, content in enumerate(hide(picture_pair[0])):
        photo, out, sheet = (tmp_path / f"{name}{number}.png" for name in ("photo", "out", "sheet"))
        write_picture(photo, PictureFile(content[..., :3].copy(), content[..., 3].copy()))
        stylize_file(photo, style, out, method="mkl", sheet=sheet)
        made.append((out.read_bytes(), read_picture(sheet).pixels))
    for result, sheet in made:
        assert result == made[0][0]
        np.testing.assert_array_equal(sheet, made[0][1])
