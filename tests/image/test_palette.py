"""The colors of masks are recognized after lossy compression."""

import io
import logging

import numpy as np
import pytest
from PIL import Image

from audiostyle.image.masks import match_regions
from audiostyle.image.palette import EXACT_COLORS, clean_colors, label_colors, settle_grays

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


def blur(picture: np.ndarray) -> np.ndarray:
    """The picture at half its size, with blends of colors at borders, as resizing makes them."""
    height, width = picture.shape[:2]
    return np.array(Image.fromarray(picture).resize((width // 2, height // 2), Image.Resampling.BILINEAR))


@pytest.mark.parametrize("quality", [60, 80, 90, 98])
@pytest.mark.parametrize("lossy", ["content", "style", "both"])
def test_a_mask_saved_as_jpeg_pairs_with_one_saved_without_loss(quality, lossy, caplog):
    """Such a mask may have few colors, which are not exact nevertheless."""
    exact = COLORS[:3][np.add.outer(np.arange(64) // 32, np.arange(96) // 48)]
    jpeg = as_jpeg(exact, quality, 0)
    content, style = (jpeg if lossy in (name, "both") else exact for name in ("content", "style"))
    with caplog.at_level(logging.WARNING):
        regions = match_regions(content, [style], (64, 96), [(64, 96)])
    assert len(regions) == 3
    assert not [text for text in caplog.messages if "only in" in text]
    for region in regions:
        truth = (exact == exact[region.content.numpy()][0]).all(axis=2)
        assert (region.content.numpy() == truth).mean() > 0.97
        assert (region.styles[0].numpy() == truth).mean() > 0.97


def test_borders_that_were_smoothed_are_no_labels():
    exact = COLORS[areas(0)]
    soft = blur(blur(exact.repeat(2, 0).repeat(2, 1)).repeat(2, 0).repeat(2, 1)[1:-1, 1:-1])
    (labels,), palette = label_colors([soft])
    assert {tuple(color) for color in palette} <= {tuple(color) for color in COLORS.tolist()}
    few = np.zeros((40, 40, 3), np.uint8)
    few[:, 20:] = (200, 100, 0)
    few[:, 17:23] = np.linspace(0, 1, 8)[1:-1, None] * (200, 100, 0)  # eight colors in all
    (labels,), palette = label_colors([few])
    assert sorted(palette) == [(0, 0, 0), (200, 100, 0)]
    assert (labels == (np.arange(40) >= 20)).all()


def test_a_thin_area_of_a_color_of_its_own_stays_a_label():
    mask = np.zeros((40, 40, 3), np.uint8)
    mask[:, 20:], mask[:, 20] = (255, 255, 255), (255, 0, 0)
    _, palette = label_colors([mask])
    assert len(palette) == 3


def test_numbers_next_to_each_other_stay_labels():
    classes = np.kron(np.random.default_rng(0).integers(0, 20, (8, 8)), np.ones((5, 5), int))
    classes[0, 0], classes[3, 7:9] = 33, 34  # tiny ones
    np.testing.assert_array_equal(settle_grays([classes])[0], classes)
    as_colors = classes.astype(np.uint8)[..., None].repeat(3, axis=2)
    (labels,), palette = label_colors([as_colors])
    np.testing.assert_array_equal(np.array(palette)[labels], as_colors)
    one, two = np.kron([[0, 1]], np.ones((8, 8), int)), np.kron([[0, 2]], np.ones((8, 8), int))
    for other in (two, two.astype(np.uint8)[..., None].repeat(3, axis=2)):
        (region,) = match_regions(one, [other], one.shape, [other.shape[:2]])
        assert region.label in (0, (0, 0, 0))


def test_grays_survive_soft_borders():
    exact = np.zeros((64, 96), np.uint8)
    exact[:, 48:], exact[:, 71:] = 255, 128
    for mask in (blur(blur(exact.repeat(4, 0).repeat(4, 1))), exact, np.roll(blur(exact), 1, axis=1)):
        (settled,) = settle_grays([mask])
        assert len(np.unique(settled)) == 3 and set(np.unique(settled)) == {0, 128, 255}


def test_labels_without_end_are_said(caplog):
    noise = np.random.default_rng(0).integers(0, 256, (60, 60))
    with caplog.at_level(logging.WARNING):
        np.testing.assert_array_equal(settle_grays([noise])[0], noise)
    assert "masks hold 256 labels; those saved as JPEG are read by read_mask" in caplog.text


def test_gray_values_and_grays_are_the_same():
    grays = np.kron([[0, 255]], np.ones((8, 8), np.uint8))
    colors = grays[..., None].repeat(3, axis=2)
    one = match_regions(grays, [colors], (8, 16), [(8, 16)])
    two = match_regions(colors, [colors], (8, 16), [(8, 16)])
    assert [region.label for region in one] == [region.label for region in two] == [(0, 0, 0), (255,) * 3]


def test_cleaning_leaves_what_was_painted():
    for seed in range(3):
        exact = COLORS[areas(seed)]
        np.testing.assert_array_equal(clean_colors(exact), exact)
