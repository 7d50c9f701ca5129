"""Public names are imported when they are used, and a function is never hidden by its module."""

import subprocess
import sys
from pathlib import Path

import pytest

INIT = """
from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from lazypackage.blur import blur as blur
    from lazypackage.blur import radius

export_lazily(__name__)
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a module ``blur`` that holds a function of the same name."""
    folder = tmp_path / "lazypackage"
    folder.mkdir()
    (folder / "__init__.py").write_text(INIT)
    (folder / "blur.py").write_text("radius = 3\n\n\ndef blur():\n    return 'blurred'\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[1]}")


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_importing_the_package_imports_no_module(package):
    run("import sys, lazypackage as p; assert 'lazypackage.blur' not in sys.modules; assert 'blur' in dir(p)")


@pytest.mark.parametrize(
    "first", ["", "import lazypackage.blur", "from lazypackage.blur import blur", "lazypackage.blur"]
)
def test_a_function_called_as_its_module_stays_the_function(package, first):
    run(
        f"import lazypackage\n{first}\nfrom lazypackage import blur\n"
        "assert blur() == lazypackage.blur() == 'blurred'"
    )


def test_only_what_is_imported_as_itself_is_public(package):
    run("import lazypackage as p; assert p.__all__ == ['blur'] and not hasattr(p, 'radius')")
    run("from lazypackage import *; assert blur() == 'blurred'")


def test_another_name_is_an_attribute_error(package):
    run("import lazypackage; assert not hasattr(lazypackage, 'blurr')")


def test_a_package_without_its_source_says_so(package):
    run(
        "import sys, types, pytest\n"
        "from audiostyle.lazy import export_lazily\n"
        "sys.modules['bare'] = types.ModuleType('bare')\n"
        "with pytest.raises(ImportError, match='bare: its source'):\n"
        "    export_lazily('bare')"
    )
