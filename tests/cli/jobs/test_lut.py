"""The work of ``image stylize --lut``: the table reaches the picture, slips are named."""

from pathlib import Path

import numpy as np
import pytest

from audiostyle.image.grading.table import ColorTable, make_grid
from audiostyle.image.io.cube import write_cube
from audiostyle.image.io.files import read_picture


@pytest.fixture
def negative(workplace):
    write_cube("negative.cube", ColorTable.from_values(1 - make_grid(2)), "negative")


def test_pictures_go_through_the_table(audiostyle, picture, negative):
    before = [read_picture(picture(f"in/{name}.png", 20, 30)).pixels for name in "ab"]
    result = audiostyle("image", "stylize", "in", "--lut", "negative.cube", "-o", "out/", "--strength", 0.5)
    assert (result.code, result.err) == (0, "")
    for name, pixels in zip("ab", before, strict=True):
        assert np.abs(read_picture(f"out/{name}.lut.png").pixels - 0.5).max() <= 0.51 / 255
        np.testing.assert_array_equal(read_picture(f"in/{name}.png").pixels, pixels)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("b.png", "--lut", "negative.cube"), 2, "--lut FILE and no STYLE"),
        (("--lut", "negative.cube", "--network", "x"), 2, "--lut FILE and no STYLE"),
        (("--lut", "negative.cube", "--levels", "1"), 2, "--levels: of no effect with --lut"),
        (("--lut", "a.png"), 1, "no table of colors"),
        (("--lut", "gone.cube"), 1, "gone.cube"),
    ],
)
def test_slips_are_named(audiostyle, picture, negative, arguments, code, message):
    picture("a.png"), picture("b.png")
    result = audiostyle("image", "stylize", "a.png", *arguments)
    assert result.code == code and message in result.err and result.err.count("\n") == 1
    assert not Path("a.lut.png").exists()
