"""PhotoWCT: the cascade with unpooling, and what the shipped networks make of photographs with it."""

import numpy as np
import pytest

from audiostyle.evaluate.color import sliced_wasserstein
from audiostyle.evaluate.structure import edge_ssim, ssim
from audiostyle.image import photowct, stylize, wct


def test_without_what_keeps_structure_it_is_wct(picture_pair, untrained):
    plain = photowct(*picture_pair, unpool="nearest", content_reg=0.0, backbone=untrained)
    np.testing.assert_array_equal(plain, wct(*picture_pair, backbone=untrained))


def test_what_is_added_to_the_variances_softens(picture_pair, untrained):
    """With a very large number nothing is left of the content's own deviations but their structure."""
    soft, hard = (photowct(*picture_pair, content_reg=x, backbone=untrained) for x in (100.0, 0.0))
    assert np.ptp(soft, axis=(0, 1)).sum() < np.ptp(hard, axis=(0, 1)).sum()


def test_unpooling_restores_what_upsampling_blurs(photo, landscape_pair):
    content, _ = landscape_pair
    kept, blurred = (
        ssim(photowct(content, content, strength=0.0, levels=(4,), unpool=way, backbone=photo), content)
        for way in ("max", "nearest")
    )
    assert kept > blurred + 0.1


def test_progress_is_a_share_of_one(picture_pair, untrained):
    told: list[tuple[float, float | None]] = []
    photowct(*picture_pair, backbone=untrained, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (1.0, 1.0)


@pytest.mark.parametrize(("level", "least"), [(1, 0.93), (2, 0.85), (3, 0.8), (4, 0.75)])
def test_every_level_is_inverted(photo, landscape_pair, level, least):
    content, _ = landscape_pair
    assert ssim(photowct(content, content, strength=0.0, levels=(level,), backbone=photo), content) > least


def test_the_styles_colors_are_reached_and_the_contents_edges_stay(photo, landscape_pair):
    content, style = landscape_pair
    result = stylize(content, style, backbone=photo)
    assert sliced_wasserstein(result, style) < 0.5 * sliced_wasserstein(content, style)
    assert edge_ssim(result, content) > edge_ssim(
        stylize(content, style, method="wct", backbone=photo), content
    )


def test_a_picture_is_its_own_style(photo, landscape_pair):
    """Moments that are the same already ask for no change beyond what decoders lose."""
    content, _ = landscape_pair
    expected = photowct(content, content, strength=0.0, backbone=photo)
    found = photowct(content, content, content_reg=0.0, backbone=photo)
    assert np.abs(found - expected).mean() < 0.05


def test_regions_take_their_own_regions_colors(photo, landscape_pair):
    """A style whose halves are red and blue, region by region."""
    content, _ = landscape_pair
    style = np.zeros((96, 96, 3), np.float32)
    style += np.random.default_rng(0).normal(0.1, 0.03, style.shape).clip(0, 1)
    style[:48, :, 0] += 0.6
    style[48:, :, 2] += 0.6
    labels = (np.arange(144)[:, None] >= 72).repeat(176, axis=1).astype(int)
    other = (np.arange(96)[:, None] >= 48).repeat(96, axis=1).astype(int)
    result = photowct(content, style, content_mask=labels, style_mask=other, backbone=photo)
    upper, lower = result[:60].mean(axis=(0, 1)), result[84:].mean(axis=(0, 1))
    assert upper[0] > upper[2] + 0.3 and lower[2] > lower[0] + 0.3
