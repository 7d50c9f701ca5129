"""Masks from files have the labels that were painted, however they were saved."""

import logging

import numpy as np
import pytest
from PIL import Image

from audiostyle.errors import PictureReadError
from audiostyle.image.io.mask_files import read_mask

AREAS = np.zeros((120, 160, 3), np.uint8)
AREAS[:, 80:], AREAS[60:, :80] = (255, 0, 0), (0, 0, 255)
GRAYS = np.zeros((120, 160), np.uint8)
GRAYS[:, 80:], GRAYS[60:, :80] = 255, 128


def with_pillow(path, image: Image.Image, **options):
    image.save(path, **options)
    return path


def test_a_mask_is_read_as_its_numbers_or_its_colors(tmp_path):
    labels = np.array([[0, 1, 2], [255, 7, 7]], np.uint8)
    np.testing.assert_array_equal(read_mask(with_pillow(tmp_path / "l.png", Image.fromarray(labels))), labels)
    deep = labels.astype(np.uint16) * 257
    np.testing.assert_array_equal(read_mask(with_pillow(tmp_path / "d.png", Image.fromarray(deep))), deep)
    palette = Image.fromarray(labels).convert("P")
    palette.putpalette([value for index in range(256) for value in (index, 255 - index, 9)])
    found = read_mask(with_pillow(tmp_path / "p.png", palette))
    np.testing.assert_array_equal(found[1, 0], [255, 0, 9])
    assert found.dtype == np.uint8 and found.shape == (2, 3, 3)


@pytest.mark.parametrize("quality", [60, 75, 90, 100])
@pytest.mark.parametrize("suffix", ["jpg", "webp", "avif"])
@pytest.mark.parametrize("painted", [AREAS, GRAYS], ids=["colors", "grays"])
def test_compression_with_loss_leaves_the_labels(tmp_path, painted, suffix, quality, caplog):
    path = with_pillow(tmp_path / f"mask.{suffix}", Image.fromarray(painted), quality=quality)
    with caplog.at_level(logging.WARNING):
        found = read_mask(path)
    assert found.shape == (120, 160, 3)
    assert len(np.unique(found.reshape(-1, 3), axis=0)) == 3
    truth = painted if painted.ndim == 3 else painted[..., None].repeat(3, axis=2)
    near = (np.abs(found.astype(int) - truth) < 12).all(axis=2)
    assert near.mean() > 0.97  # the rest are pixels at borders
    assert not caplog.records or "compression has blurred its colors; taken for 3 plain ones" in caplog.text


def test_what_is_transparent_says_so_whatever_hides_there(tmp_path):
    alpha = np.full((120, 160), 255, np.uint8)
    alpha[:30] = 0
    found = read_mask(with_pillow(tmp_path / "a.png", Image.fromarray(np.dstack([AREAS, alpha]))))
    assert found.shape == (120, 160, 4) and (found[..., 3] == alpha).all()
    gray = read_mask(with_pillow(tmp_path / "b.png", Image.fromarray(np.dstack([GRAYS, alpha]))))
    assert gray.shape == (120, 160, 4) and (gray[30:, :, 0] == GRAYS[30:]).all()
    opaque = np.dstack([AREAS, np.full_like(alpha, 255)])
    assert read_mask(with_pillow(tmp_path / "c.png", Image.fromarray(opaque))).shape == (120, 160, 3)


def test_inks_are_no_mask(tmp_path):
    path = with_pillow(tmp_path / "a.jpg", Image.fromarray(AREAS).convert("CMYK"))
    with pytest.raises(PictureReadError, match="is CMYK, which no mask can be"):
        read_mask(path)
