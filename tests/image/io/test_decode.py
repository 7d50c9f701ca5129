"""Decoding gives the samples as stored, with all that is known about the file."""

import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from audiostyle.errors import PictureReadError
from audiostyle.image.io.decode import decode


def encode(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3), ("CMYK", 4)])
def test_channels_are_those_of_the_file(mode, channels):
    found = decode(encode(Image.new(mode, (3, 2), 9), "TIFF"), "a.tif", 100)
    assert found.color.shape == (2, 3, channels) and found.color.dtype == np.float32
    assert (found.alpha, found.bits, found.format, found.frames) == (None, 8, "TIFF", 1)


def test_the_depth_of_sixteen_bits_is_kept():
    values = np.arange(12, dtype=np.uint16).reshape(2, 2, 3) * 5000
    found = decode(imagecodecs.png_encode(values), "a.png", 100)
    assert found.bits == 16
    np.testing.assert_array_equal(np.rint(found.color * 65535), values)


@pytest.mark.parametrize(
    ("format", "options", "lossy"),
    [("PNG", {}, False), ("JPEG", {}, True), ("WEBP", {"lossless": True}, False), ("WEBP", {}, True)],
)
def test_it_is_known_whether_compression_lost_something(format, options, lossy):
    assert decode(encode(Image.new("RGB", (9, 9), "red"), format, **options), "a", 100).lossy == lossy


def test_what_is_too_large_or_no_picture_is_refused_by_name():
    noise = np.random.default_rng(0).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    data = encode(Image.fromarray(noise), "PNG")
    with pytest.raises(PictureReadError, match=r"^a\.png: has 9×9 pixels"):
        decode(data, "a.png", 80)
    with pytest.raises(PictureReadError, match=r"^a\.png: is cut short after 6 of 9 rows"):
        decode(data[:-100], "a.png", 100)
    with pytest.raises(PictureReadError, match=r"^a\.png: is empty"):
        decode(b"", "a.png", 100)


def test_a_small_file_cannot_claim_a_picture_that_fills_the_memory():
    """A GIF of a kilobyte may claim any size; a blank one of modest size is read."""
    small = encode(Image.new("P", (8, 8)), "GIF")
    vast = small[:6] + (16_400).to_bytes(2, "little") + (8_204).to_bytes(2, "little") + small[10:]
    with pytest.raises(PictureReadError, match=r"a\.gif: claims 16400×8204 pixels in .* a trap"):
        decode(vast, "a.gif", 200_000_000)
    assert decode(encode(Image.new("1", (3000, 3000)), "PNG"), "a.png", 200_000_000).color.shape == (
        3000,
        3000,
        1,
    )
