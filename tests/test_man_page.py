"""The manual page is that of the command line as it is, and roff has nothing to say against it."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "man" / "audiostyle.1"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("man_page", ROOT / "docs" / "man_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_that_of_the_command_line(script):
    assert PAGE.read_text("utf-8") == script.make_page(), "run: python docs/man_page.py"


@pytest.mark.parametrize(
    ("text", "roff"),
    [("a -b", "a \\-b"), (".x", "\\&.x"), ("'x", "\\&'x"), ("a\\b", "a\\eb"), ("a\n\tb", "a b")],
)
def test_what_roff_would_take_for_a_command_is_text(script, text, roff):
    assert script.escape(text) == roff


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
def test_roff_shows_every_option_and_has_no_complaints():
    command = ["groff", "-man", "-Tutf8", "-ww", "-P-cbou", str(PAGE)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    for word in ("--domain NAME", "audiostyle image stylize", "EXIT STATUS", "--engine", "audiostyle app"):
        assert word in done.stdout
