"""Files that end too early: what is there of the picture is read, if that is nearly all, and said."""

import io
import logging

import numpy as np
import pytest
from PIL import Image

from audiostyle.errors import PictureReadError
from audiostyle.image.io.decode import decode
from audiostyle.image.io.repair import MOST_MISSING, repair

COLOR = np.random.default_rng(0).integers(0, 256, (120, 90, 4), np.uint8)
COLOR[..., 3] |= 1


def encode(format: str, mode: str = "RGB", **options) -> bytes:
    file = io.BytesIO()
    color = np.kron(COLOR[::8, ::6], np.ones((8, 6, 1), np.uint8)) if format == "JPEG" else COLOR
    Image.fromarray(color).convert(mode).save(file, format, **options)
    return file.getvalue()


def deep_png() -> bytes:
    import imagecodecs

    return bytes(imagecodecs.png_encode(COLOR.astype(np.uint16) * 257))


WHOLE = {
    "jpeg": encode("JPEG"),
    "gray jpeg": encode("JPEG", "L"),
    "inks": encode("JPEG", "CMYK"),
    "progressive": encode("JPEG", progressive=True),
    "png": encode("PNG"),
    "png with alpha": encode("PNG", "RGBA"),
    "palette": encode("PNG", "P"),
    "gray png": encode("PNG", "L"),
    "one bit": encode("PNG", "1"),
    "deep png": deep_png(),
}
END = {name: 12 if "png" in name or name in ("palette", "one bit") else 2 for name in WHOLE}


@pytest.mark.parametrize("name", WHOLE)
def test_without_its_end_marker_all_of_the_picture_is_there(name, caplog):
    whole = decode(WHOLE[name], "a", 10**6)
    with caplog.at_level(logging.WARNING):
        found = decode(WHOLE[name][: -END[name]], "a", 10**6)
    np.testing.assert_array_equal(found.color, whole.color)
    assert (found.alpha is None) == (whole.alpha is None)
    if "jpeg" in name or name == "inks":
        assert "a: its end is missing; all of the picture is there" in caplog.text


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "progressive"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.95, 0.97, 0.99])
def test_rows_that_are_there_are_right_and_the_number_of_others_is_said(name, share, caplog):
    whole = decode(WHOLE[name], "a", 10**6).color
    with caplog.at_level(logging.WARNING):
        try:
            found = decode(WHOLE[name][: int(len(WHOLE[name]) * share)], "a", 10**6).color
        except PictureReadError as error:
            assert "is cut short after" in str(error) or "is damaged or cut short" in str(error)
            assert share < 1 - MOST_MISSING / 2 or "jpeg" in name or name == "inks"
            return
    rows = int(np.flatnonzero((found != whole).any(axis=(1, 2)))[0]) if (found != whole).any() else 120
    assert rows >= (1 - MOST_MISSING) * 120
    assert (found[rows:] == found[rows - 1 : rows]).all()
    if rows < 120:
        assert f"a: is cut short; its last {120 - rows} of 120 rows repeat the one before" in caplog.text


def test_what_is_damaged_in_another_way_is_no_picture_cut_short():
    data = bytearray(WHOLE["png"])
    data[len(data) // 2] ^= 1
    assert repair(bytes(data)) is None
    assert repair(WHOLE["jpeg"]) is None
    interlaced = bytearray(WHOLE["png"][:-12])
    interlaced[28] = 1
    assert repair(bytes(interlaced)) is None
    assert repair(b"GIF89a") is None
