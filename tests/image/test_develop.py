"""Developing: between grading and transport, at any size, with the content's own edges."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import AudiostyleError, ModelNotFound, ShapeError
from audiostyle.evaluate import edge_ssim, sliced_wasserstein
from audiostyle.image import develop, grade, stylize
from audiostyle.image.arrays import open_picture
from audiostyle.image.develop import LEVELS, LONGER_SIDE, apply_locally, reduce_picture


@pytest.fixture(scope="module")
def developed(landscape_pair, photo):
    return develop(*landscape_pair, backbone=photo)


def test_it_is_the_default(developed, landscape_pair):
    np.testing.assert_array_equal(stylize(*landscape_pair, device="cpu"), developed)


def test_edges_stay_and_colors_arrive(developed, landscape_pair):
    content, style = landscape_pair
    assert edge_ssim(developed, content) > 0.9
    assert sliced_wasserstein(developed, style) < 0.35 * sliced_wasserstein(content, style)


def test_without_texture_it_grades(landscape_pair, photo):
    np.testing.assert_array_equal(develop(*landscape_pair, texture=0, backbone=photo), grade(*landscape_pair))


def test_with_all_texture_it_is_transport_smoothed(landscape_pair, photo):
    """The oracle filters at full size; models that are fitted pixel by pixel are the same up to borders."""
    found = develop(*landscape_pair, texture=1, backbone=photo)
    whole = stylize(*landscape_pair, method="transport", levels=LEVELS, backbone=photo, smooth="guided")
    assert np.abs(found - whole).mean() < 0.1 * np.abs(whole - landscape_pair[0]).mean()


def test_texture_is_a_way_between(landscape_pair, photo):
    none, half, whole = (develop(*landscape_pair, texture=t, backbone=photo) for t in (0, 0.5, 1))
    inside = ((none > 0) & (none < 1) & (whole > 0) & (whole < 1)).all(axis=2)  # elsewhere it was clipped
    assert inside.mean() > 0.5
    np.testing.assert_allclose(half[inside], (none + whole)[inside] / 2, atol=1e-5)


def test_a_picture_as_its_own_style_stays(landscape_pair, photo):
    content = landscape_pair[0]
    assert np.abs(develop(content, content, backbone=photo) - content).mean() < 3 / 255


def test_what_has_no_region_stays_content(landscape_pair, photo):
    content, style = landscape_pair
    mask = np.zeros(content.shape[:2], int)
    mask[:40] = 7
    none = np.zeros(style.shape[:2], int)
    result = develop(content, style, content_mask=mask, style_mask=none, backbone=photo)
    np.testing.assert_allclose(result[:40], content[:40], atol=1e-6)
    assert np.abs(result[40:] - content[40:]).mean() > 0.05


def test_transparency_is_kept_and_hidden_pixels_have_no_say(landscape_pair, photo):
    content, style = landscape_pair
    alpha = np.ones((*content.shape[:2], 1), np.float32)
    alpha[:, :60] = 0
    one, other = content.copy(), content.copy()
    one[:, :60], other[:, :60] = 1, 0
    results = [develop(np.concatenate([each, alpha], axis=2), style, backbone=photo) for each in (one, other)]
    np.testing.assert_array_equal(results[0][..., 3:], alpha)
    np.testing.assert_array_equal(results[0][:, 60:], results[1][:, 60:])


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (2, 3)])
def test_odd_sizes(landscape_pair, photo, size):
    tiny = np.random.default_rng(0).random((*size, 3)).astype(np.float32)
    for one, other in ((tiny, landscape_pair[1]), (landscape_pair[0], tiny)):
        result = develop(one, other, backbone=photo)
        assert result.shape == one.shape and np.isfinite(result).all()


def test_large_pictures_are_reduced_and_small_ones_are_not():
    large = open_picture(np.full((LONGER_SIDE + 200, 600, 3), 0.5, np.float32), "it", np.float32)
    small = open_picture(np.random.default_rng(0).random((30, 50, 4), np.float32), "it", np.float32)
    assert reduce_picture(large).shape[0] == LONGER_SIDE and reduce_picture(large).shape[2] == 3
    np.testing.assert_array_equal(reduce_picture(small)[..., 3], small.alpha)


@given(st.integers(0, 99), st.integers(1, 4))
@settings(max_examples=10, deadline=None)
def test_one_map_of_colors_is_carried_to_any_size(seed, factor):
    rng = np.random.default_rng(seed)
    matrix, offset = rng.normal(0, 0.5, (3, 3)), rng.random(3)
    small = rng.random((24, 32, 3)).astype(np.float32)
    large = rng.random((24 * factor, 32 * factor, 3)).astype(np.float32)
    found = apply_locally(
        small, (small @ matrix + offset).astype(np.float32), torch.from_numpy(large).movedim(2, 0)
    )
    np.testing.assert_allclose(found.movedim(0, 2).numpy(), large @ matrix + offset, atol=0.08)


@pytest.mark.parametrize("texture", [-0.1, 1.5, float("nan")])
def test_a_share_out_of_range_is_an_error(landscape_pair, texture):
    with pytest.raises(ShapeError, match="texture must lie between 0 and 1"):
        develop(*landscape_pair, texture=texture)


def test_slips_are_named(landscape_pair):
    with pytest.raises(ModelNotFound, match="nowhere"):
        develop(*landscape_pair, backbone="nowhere")
    mask = np.zeros((3, 3), int)
    with pytest.raises(AudiostyleError, match="leave out the masks, or segments"):
        develop(*landscape_pair, segments="auto", content_mask=mask, style_mask=mask)
