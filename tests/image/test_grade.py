"""Grading as a whole: structure stays, colors arrive, parts differ, nothing is invented."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import AudiostyleError
from audiostyle.evaluate import edge_ssim, gradient_reversals, halo_ratio, sliced_wasserstein
from audiostyle.image import grade, mkl
from audiostyle.image.grade import SAMPLE, sample_colors


@pytest.fixture(scope="module")
def graded(landscape_pair):
    return grade(*landscape_pair)


def test_structure_stays_and_colors_arrive(graded, landscape_pair):
    content, style = landscape_pair
    linear = mkl(content, style)
    assert edge_ssim(graded, content) > max(0.9, edge_ssim(linear, content) - 0.03)
    assert sliced_wasserstein(graded, style) < 0.25 * sliced_wasserstein(content, style)
    assert halo_ratio(graded, content) < 1.2 and gradient_reversals(graded, content) < 0.05


def test_a_picture_as_its_own_style_stays(landscape_pair):
    content = landscape_pair[0]
    for segments in ("auto", "none"):
        assert np.abs(grade(content, content, segments=segments) - content).mean() < 2 / 255


def test_strength_zero_is_the_content_and_one_half_is_between(graded, landscape_pair):
    content, style = landscape_pair
    np.testing.assert_array_equal(grade(content, style, strength=0.0), content)
    half = grade(content, style, strength=0.5)
    np.testing.assert_allclose(half, (content + graded) / 2, atol=1e-5)


def test_8_bits_give_the_same_as_floats(graded, landscape_pair):
    content, style = ((picture * 255).round().astype(np.uint8) for picture in landscape_pair)
    found = grade(content, style)
    assert found.dtype == np.uint8 and np.abs(found / 255 - graded).mean() < 2 / 255


def test_masks_are_regions_of_their_own(landscape_pair):
    """With masks nothing crosses: what one region's style is has no say in the other's."""
    content, style = landscape_pair
    masks = [np.arange(len(p))[:, None].repeat(p.shape[1], 1) // (len(p) // 2) for p in (content, style)]
    changed = style.copy()
    changed[60:] = changed[60:, :, ::-1] * 0.5
    one, other = (grade(content, s, content_mask=masks[0], style_mask=masks[1]) for s in (style, changed))
    np.testing.assert_array_equal(one[:72], other[:72])
    assert np.abs(one[72:] - other[72:]).mean() > 0.05


def test_what_has_no_region_stays_content(landscape_pair):
    content, style = landscape_pair
    mask = np.zeros(content.shape[:2], int)
    mask[:40] = 7
    result = grade(content, style, content_mask=mask, style_mask=np.zeros(style.shape[:2], int))
    np.testing.assert_allclose(result[:40], content[:40], atol=1e-6)
    assert np.abs(result[40:] - content[40:]).mean() > 0.05


def test_two_pictures_with_nothing_in_common_give_a_global_result(landscape_pair):
    rng = np.random.default_rng(1)
    noise = rng.random((90, 90, 3)).astype(np.float32) * [0.9, 0.3, 0.1]
    content = landscape_pair[0]
    result = grade(content, noise)
    assert edge_ssim(result, content) > 0.8
    assert sliced_wasserstein(result, noise) < 0.4 * sliced_wasserstein(content, noise)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (2, 3)])
def test_odd_sizes(landscape_pair, size):
    tiny = np.random.default_rng(0).random((*size, 3)).astype(np.float32)
    for one, other in ((tiny, landscape_pair[1]), (landscape_pair[0], tiny)):
        result = grade(one, other)
        assert result.shape == one.shape and np.isfinite(result).all()


@pytest.mark.parametrize("color", [0.0, 0.3, 1.0])
def test_constant_pictures(landscape_pair, color):
    flat = np.full((40, 50, 3), color, np.float32)
    for one, other in ((flat, landscape_pair[1]), (landscape_pair[0], flat), (flat, flat)):
        result = grade(one, other)
        assert np.isfinite(result).all() and result.min() >= 0 and result.max() <= 1
    assert np.ptp(grade(flat, landscape_pair[1]), axis=(0, 1)).max() < 0.01


def test_hidden_pixels_have_no_say(landscape_pair):
    content, style = landscape_pair
    alpha = np.ones((*content.shape[:2], 1), np.float32)
    alpha[:, :60] = 0
    one, other = content.copy(), content.copy()
    one[:, :60], other[:, :60] = 1, 0
    results = [grade(np.concatenate([picture, alpha], axis=2), style)[:, 60:] for picture in (one, other)]
    np.testing.assert_array_equal(*results)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"segments": "some"}, "segments must be one of auto, none"),
        ({"segments": "auto", "content_mask": np.zeros((3, 3), int)}, "leave out the masks, or segments"),
    ],
)
def test_slips_are_named(landscape_pair, options, message):
    with pytest.raises(AudiostyleError, match=message):
        grade(*landscape_pair, **options, style_mask=options.get("content_mask"))


@given(st.integers(1, 3 * SAMPLE))
@settings(max_examples=10, deadline=None)
def test_samples_are_spread_evenly_and_weighted(count):
    picture = torch.linspace(0, 1, count).expand(3, 1, count)
    colors = sample_colors(picture, torch.ones(1, count, dtype=torch.bool))
    assert len(colors.values) == min(count, SAMPLE)
    assert colors.mean == pytest.approx([float(picture.mean())] * 3, abs=1e-4)


def test_samples_leave_out_what_does_not_count():
    picture = torch.arange(12.0).reshape(1, 3, 4).expand(3, 3, 4) / 12
    share = torch.zeros(3, 4)
    share[1, 2], share[2, 0] = 1, 3
    colors = sample_colors(picture, share)
    np.testing.assert_allclose(colors.values[:, 0], [6 / 12, 8 / 12], rtol=1e-6)
    np.testing.assert_allclose(colors.weights, [0.25, 0.75])
