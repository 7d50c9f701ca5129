"""The work of ``image stylize``: what is asked for reaches the library."""

import numpy as np
import pytest

from audiostyle.image.io.files import read_picture


def test_what_is_asked_for_reaches_the_method(audiostyle, picture, style):
    from audiostyle.image.stylization import stylize

    picture("a.png", 40, 50)
    content, other = read_picture("a.png").pixels, read_picture(style).pixels
    for name, arguments, options in (
        ("idt", ("--seed", 7), {"seed": 7}),
        (
            "mkl",
            ("--smooth", "exact", "--smoothness", 0.99, "--affinity", "gaussian", "--strength", 0.5),
            {"smooth": "exact", "smoothness": 0.99, "affinity": "gaussian", "strength": 0.5},
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
        assert method.options - here <= {"rotations", "keep_grain", "memory", "progress"}


def test_exact_smoothing_takes_a_memory_limit_whatever_the_method(audiostyle, picture, style):
    picture("a.png", 40, 50)
    arguments = ("--method", "mkl", "--smooth", "exact", "--memory-limit", 1)
    result = audiostyle("image", "stylize", "a.png", style, *arguments)
    assert (result.code, result.err) == (0, "")
