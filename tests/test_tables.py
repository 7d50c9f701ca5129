"""Every package opens with a table of contents that matches its folder, and its public names are there."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest


def find_packages(name: str = "audiostyle") -> Iterator[str]:
    """Yield the names of the package and of all packages in it."""
    yield name
    for module in pkgutil.iter_modules(importlib.import_module(name).__path__):
        if module.ispkg:
            yield from find_packages(f"{name}.{module.name}")


def list_modules(package: str) -> set[str]:
    """Return the names of the modules and packages in a package's folder that are not private."""
    path = importlib.import_module(package).__path__
    return {module.name for module in pkgutil.iter_modules(path) if not module.name.startswith("_")}


def read_table(package: str) -> list[str]:
    """Return the names in the first column of the tables of contents, in order."""
    doc = importlib.import_module(package).__doc__ or ""
    return re.findall(r"^:mod:`\.(\w+)`", doc, re.MULTILINE)


PACKAGES = list(find_packages())


@pytest.mark.parametrize("package", PACKAGES)
def test_the_table_of_contents_is_the_folder(package):
    table, folder = read_table(package), list_modules(package) - {"__main__"}
    assert len(set(table)) == len(table), "a module has two rows"
    assert set(table) == folder


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_can_be_imported(package):
    module = importlib.import_module(package)
    names = getattr(module, "__all__", [])
    assert len(set(names)) == len(names)
    for name in names:
        assert getattr(module, name) is not None, f"{package}.{name}"
        assert name in dir(module)


@pytest.mark.parametrize("package", [name for name in PACKAGES if name.count(".") == 1])
def test_a_package_says_what_is_public(package):
    assert isinstance(importlib.import_module(package).__all__, list)
