"""The backbone that comes with the package reconstructs and stylizes pictures of any size."""

import numpy as np
import pytest

from audiostyle.evaluate.color import sliced_wasserstein
from audiostyle.evaluate.structure import edge_ssim, ssim
from audiostyle.image import stylize
from audiostyle.image.backbone import PictureAutoencoder
from audiostyle.image.photowct import photowct


@pytest.fixture(scope="module")
def photo() -> PictureAutoencoder:
    return PictureAutoencoder.from_pretrained("photo", device="cpu")


def landscape(seed: int, sky: tuple[float, ...], ground: tuple[float, ...], size=(144, 176)) -> np.ndarray:
    """A painted photograph (H, W, 3): a sky that brightens, hills, a sun, and grain."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: size[0], : size[1]]
    hills = size[0] * (0.55 + 0.1 * np.sin(columns / 23 + seed) + 0.05 * np.sin(columns / 7))
    light = (0.6 + 0.4 * rows / size[0])[..., None]
    picture = np.where(
        (rows > hills)[..., None], np.array(ground) * (0.5 + 0.5 * light), np.array(sky) * light
    )
    sun = (rows - size[0] / 4) ** 2 + (columns - size[1] / 3) ** 2 < 200
    picture[sun] = (1.0, 0.95, 0.8)
    furrows = np.where(rows > hills, 0.08 * np.sin(columns / 2 + rows / 3), 0.0)
    return np.clip(picture + furrows[..., None] + rng.normal(0, 0.01, picture.shape), 0, 1).astype(np.float32)


@pytest.fixture(scope="module")
def content() -> np.ndarray:
    return landscape(0, (0.5, 0.7, 0.95), (0.3, 0.5, 0.2))


@pytest.fixture(scope="module")
def style() -> np.ndarray:
    return landscape(5, (0.9, 0.45, 0.25), (0.25, 0.1, 0.2), (120, 200))


@pytest.mark.parametrize(("level", "least"), [(1, 0.93), (2, 0.85), (3, 0.8), (4, 0.75)])
def test_every_level_is_inverted(photo, content, level, least):
    assert ssim(photowct(content, content, strength=0.0, levels=(level,), backbone=photo), content) > least


def test_the_styles_colors_are_reached_and_the_contents_edges_stay(photo, content, style):
    result = stylize(content, style, backbone=photo)
    assert sliced_wasserstein(result, style) < 0.5 * sliced_wasserstein(content, style)
    assert edge_ssim(result, content) > edge_ssim(
        stylize(content, style, method="wct", backbone=photo), content
    )


def test_a_picture_is_its_own_style(photo, content):
    """Moments that are the same already ask for no change beyond what decoders lose."""
    expected = photowct(content, content, strength=0.0, backbone=photo)
    found = photowct(content, content, content_reg=0.0, backbone=photo)
    assert np.abs(found - expected).mean() < 0.05


def test_regions_take_their_own_regions_colors(photo, content):
    """A style whose halves are red and blue, region by region."""
    style = np.zeros((96, 96, 3), np.float32)
    style += np.random.default_rng(0).normal(0.1, 0.03, style.shape).clip(0, 1)
    style[:48, :, 0] += 0.6
    style[48:, :, 2] += 0.6
    labels = (np.arange(144)[:, None] >= 72).repeat(176, axis=1).astype(int)
    other = (np.arange(96)[:, None] >= 48).repeat(96, axis=1).astype(int)
    result = photowct(content, style, content_mask=labels, style_mask=other, backbone=photo)
    upper, lower = result[:60].mean(axis=(0, 1)), result[84:].mean(axis=(0, 1))
    assert upper[0] > upper[2] + 0.3 and lower[2] > lower[0] + 0.3


@pytest.mark.parametrize("method", ["photowct", "wct", "adain"])
@pytest.mark.parametrize("size", [(1, 1), (2, 7), (3, 90), (17, 31)])
def test_any_size_gives_a_picture_of_that_size(photo, style, method, size):
    tiny = np.random.default_rng(0).random((*size, 3), dtype=np.float32)
    for one, other in ((tiny, style), (style, tiny)):
        result = stylize(one, other, method=method, backbone=photo)
        assert result.shape == one.shape
        assert np.isfinite(result).all() and result.min() >= 0 and result.max() <= 1


@pytest.mark.parametrize("method", ["photowct", "wct", "adain"])
def test_one_color_gives_no_nan(photo, content, method):
    flat = np.full((40, 40, 3), 0.3, np.float32)
    for one, other in ((flat, content), (content, flat), (flat, flat)):
        assert np.isfinite(stylize(one, other, method=method, backbone=photo)).all()
