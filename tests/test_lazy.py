"""Public names are imported when they are used, and a function is never hidden by its module."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import audiostyle

INIT = """
from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from lazypackage.blur import blur as blur

export_lazily(__name__, {"lazypackage.blur": ("blur",)})
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


def test_only_what_is_listed_is_public(package):
    run("import lazypackage as p; assert p.__all__ == ['blur'] and not hasattr(p, 'radius')")
    run("from lazypackage import *; assert blur() == 'blurred'")


def test_another_name_is_an_attribute_error(package):
    run("import lazypackage; assert not hasattr(lazypackage, 'blurr')")


def read_typed_exports(source: str) -> dict[str, str]:
    """Return public name → module, of the imports that type checkers follow."""
    blocks = (node for node in ast.parse(source).body if isinstance(node, ast.If))
    checked = (node.body for node in blocks if ast.unparse(node.test) == "TYPE_CHECKING")
    imports = [node for body in checked for node in body if isinstance(node, ast.ImportFrom)]
    return {a.name: str(node.module) for node in imports for a in node.names if a.asname == a.name}


def list_lazy_packages() -> list[str]:
    """Return the names of the packages that export lazily."""
    root = Path(audiostyle.__file__).parent
    sources = [path for path in sorted(root.rglob("__init__.py")) if "export_lazily(" in path.read_text()]
    return [".".join(path.parent.relative_to(root.parent).parts) for path in sources]


@pytest.mark.parametrize("name", list_lazy_packages())
def test_type_checkers_see_the_names_that_are_exported(name):
    package = importlib.import_module(name)
    typed = read_typed_exports(Path(str(package.__file__)).read_text())
    assert package._modules == typed
    assert package.__all__ == sorted(typed)
