"""Registries: methods are found by name, and options are those that their functions take."""

import sys

import pytest

from audiostyle.errors import AudiostyleError
from audiostyle.methods import Method, get_method, select_options


def blur(image, *, radius=3, passes=1):
    return image, radius, passes


METHODS = {"blur": Method(blur, "a blur"), "root": Method("math:sqrt", "a root")}


def test_a_method_is_a_function_or_its_place():
    assert METHODS["blur"].function is blur
    assert METHODS["root"].function(9.0) == 3.0


def test_a_place_is_imported_when_it_is_needed():
    method = Method("colorsys:rgb_to_hsv", "a space")
    sys.modules.pop("colorsys", None)
    assert method.summary == "a space" and "colorsys" not in sys.modules
    assert method.function(0, 0, 0) == (0.0, 0.0, 0) and "colorsys" in sys.modules


def test_options_are_the_keyword_only_arguments():
    assert METHODS["blur"].options == {"radius", "passes"}


def test_a_slip_gets_a_suggestion_and_the_list():
    assert get_method(METHODS, "blur") is METHODS["blur"]
    with pytest.raises(
        AudiostyleError, match=r"no method 'blurr', did you mean 'blur'\?; there is blur, root"
    ):
        get_method(METHODS, "blurr")


def test_none_is_the_default_and_is_left_out():
    options = {"radius": 5, "passes": None}
    assert select_options(METHODS["blur"], "blur", options) == {"radius": 5}


def test_a_foreign_option_is_named_even_beside_others():
    with pytest.raises(AudiostyleError, match="method 'blur' has no option 'sigma'; it has passes, radius"):
        select_options(METHODS["blur"], "blur", {"radius": 5, "sigma": 1})
    assert select_options(METHODS["blur"], "blur", {"sigma": None}) == {}
