"""Tags that stay true of a result are kept; rotation undoes every orientation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from audiostyle.image.io import exif as exif_data

ARTIST, EXPOSURE, DATE, MAKER_NOTE, WIDTH, GPS, LATITUDE, STRIPS = (
    315,
    34665,
    36867,
    37500,
    40962,
    34853,
    2,
    273,
)


def photograph() -> Image.Exif:
    exif = Image.Exif()
    exif[ARTIST] = "Ansel"
    exif[exif_data.ORIENTATION] = 6
    exif[STRIPS] = 8
    exif.get_ifd(EXPOSURE).update({DATE: "1941:11:01 16:49:20", MAKER_NOTE: b"\x01\x02", WIDTH: 4000})
    exif.get_ifd(GPS)[LATITUDE] = (36.0, 3.0, 0.0)
    return exif_data.parse_tags(exif.tobytes())


def test_what_is_about_the_picture_stays_and_what_is_about_the_file_goes():
    kept = exif_data.parse_tags(exif_data.keep_tags(photograph(), "a.jpg"))
    assert kept[ARTIST] == "Ansel"
    assert kept[exif_data.ORIENTATION] == 1
    assert STRIPS not in kept
    assert kept.get_ifd(EXPOSURE) == {DATE: "1941:11:01 16:49:20"}
    assert kept.get_ifd(GPS) == {LATITUDE: (36.0, 3.0, 0.0)}


def test_a_picture_without_tags_gets_none():
    assert exif_data.keep_tags(Image.Exif(), "a.jpg") is None
    assert exif_data.add_comment(None, None) is None


def test_the_signature_joins_the_tags():
    signed = exif_data.parse_tags(
        exif_data.add_comment(exif_data.keep_tags(photograph(), "a.jpg"), "audiostyle 1")
    )
    assert signed[exif_data.SOFTWARE] == "audiostyle 1"
    assert signed[ARTIST] == "Ansel" and signed.get_ifd(EXPOSURE)[DATE]


def test_damaged_tags_are_left_out_with_a_warning(caplog):
    exif = Image.Exif()
    exif[282] = object()
    assert exif_data.keep_tags(exif, "a.jpg") is None
    assert "a.jpg: its EXIF data are damaged" in caplog.text


@given(st.integers(1, 8), st.tuples(st.integers(1, 4), st.integers(1, 4)), st.sampled_from([(), (1,), (3,)]))
def test_turning_is_what_pillow_does(orientation, size, channels):
    samples = np.arange(np.prod((*size, *channels)), dtype=np.uint8).reshape(*size, *channels)
    image = Image.fromarray(samples.reshape(*size, -1)[..., 0])
    image.getexif()[exif_data.ORIENTATION] = orientation
    turned = exif_data.rotate_upright(samples, orientation)
    expected = np.asarray(ImageOps.exif_transpose(image))
    np.testing.assert_array_equal(turned.reshape(*turned.shape[:2], -1)[..., 0], expected)
    assert turned.flags.c_contiguous


@pytest.mark.parametrize("nonsense", [0, 9, "up", None, (1, 2)])
def test_nonsense_is_no_turn(nonsense):
    exif = Image.Exif()
    exif[exif_data.ORIENTATION] = nonsense
    assert exif_data.get_orientation(exif) == 1
