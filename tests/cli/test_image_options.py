"""The choices of ``audiostyle image`` are those of the library, and numbers are checked."""

from typing import get_args

import pytest
import typer

from audiostyle.cli import image_options
from audiostyle.image.methods import METHODS, Smoothing
from audiostyle.image.smoothing.solver import Normalization


def test_choices_are_the_library_s():
    assert [choice.value for choice in image_options.Smooth] == list(get_args(Smoothing))
    assert {choice.value for choice in image_options.Normalization} == set(get_args(Normalization))


def test_the_help_of_method_lists_every_method():
    (option,) = image_options.Method.__metadata__
    assert all(name in option.help and method.summary in option.help for name, method in METHODS.items())


@pytest.mark.parametrize("value", [None, 0.0, 0.9999])
def test_a_smoothness_below_one_is_taken(value):
    (option,) = image_options.Smoothness.__metadata__
    assert option.callback(value) == value


@pytest.mark.parametrize("value", [-0.1, 1.0, float("nan")])
def test_any_other_smoothness_is_refused(value):
    (option,) = image_options.Smoothness.__metadata__
    with pytest.raises(typer.BadParameter, match="not between 0 and 1"):
        option.callback(value)


def test_megapixels_are_a_million_pixels():
    assert image_options.count_pixels(1.5) == 1_500_000
