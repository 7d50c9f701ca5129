"""Public names are imported when they are used, and a function is never hidden by its module."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A package with a module ``blur`` that holds a function of the same name."""
    folder = tmp_path / "lazyroom"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from audiostyle.lazy import export_lazily\nexport_lazily(__name__, {'blur': 'lazyroom.blur'})\n"
    )
    (folder / "blur.py").write_text("def blur():\n    return 'blurred'\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[1]}")


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_importing_the_package_imports_no_module(room):
    run("import sys, lazyroom; assert 'lazyroom.blur' not in sys.modules; assert 'blur' in dir(lazyroom)")


@pytest.mark.parametrize(
    "first", ["", "import lazyroom.blur", "from lazyroom.blur import blur", "lazyroom.blur"]
)
def test_a_function_called_as_its_module_stays_the_function(room, first):
    run(f"import lazyroom\n{first}\nfrom lazyroom import blur\nassert blur() == lazyroom.blur() == 'blurred'")


def test_another_name_is_an_attribute_error(room):
    run("import lazyroom; assert not hasattr(lazyroom, 'blurr')")
