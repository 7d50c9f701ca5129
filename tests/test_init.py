"""The package is cheap to import and has the public names that it lists."""

import importlib.util
import subprocess
import sys

import pytest

import audiostyle

HEAVY = {"torch", "librosa", "numpy", "scipy", "soundfile", "typer"}


def test_importing_it_loads_nothing_heavy():
    code = f"import sys, audiostyle; dir(audiostyle); assert not {HEAVY} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", audiostyle.__all__)
def test_every_public_name_is_there(name):
    home = audiostyle._HOMES.get(name)
    if home and importlib.util.find_spec(home) is None:
        pytest.skip(f"{home} is not there yet")
    assert name in dir(audiostyle)
    assert getattr(audiostyle, name) is not None
    assert name == "__version__" or getattr(audiostyle, name).__name__ == name


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'audiostyle' has no attribute 'translator'"):
        audiostyle.translator  # noqa: B018
