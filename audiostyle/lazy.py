"""Public names of a package that are imported when they are first used.

Importing a package costs nothing: ``audiostyle --help`` looks at some of them, and torch takes seconds to
load.  A package lists its public names once, as imports that only type checkers follow, and calls
:func:`export_lazily`, which reads them there::

    if TYPE_CHECKING:
        from audiostyle.evaluate.notes import note_f1 as note_f1

    export_lazily(__name__)

To import a name "as" itself is how PEP 484 spells that it is meant to be imported from here.
"""

import ast
import importlib
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any, ClassVar


class _LazyPackage(ModuleType):
    """A package whose public names are looked up in their modules.

    A function may be called as the module that it is in (``audiostyle.image.mkl``).  The import system sets a
    package's attribute to the module; here the attribute stays the function, whichever is imported first.
    """

    _modules: ClassVar[Mapping[str, str]]

    def __getattr__(self, name: str) -> Any:
        if name not in self._modules:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(self._modules[name]), name)

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in self._modules):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._modules})


def read_exports(source: str) -> dict[str, str]:
    """Return the names that a package's source imports for type checkers, each with the name's module.

    Args:
        source: of the package's ``__init__.py``.

    Returns:
        Public name → module, for what is imported as itself in a block ``if TYPE_CHECKING:``.

    Example:
        >>> read_exports("if TYPE_CHECKING:\\n    from math import sqrt as sqrt, floor")
        {'sqrt': 'math'}
    """
    blocks = (node for node in ast.parse(source).body if isinstance(node, ast.If))
    checked = (node.body for node in blocks if ast.unparse(node.test) == "TYPE_CHECKING")
    imports = [node for body in checked for node in body if isinstance(node, ast.ImportFrom)]
    return {
        alias.name: node.module
        for node in imports
        for alias in node.names
        if node.module and alias.asname == alias.name
    }


def export_lazily(package: str) -> None:
    """Let the public names of a package be imported when they are first used, and list them in ``__all__``.

    Args:
        package: the package's name, its own ``__name__``.

    Raises:
        ImportError: the package's source cannot be read.

    Example:
        >>> import audiostyle.evaluate
        >>> "note_f1" in audiostyle.evaluate.__all__
        True
        >>> audiostyle.evaluate.note_f1.__module__
        'audiostyle.evaluate.notes'
    """
    module = sys.modules[package]
    loader: Any = module.__spec__ and module.__spec__.loader
    source = loader.get_source(package) if hasattr(loader, "get_source") else None
    if source is None:
        raise ImportError(f"{package}: its source, which lists its public names, cannot be read")
    modules = read_exports(source)
    module.__dict__["__all__"] = sorted(modules)
    module.__class__ = type("LazyPackage", (_LazyPackage,), {"_modules": modules})
