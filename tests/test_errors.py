"""Errors are of one family, and a slip gets a suggestion."""

from collections.abc import Iterable

import pytest

from audiostyle import errors
from audiostyle.errors import AudiostyleError, did_you_mean

CLASSES = [found for found in vars(errors).values() if isinstance(found, type) and found is not Iterable]


@pytest.mark.parametrize("error_class", CLASSES)
def test_every_error_is_an_audiostyle_error_with_a_line_about_it(error_class):
    assert issubclass(error_class, AudiostyleError)
    assert error_class.__doc__ and len(error_class.__doc__.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "suggestion"), [("paino", "piano"), ("PIANO", "piano"), ("string", "strings"), ("xyz", None)]
)
def test_the_nearest_name_is_suggested(name, suggestion):
    expected = f", did you mean {suggestion!r}?" if suggestion else ""
    assert did_you_mean(name, ["piano", "strings"]) == expected


def test_without_names_nothing_is_suggested():
    assert did_you_mean("piano", []) == ""
