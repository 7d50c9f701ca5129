"""The package is cheap to import and has the public names that it lists."""

import inspect
import subprocess
import sys
from collections.abc import Iterable

import pytest

import audiostyle
from audiostyle import errors

HEAVY = {"torch", "librosa", "numpy", "scipy", "soundfile", "typer"}


def test_importing_it_loads_nothing_heavy():
    code = f"import sys, audiostyle; dir(audiostyle); assert not {HEAVY} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", audiostyle.__all__)
def test_every_public_name_is_there(name):
    assert name in dir(audiostyle)
    assert getattr(audiostyle, name) is not None
    assert name == "__version__" or getattr(audiostyle, name).__name__ == name


@pytest.mark.parametrize("name", [name for name in audiostyle.__all__ if name != "__version__"])
def test_every_public_name_is_in_the_table(name):
    is_error = isinstance(getattr(audiostyle, name), type) and issubclass(
        getattr(audiostyle, name), Exception
    )
    assert f"``{name}``" in audiostyle.__doc__ or is_error


def test_every_error_is_public():
    classes = [found for found in vars(errors).values() if inspect.isclass(found) and found is not Iterable]
    assert classes and {found.__name__ for found in classes} <= set(audiostyle.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'audiostyle' has no attribute 'translator'"):
        audiostyle.translator  # noqa: B018
