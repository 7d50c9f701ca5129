"""Strength by depth: the ends are the two strengths, scales and sizes of maps do not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import AudiostyleError, PictureReadError, ShapeError
from audiostyle.image import stylize, stylize_file
from audiostyle.image.depth import mix_by_depth, read_depth
from audiostyle.image.io.files import PictureFile, read_picture, write_picture

RAMP = np.tile(np.linspace(0, 1, 40, dtype=np.float32), (30, 1))  # near at the right


def noise(seed, *shape):
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_ends_get_the_two_strengths_and_the_middle_their_mean(near, far):
    content, result = noise(0, 1, 3, 3), noise(1, 1, 3, 3)
    mixed = mix_by_depth(content, result, np.array([[0.0, 0.5, 1.0]]), (near, far))
    for column, strength in enumerate((far, (near + far) / 2, near)):
        expected = content[0, column] + strength * (result[0, column] - content[0, column])
        np.testing.assert_allclose(mixed[0, column], expected, atol=1e-6)


@pytest.mark.parametrize(("scale", "shift"), [(255, 0), (-1, 3), (1e-4, 100)])
def test_scales_of_maps_do_not_matter_but_for_their_sign(scale, shift):
    content, result = noise(0, 30, 40, 3), noise(1, 30, 40, 3)
    strengths = (0.2, 0.9) if scale > 0 else (0.9, 0.2)
    one = mix_by_depth(content, result, RAMP, (0.2, 0.9))
    other = mix_by_depth(content, result, scale * RAMP.astype(float) + shift, strengths)
    np.testing.assert_allclose(one, other, atol=1e-4)


def test_a_small_map_does():
    content, result = noise(0, 30, 40, 3), noise(1, 30, 40, 3)
    small = mix_by_depth(content, result, RAMP[::3, ::2])
    np.testing.assert_allclose(small, mix_by_depth(content, result, RAMP), atol=0.05)


def test_pictures_and_files_are_mixed_alike(tmp_path, picture_pair):
    content, style = (picture[:30, :40] for picture in picture_pair)
    names = [str(tmp_path / f"{name}.png") for name in ("content", "style", "depth", "out")]
    for name, pixels in zip(names, (content, style, np.repeat(RAMP[..., None], 3, axis=2)), strict=False):
        write_picture(name, PictureFile(np.ascontiguousarray(pixels), bits=16))
    stylize_file(names[0], names[1], names[3], method="mkl", depth=names[2], depth_strength=(0, 0.8))
    made = read_picture(names[3]).pixels
    expected = stylize(content, style, method="mkl", depth=RAMP, depth_strength=(0, 0.8))
    np.testing.assert_allclose(made, expected, atol=1e-3)
    np.testing.assert_allclose(made[:, -1], content[:, -1], atol=1e-3)  # near: the content
    assert np.abs(made[:, 0] - content[:, 0]).mean() > 0.02


def test_alpha_stays(picture_pair):
    content = np.concatenate([picture_pair[0][:30, :40], RAMP[..., None] / 2 + 0.5], axis=2)
    mixed = stylize(content, picture_pair[1], method="mkl", depth=RAMP)
    np.testing.assert_allclose(mixed[..., 3], content[..., 3], atol=1e-6)


def test_colored_maps_are_refused(tmp_path):
    write_picture(tmp_path / "a.png", PictureFile(noise(0, 4, 4, 3)))
    with pytest.raises(PictureReadError, match=r"a\.png: is colored"):
        read_depth(tmp_path / "a.png")


@pytest.mark.parametrize(
    ("depth", "strengths", "error", "message"),
    [
        (np.ones((4, 4)), (0, 1), AudiostyleError, "all of one depth"),
        (np.array([[0, np.nan]]), (0, 1), ShapeError, "finite numbers"),
        (np.zeros((2, 2, 3)), (0, 1), ShapeError, "must be a map"),
        (RAMP, (0, 2), AudiostyleError, "depth_strength must lie between 0 and 1"),
        (RAMP, (0,), AudiostyleError, "must be two numbers"),
        (RAMP, "01", AudiostyleError, "must be two numbers"),
    ],
)
def test_slips_are_named(depth, strengths, error, message):
    with pytest.raises(error, match=message):
        mix_by_depth(noise(0, 4, 4, 3), noise(1, 4, 4, 3), depth, strengths)
