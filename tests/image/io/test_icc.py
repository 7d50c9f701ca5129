"""Conversion keeps colors the same; a profile that cannot be the picture's is reported and left out."""

import struct

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from audiostyle.image.io import icc
from audiostyle.image.io.files import PictureFile, read_picture, write_picture

SRGB = bytes(imagecodecs.cms_profile("srgb"))
ADOBE_RGB = bytes(imagecodecs.cms_profile("adobergb"))
GRAY = bytes(imagecodecs.cms_profile("gray", gamma=1.0))


def pastels(*shape: int) -> np.ndarray:
    """Colors that every RGB space has."""
    return np.random.default_rng(0).uniform(0.42, 0.62, shape).astype(np.float32)


def cmyk_profile() -> bytes:
    """Of a printer whose inks only darken: lightness falls evenly from 100 to 0 with their mean (ICC v2)."""
    corners = np.indices((2, 2, 2, 2)).reshape(4, -1).mean(axis=0)  # the mean ink at each of 16 grid points
    colors = np.stack([np.rint((1 - corners) * 255), *2 * [np.full(16, 128)]], axis=1).astype(np.uint8)
    identity = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0])
    table += struct.pack(">9i", *(np.eye(3) * 65536).astype(int).ravel())
    table += identity * 4 + colors.tobytes() + identity * 3
    head = bytearray(128)
    head[8:12], head[12:24] = b"\x02\x40\0\0", b"prtrCMYKLab "
    head[36:40] = b"acsp"
    head[68:80] = struct.pack(">3i", 63190, 65536, 54061)  # the white of D50
    tags = struct.pack(">I4sII", 1, b"A2B0", 144, len(table))
    head[0:4] = struct.pack(">I", 144 + len(table))
    return bytes(head) + tags + table


def test_there_and_back_is_the_same():
    there = icc.convert(pastels(4, 5, 3), ADOBE_RGB, None)
    assert np.abs(there - pastels(4, 5, 3)).max() > 0.01
    np.testing.assert_allclose(icc.convert(there, None, ADOBE_RGB), pastels(4, 5, 3), atol=1e-3)


def test_conversion_is_what_pillow_does_with_eight_bits():
    values = np.rint(pastels(8, 9, 3) * 255).astype(np.uint8)
    ours = icc.convert((values / np.float32(255)).astype(np.float32), ADOBE_RGB, None)
    import io

    theirs = ImageCms.profileToProfile(
        Image.fromarray(values),
        ImageCms.ImageCmsProfile(io.BytesIO(ADOBE_RGB)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    np.testing.assert_allclose(ours, np.asarray(theirs) / 255, atol=1.5 / 255)


def test_no_profile_means_srgb_and_the_same_profile_nothing_to_do():
    np.testing.assert_allclose(icc.convert(pastels(3, 3, 3), SRGB, None), pastels(3, 3, 3), atol=1e-4)
    values = pastels(3, 3, 3)
    assert icc.convert(values, ADOBE_RGB, ADOBE_RGB) is values


def test_a_picture_reads_in_the_space_of_another():
    wide, plain = PictureFile(pastels(3, 3, 3), profile=ADOBE_RGB), PictureFile(pastels(2, 2, 3))
    np.testing.assert_array_equal(
        wide.convert_to_profile_of(plain), icc.convert(wide.pixels, ADOBE_RGB, None)
    )


@pytest.mark.parametrize("bits", [8, 16])
def test_a_profile_of_gray_is_undone_for_results_have_color(tmp_path, bits):
    values = np.linspace(0, 2**bits - 1, 12).astype(f"uint{bits}").reshape(3, 4)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="minisblack", iccprofile=GRAY)
    found = read_picture(tmp_path / "a.tif")
    assert found.profile is None
    linear = values / (2**bits - 1)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    np.testing.assert_allclose(found.pixels, np.repeat(srgb[..., None], 3, axis=2), atol=3e-3)


def test_a_profile_of_rgb_suits_a_gray_picture(tmp_path):
    Image.new("L", (3, 2), 99).save(tmp_path / "a.png", icc_profile=ADOBE_RGB)
    assert read_picture(tmp_path / "a.png").profile == ADOBE_RGB


def test_inks_are_read_as_their_profile_says(tmp_path):
    inks = [(0, 0, 0, 0), (255, 255, 0, 0), (255, 255, 255, 255)]
    image = Image.new("CMYK", (3, 1))
    image.putdata(inks)
    image.save(tmp_path / "a.tif", icc_profile=cmyk_profile())
    found = read_picture(tmp_path / "a.tif")
    assert found.profile is None
    half = 0.466  # sRGB of L* = 50
    np.testing.assert_allclose(found.pixels[0], [[1] * 3, [half] * 3, [0] * 3], atol=0.01)


@pytest.mark.parametrize("profile", [GRAY, b"nonsense", SRGB[:200], SRGB[:128] + bytes(460)])
def test_a_profile_that_cannot_be_the_pictures_is_left_out_and_named(tmp_path, caplog, profile):
    write_picture(tmp_path / "a.png", PictureFile(pastels(2, 2, 3), profile=profile))
    assert read_picture(tmp_path / "a.png").profile is None
    assert f"{tmp_path / 'a.png'}: its color profile is damaged or of another kind" in caplog.text
