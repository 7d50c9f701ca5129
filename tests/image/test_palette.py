"""The colors of masks are recognized after lossy compression."""

import io

import numpy as np
import pytest
from PIL import Image

from audiostyle.image.palette import EXACT_COLORS, label_colors

COLORS = np.array(
    [(255, 0, 0), (0, 0, 255), (0, 255, 0), (0, 0, 0), (128, 128, 128), (120, 120, 180)], np.uint8
)


def areas(seed: int, height: int = 160, width: int = 200) -> np.ndarray:
    """Boxes and discs of every label on label 0, (H, W)."""
    random, mask = np.random.default_rng(seed), np.zeros((height, width), dtype=int)
    y, x = np.mgrid[:height, :width]
    for label in range(1, len(COLORS)):
        row, column, radius = random.uniform(0, height), random.uniform(0, width), random.uniform(20, 50)
        box, disc = np.maximum(abs(y - row), abs(x - column)), np.hypot(y - row, x - column)
        mask[(box if label % 2 else disc) < radius] = label
    return mask


def as_jpeg(picture: np.ndarray, quality: int, subsampling: int) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality, subsampling=subsampling)
    return np.array(Image.open(file))


def test_few_colors_are_taken_as_they_are():
    """Even one that differs by a shade, and one that only a single pixel has."""
    shades = np.arange(EXACT_COLORS, dtype=np.uint8).repeat(3).reshape(1, -1, 3)
    (labels,), palette = label_colors([shades])
    assert len(set(labels.ravel())) == len(set(palette)) == EXACT_COLORS
    np.testing.assert_array_equal(np.array(palette)[labels], shades)


def test_the_same_color_has_one_label_in_all_masks():
    one, two = areas(0), areas(1)
    labels, palette = label_colors([COLORS[one], COLORS[two]])
    np.testing.assert_array_equal(np.array(palette)[labels[0]], COLORS[one])
    np.testing.assert_array_equal(np.array(palette)[labels[1]], COLORS[two])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("quality", "subsampling"), [(50, 0), (75, 2), (90, 2), (95, 0)])
def test_areas_survive_jpeg(seed, quality, subsampling):
    truths = [areas(seed), areas(seed + 100)]
    masks = [as_jpeg(COLORS[truth], quality, subsampling) for truth in truths]
    labels, palette = label_colors(masks)
    original = np.linalg.norm(np.array(palette)[:, None] - COLORS[None].astype(int), axis=2)
    assert len(palette) == len(COLORS)
    assert original.min(axis=1).max() < 8  # of 255
    for found, truth in zip(labels, truths, strict=True):
        # Halved chroma moves borders by a pixel: areas of this size lose a few percent.
        assert np.mean(original.argmin(axis=1)[found] == truth) > 0.95


def test_a_photograph_as_a_mask_is_cut_into_few_labels_and_every_pixel_has_one():
    noise = np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    (labels,), palette = label_colors([noise])
    assert labels.shape == (60, 60) and labels.max() < len(palette) < 300


def test_labels_do_not_depend_on_where_pixels_lie():
    mask = as_jpeg(COLORS[areas(3)], 75, 2)
    (labels,), palette = label_colors([mask])
    (flipped,), same = label_colors([mask[::-1].copy()])
    assert palette == same
    np.testing.assert_array_equal(labels[::-1], flipped)
