"""Every format, depth, channel and orientation is read and written; a bad file is an error of one line."""

import io
import logging
import sys
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from audiostyle.errors import PictureReadError, PictureWriteError, ShapeError
from audiostyle.image.io import files
from audiostyle.image.io.files import PictureFile, read_picture, write_picture

ADOBE_RGB = bytes(imagecodecs.cms_profile("adobergb"))
LOSSLESS = [("a.png", 8), ("a.png", 16), ("a.tif", 8), ("a.tif", 16), ("a.webp", 8)]


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


def steps(values: np.ndarray, bits: int) -> np.ndarray:
    return np.rint(values * (2**bits - 1)).astype(int)


def smooth(height: int = 24, width: int = 32) -> np.ndarray:
    """A gradient, which JPEG keeps, with a different look whichever way it is turned."""
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    return np.stack([rows / height, columns / width, (rows + columns) / (height + width)], axis=2)


def with_pillow(path: Path, image: Image.Image, **options) -> Path:
    image.save(path, **options)
    return path


# Round trips


@settings(max_examples=12, deadline=None)
@given(
    file=st.sampled_from(LOSSLESS),
    size=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    has_alpha=st.booleans(),
    seed=st.integers(0, 99),
)
def test_what_is_written_without_loss_is_read_to_the_last_bit(tmp_path_factory, file, size, has_alpha, seed):
    name, bits = file
    path = tmp_path_factory.mktemp("files") / name
    alpha = noise(*size, seed=seed + 1) if has_alpha else None
    write_picture(path, PictureFile(noise(*size, 3, seed=seed), alpha, bits=bits))
    found = read_picture(path)
    assert found.bits == bits
    np.testing.assert_array_equal(steps(found.pixels, bits), steps(noise(*size, 3, seed=seed), bits))
    assert (found.alpha is None) == (alpha is None)
    if alpha is not None:
        np.testing.assert_array_equal(steps(found.alpha, bits), steps(alpha, bits))


@pytest.mark.parametrize(("name", "bits"), [*LOSSLESS, ("a.jpg", 8)])
def test_other_programs_see_the_same_picture_and_profile(tmp_path, name, bits):
    write_picture(
        tmp_path / name, PictureFile(smooth(), None, ADOBE_RGB, bits=bits), comment="made by a test"
    )
    with Image.open(tmp_path / name) as image:
        assert image.info["icc_profile"] == ADOBE_RGB
        assert image.getexif()[305] == "made by a test"
        seen = np.asarray(image.convert("RGB")) / 255
    # JPEG's own error, or Pillow's cutting of 16 bits to 8
    np.testing.assert_allclose(seen, smooth(), atol=4 / 255 if name == "a.jpg" else 1 / 255)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_sixteen_bits_are_sixteen_for_other_programs(tmp_path, name):
    write_picture(tmp_path / name, PictureFile(noise(5, 4, 3), bits=16))
    data = (tmp_path / name).read_bytes()
    seen = imagecodecs.png_decode(data) if name == "a.png" else tifffile.imread(tmp_path / name)
    assert seen.dtype == np.uint16
    np.testing.assert_array_equal(seen, steps(noise(5, 4, 3), 16))


def test_a_jpeg_keeps_color_at_full_resolution(tmp_path):
    write_picture(tmp_path / "a.jpg", PictureFile(smooth()))
    with Image.open(tmp_path / "a.jpg") as image:
        assert {layer[1:3] for layer in image.layer} == {(1, 1)}


def test_webp_is_lossy_only_for_what_was(tmp_path):
    for name in ("a.jpg", "a.png", "a.webp"):
        write_picture(tmp_path / name, PictureFile(noise(16, 16, 3)))
        write_picture(tmp_path / f"{name}.webp", read_picture(tmp_path / name))
    assert [b"VP8L" in (tmp_path / f"{name}.webp").read_bytes() for name in ("a.jpg", "a.png", "a.webp")] == [
        False,
        True,
        True,
    ]
    assert read_picture(tmp_path / "a.jpg.webp").lossy


def test_an_alpha_channel_without_transparency_is_no_obstacle_to_a_jpeg(tmp_path):
    write_picture(tmp_path / "a.jpg", PictureFile(smooth(), np.ones((24, 32), np.float32)))
    assert read_picture(tmp_path / "a.jpg").alpha is None


# What cameras, scanners and painting programs write


def pillow_modes() -> dict[str, Image.Image]:
    rgb = Image.fromarray((smooth() * 255).astype(np.uint8))
    alpha = Image.fromarray((smooth()[..., 0] * 255).astype(np.uint8))
    rgba = rgb.copy()
    rgba.putalpha(alpha)
    return {
        "1": rgb.convert("1"),
        "L": rgb.convert("L"),
        "LA": rgba.convert("LA"),
        "P": rgb.quantize(64),
        "P with transparency": rgba.quantize(64),
        "RGB": rgb,
        "RGBA": rgba,
        "CMYK": rgb.convert("CMYK"),
    }


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp", ".gif", ".webp"])
@pytest.mark.parametrize("mode", pillow_modes())
def test_every_mode_reads_as_pillow_would_show_it(tmp_path, mode, suffix):
    image, path = pillow_modes()[mode], tmp_path / f"a{suffix}"
    try:
        image.save(path, **({"lossless": True, "exact": True} if suffix == ".webp" else {}))
    except (OSError, ValueError):
        pytest.skip("the format has no such mode")
    with Image.open(path) as stored:
        expected = np.asarray(stored.convert("RGBA")) / 255
        transparent = stored.has_transparency_data
    found = read_picture(path)
    np.testing.assert_allclose(found.pixels, expected[..., :3], atol=1.01 / 255)  # of CMYK, the rounding
    assert (found.alpha is not None) == transparent
    if found.alpha is not None:
        np.testing.assert_allclose(found.alpha, expected[..., 3], atol=1e-6)


def test_a_transparent_color_of_a_png_is_transparency(tmp_path):
    image = Image.new("RGB", (2, 1), (10, 20, 30))
    image.putpixel((1, 0), (1, 2, 3))
    found = read_picture(with_pillow(tmp_path / "a.png", image, transparency=(1, 2, 3)))
    np.testing.assert_array_equal(found.alpha, [[1, 0]])


def test_gray_of_sixteen_bits(tmp_path):
    values = np.arange(12, dtype=np.uint16).reshape(3, 4) * 5000
    for name in ("a.png", "a.tif"):
        found = read_picture(with_pillow(tmp_path / name, Image.fromarray(values)))
        assert found.bits == 16
        np.testing.assert_array_equal(steps(found.pixels, 16), np.repeat(values[..., None], 3, axis=2))


@pytest.mark.parametrize(
    "options", [{"planarconfig": "separate"}, {"tile": (16, 16)}, {"compression": "lzw"}]
)
def test_tiffs_are_read_however_they_are_laid_out(tmp_path, options):
    values = steps(noise(20, 30, 3), 16).astype(np.uint16)
    stored = np.moveaxis(values, 2, 0) if "planarconfig" in options else values
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", **options)
    np.testing.assert_array_equal(steps(read_picture(tmp_path / "a.tif").pixels, 16), values)


def test_white_may_be_zero(tmp_path):
    values = np.array([[0, 65535]], np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="miniswhite")
    np.testing.assert_array_equal(read_picture(tmp_path / "a.tif").pixels[..., 0], [[1, 0]])


def test_a_tiff_may_hold_colors_multiplied_by_alpha(tmp_path):
    values = np.array([[[20000, 10000, 5000, 32768], [0, 0, 0, 0]]], np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb", extrasamples=["assocalpha"])
    expected = values[0, 0, :3] / 32768
    np.testing.assert_allclose(read_picture(tmp_path / "a.tif").pixels, [[expected, [0, 0, 0]]], atol=1e-5)


def test_hidden_floats_may_be_no_numbers(tmp_path):
    values = noise(6, 5, 4)
    values[:3] = np.nan, np.inf, -1e9, 0
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb", extrasamples=["unassalpha"])
    found = read_picture(tmp_path / "a.tif")
    np.testing.assert_array_equal(found.pixels[3:], values[3:, :, :3])
    assert np.isfinite(found.pixels).all() and (found.alpha[:3] == 0).all()


def test_floats_are_read_and_written_as_sixteen_bits(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(4, 5, 3), photometric="rgb")
    found = read_picture(tmp_path / "a.tif")
    np.testing.assert_array_equal(found.pixels, noise(4, 5, 3))
    assert found.bits == 16


def test_of_an_animation_the_first_picture_is_used_and_that_is_said(tmp_path, caplog):
    frames = [Image.new("RGB", (3, 2), color) for color in ("red", "blue")]
    found = read_picture(with_pillow(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:]))
    np.testing.assert_array_equal(found.pixels[0, 0], [1, 0, 0])
    assert "has 2 pictures; the first is used" in caplog.text


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(("name", "bits"), [*LOSSLESS, ("a.jpg", 8)])
def test_the_picture_is_the_right_way_up_and_stays_so(tmp_path, name, bits, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    path, again = tmp_path / name, tmp_path / f"again{Path(name).suffix}"
    if name == "a.tif":
        values = steps(smooth(), bits).astype(f"uint{bits}")
        tifffile.imwrite(path, values, photometric="rgb", extratags=[(274, "H", 1, orientation, True)])
    else:
        write_picture(path, PictureFile(smooth(), exif=exif.tobytes(), bits=bits))
    upright = Image.fromarray((smooth() * 255).astype(np.uint8))
    upright.getexif()[274] = orientation
    expected = np.asarray(ImageOps.exif_transpose(upright)) / 255
    np.testing.assert_allclose(read_picture(path).pixels, expected, atol=5 / 255)
    write_picture(again, read_picture(path))
    np.testing.assert_allclose(read_picture(again).pixels, expected, atol=6 / 255)
    with Image.open(again) as image:
        assert image.size == expected.shape[1::-1] and image.getexif().get(274, 1) == 1


# Bad files


def png_that_claims(width: int, height: int) -> bytes:
    data = bytearray(imagecodecs.png_encode(np.zeros((1, 1, 3), np.uint8)))
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


def encoded(name: str, bits: int = 8) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        write_picture(Path(folder, name), PictureFile(noise(24, 32, 3), bits=bits))
        return Path(folder, name).read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"once upon a time", "is not a picture of a kind that is read"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not a picture of a kind that is read"),
        (png_that_claims(60_000, 50_000), r"60000×50000 pixels \(3000 Mpx\), more than the limit of 200 Mpx"),
        (encoded("a.jpg")[:-200], "is cut short after"),
        (encoded("a.png")[:-200], "is cut short after"),
        (encoded("a.png", 16)[:-400], "is cut short after 22 of 24 rows"),
        (encoded("a.tif")[:-200], "is damaged or cut short"),
        (encoded("a.tif", 16)[:-200], "is damaged or cut short"),
        (encoded("a.webp")[:-200], "is damaged or cut short"),
    ],
)
def test_a_bad_file_is_one_line_that_names_it(tmp_path, content, message):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(PictureReadError, match=message) as error:
        read_picture(tmp_path / "a")
    assert str(error.value).startswith(f"{tmp_path / 'a'}: ") and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.full((2, 2, 3), np.nan, np.float32), "holds NaN"),
        (np.full((2, 2, 3), np.inf, np.float32), "holds NaN or infinite"),
        (np.full((2, 2, 3), 37, np.float32), r"values from 37 to 37; scale them to 0\.\.1"),
        (np.full((2, 2, 3), -5, np.int16), "samples of type int16"),
    ],
)
def test_numbers_that_are_no_colors_are_refused(tmp_path, values, message):
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb")
    with pytest.raises(PictureReadError, match=message):
        read_picture(tmp_path / "a.tif")


def test_what_is_not_there_or_no_file(tmp_path):
    with pytest.raises(PictureReadError, match="no such file"):
        read_picture(tmp_path / "gone.png")
    with pytest.raises(PictureReadError, match="is a folder"):
        read_picture(tmp_path)


def test_the_limit_on_pixels_can_be_set_and_pillow_keeps_its_own(tmp_path):
    before = Image.MAX_IMAGE_PIXELS
    for bits in (8, 16):
        for suffix in ("png", "tif"):
            path = tmp_path / f"{bits}.{suffix}"
            write_picture(path, PictureFile(noise(4, 5, 3), bits=bits))
            assert read_picture(path, max_pixels=20).pixels.shape == (4, 5, 3)
            with pytest.raises(PictureReadError, match="more than the limit"):
                read_picture(path, max_pixels=19)
    assert before == Image.MAX_IMAGE_PIXELS


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([(name, bits, encoded(name, bits)) for name, bits in [*LOSSLESS, ("a.jpg", 8)]]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_whatever_the_damage_the_end_is_a_picture_or_one_line(tmp_path_factory, file, damage):
    logging.getLogger("tifffile").setLevel(logging.CRITICAL)
    data = bytearray(file[2])
    for place, value in damage:
        data[int(place * (len(data) - 1))] = value
    path = tmp_path_factory.mktemp("damaged") / file[0]
    path.write_bytes(data)
    try:
        found = read_picture(path, max_pixels=10**6)
    except PictureReadError as error:
        assert "\n" not in str(error)
    else:
        assert np.isfinite(found.pixels).all() and found.pixels.min() >= 0 and found.pixels.max() <= 1


def test_a_tiff_without_rows_is_one_line(tmp_path):
    data = bytearray(encoded("a.tif", 16))
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        tag = file.pages.first.tags["ImageLength"]
        place, size = tag.valueoffset, 4 if tag.dtype == 4 else 2
    data[place : place + size] = bytes(size)
    (tmp_path / "a.tif").write_bytes(data)
    with pytest.raises(PictureReadError, match=r"a\.tif: .*; .*copy"):
        read_picture(tmp_path / "a.tif")


# Bad outputs


@pytest.mark.parametrize(
    ("name", "picture", "message"),
    [
        ("a.xyz", PictureFile(noise(2, 2, 3)), r"cannot write suffix '\.xyz'; use one of \.png"),
        ("a.jpg", PictureFile(noise(2, 2, 3), noise(2, 2)), r"JPEG has no transparency; write \.png"),
        ("a.webp", PictureFile(noise(1, 16_384, 3)), "WEBP holds at most 16383 pixels a side, not 16384"),
        ("a.png", PictureFile(np.full((2, 2, 3), np.nan, np.float32)), "NaN"),
    ],
)
def test_what_cannot_be_written_is_one_line_and_leaves_nothing(tmp_path, name, picture, message):
    with pytest.raises(PictureWriteError, match=message):
        write_picture(tmp_path / name, picture)
    assert not list(tmp_path.rglob("*.*"))


def test_shapes_that_do_not_fit_are_refused(tmp_path):
    with pytest.raises(ShapeError, match="alpha must have shape"):
        write_picture(tmp_path / "a.png", PictureFile(noise(2, 2, 3), noise(2, 3)))
    with pytest.raises(ShapeError, match="pixels must have shape"):
        write_picture(tmp_path / "a.png", PictureFile(noise(2, 2)))
    with pytest.raises(ShapeError, match="cannot become"):
        PictureFile(noise(2, 2, 3)).replace_pixels(noise(2, 3, 3))


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device"), MemoryError])
def test_trouble_in_the_middle_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, error):
    (tmp_path / "a.png").write_bytes(b"old")

    def half_written(path: Path, *rest: object) -> None:
        path.write_bytes(b"half")
        raise error

    monkeypatch.setattr(files.encode, "write_png", half_written)
    with pytest.raises((KeyboardInterrupt, MemoryError, PictureWriteError)):
        write_picture(tmp_path / "a.png", PictureFile(noise(2, 2, 3)))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.png": b"old"}


# Pipes


def test_a_picture_goes_through_pipes_in_its_own_format(tmp_path, monkeypatch):
    for format, kind in (("TIFF", "TIFF"), ("GIF", "PNG")):
        out = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", type("Stream", (), {"buffer": out}))
        write_picture("-", PictureFile(noise(3, 4, 3), format=format))
        monkeypatch.setattr(sys, "stdin", type("Stream", (), {"buffer": io.BytesIO(out.getvalue())}))
        found = read_picture("-")
        assert (found.format, found.pixels.shape) == (kind, (3, 4, 3))
