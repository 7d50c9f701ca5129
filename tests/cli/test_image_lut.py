"""``audiostyle image lut`` and ``stylize --lut``: a look goes out and comes back, slips are named."""

from pathlib import Path

import numpy as np
import pytest

from audiostyle.image.io.cube import read_cube
from audiostyle.image.io.files import read_picture


def test_a_look_is_written_and_applied(audiostyle, picture, style):
    from audiostyle.image import mkl

    picture("a.png", 40, 50)
    made = audiostyle("image", "lut", "a.png", style, "-o", "look.cube", "--method", "mkl")
    assert (made.code, made.out) == (0, "") and made.err.strip().endswith(f"a.png, {style} -> look.cube")
    assert read_cube("look.cube").values.shape == (33, 33, 33, 3)
    applied = audiostyle("image", "stylize", "a.png", "--lut", "look.cube")
    assert (applied.code, applied.err) == (0, "")
    expected = mkl(read_picture("a.png").pixels, read_picture(style).pixels)
    assert np.abs(read_picture("a.lut.png").pixels - expected).mean() < 1 / 255


def test_strength_mixes_the_table_with_what_changes_nothing(audiostyle, picture, style):
    picture("a.png", 40, 50)
    for strength in (0, 0.5, 1):
        name = f"{strength}.cube"
        arguments = ("-o", name, "--method", "mkl", "--strength", strength, "--quiet")
        assert audiostyle("image", "lut", "a.png", style, *arguments) == (0, "", "")
    none, half, whole = (read_cube(f"{strength}.cube").values for strength in (0, 0.5, 1))
    np.testing.assert_allclose(half, (none + whole) / 2, atol=2e-6)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("-o", "look.png"), 2, "give a name that ends in .cube"),
        (("-o", "look.cube", "--method", "photowct"), 2, "use one of grade, mkl, reinhard"),
        (("-o", "there.cube"), 2, "exists already; use --overwrite"),
        (("-o", "look.cube", "--weights", "1,2"), 2, "1 style(s) need as many, not 2"),
    ],
)
def test_slips_are_named_and_nothing_is_written(audiostyle, picture, style, arguments, code, message):
    picture("a.png")
    Path("there.cube").write_text("mine")
    result = audiostyle("image", "lut", "a.png", style, *arguments)
    assert result.code == code and message in result.err and result.err.count("\n") == 1
    assert Path("there.cube").read_text() == "mine" and not Path("look.cube").exists()
