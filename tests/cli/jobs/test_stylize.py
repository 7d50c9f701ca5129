"""The work on a picture: what is asked for reaches the library, and what it found out is told."""

import json
from pathlib import Path

import numpy as np
import pytest

from audiostyle.image.io.files import read_picture


def there() -> set[str]:
    return {str(path) for path in Path().rglob("*") if path.is_file()}


# The options


def test_what_is_asked_for_reaches_the_method(audiostyle, picture, style):
    from audiostyle.image.stylization import stylize

    picture("a.png", 40, 50)
    content, other = read_picture("a.png").pixels, read_picture(style).pixels
    for name, arguments, options in (
        ("idt", ("--seed", 7), {"seed": 7}),
        (
            "mkl",
            ("--smooth", "exact", "--alpha", 0.99, "--affinity", "gaussian", "--strength", 0.5),
            {"smooth": "exact", "alpha": 0.99, "affinity": "gaussian", "strength": 0.5},
        ),
    ):
        assert audiostyle("image", "stylize", "a.png", style, "--method", name, *arguments).code == 0
        expected = stylize(content, other, method=name, **options)
        np.testing.assert_allclose(read_picture(f"a.{name}.png").pixels, expected, atol=0.51 / 255)


def test_a_network_is_worked_through_as_told(audiostyle, picture, style, model_folder):
    from audiostyle.image.stylization import stylize

    picture("a.png", 40, 50)
    content, other = read_picture("a.png").pixels, read_picture(style).pixels
    arguments = ("--levels", "1,2", "--unpool", "nearest", "--content-reg", 0, "--smooth", "none")
    more = ("--memory-limit", 1, "--device", "cpu")
    result = audiostyle("image", "stylize", "a.png", style, "--backbone", model_folder, *arguments, *more)
    assert (result.code, result.err) == (0, "")
    options = {"levels": (1, 2), "unpool": "nearest", "content_reg": 0.0, "smooth": "none"}
    expected = stylize(content, other, backbone=model_folder, **options)
    np.testing.assert_allclose(read_picture("a.photowct.png").pixels, expected, atol=0.51 / 255)


def test_without_more_photowct_is_smoothed(audiostyle, picture, style, model_folder):
    from audiostyle.image.stylization import stylize

    picture("a.png", 40, 50)
    assert audiostyle("image", "stylize", "a.png", style, "--backbone", model_folder).code == 0
    expected = stylize(
        read_picture("a.png").pixels, read_picture(style).pixels, backbone=model_folder, smooth="guided"
    )
    np.testing.assert_allclose(read_picture("a.photowct.png").pixels, expected, atol=0.51 / 255)


@pytest.mark.parametrize("backbone", ["photto", "gone/folder"])
def test_a_network_that_is_not_there_is_one_line_for_all(audiostyle, picture, style, backbone):
    picture("in/a.png"), picture("in/b.png")
    result = audiostyle("image", "stylize", "in", style, "--backbone", backbone)
    assert (result.code, result.err.count("\n")) == (1, 1) and "no model" in result.err


def test_every_option_of_every_method_is_one_here():
    """But for those of whoever studies a method."""
    import inspect

    from audiostyle.cli.image import stylize
    from audiostyle.image.methods import METHODS

    here = set(inspect.signature(stylize).parameters)
    for method in METHODS.values():
        assert method.options - here <= {"rotations", "keep_grain", "progress"}


# Smoothing


def test_exact_smoothing_reports_iterations_and_residual(audiostyle, picture):
    guide, rough = picture("guide.jpg", 40, 50), picture("rough.png", 40, 50, bits=16)
    result = audiostyle("image", "smooth", guide, rough, "--json")
    assert (result.code, result.err) == (0, "")
    record = json.loads(result.out)
    assert record["output"] == "rough.exact.png" and record["iterations"] > 0
    assert 0 <= record["residual"] <= 1e-3
    assert read_picture("rough.exact.png").bits == 16
    said = audiostyle("image", "smooth", guide, rough, "-o", "b.png", "--tolerance", 1e-6).out
    assert "rough.png -> b.png (50×40 in " in said and " iterations, residual " in said


def test_smoothing_is_that_of_the_library(audiostyle, picture):
    from audiostyle.image.smoothing.smooth import smooth

    guide, rough = picture("guide.png", 40, 50), picture("rough.png", 40, 50)
    for method, more in (("exact", ("--affinity", "gaussian", "--alpha", 0.99)), ("guided", ())):
        assert audiostyle("image", "smooth", guide, rough, "--method", method, *more).code == 0
        options = {"affinity": "gaussian", "alpha": 0.99, "normalisation": "random-walk"} if more else {}
        expected = smooth(read_picture(guide).pixels, read_picture(rough).pixels, method=method, **options)
        np.testing.assert_allclose(
            read_picture(f"rough.{method}.png").pixels, np.clip(expected, 0, 1), atol=0.51 / 255
        )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--method", "guided", "--alpha", "0.9"], 2, "--alpha: --method guided has no such option"),
        (["--alpha", "1"], 1, "alpha"),
        (["-o", "guide.png", "--overwrite"], 2, "would replace the input guide.png"),
        (["-o", "-", "--json"], 2, "both need stdout"),
        ([], 1, "size"),
    ],
)
def test_a_mistake_in_smoothing_is_one_line_and_leaves_nothing(audiostyle, picture, arguments, code, message):
    picture("guide.png", 10, 12)
    picture("rough.png", 12, 10)
    result = audiostyle("image", "smooth", "guide.png", "rough.png", *arguments)
    assert (result.code, result.err.count("\n")) == (code, 1) and message in result.err
    assert there() == {"guide.png", "rough.png"}
