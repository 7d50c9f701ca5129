"""Public names of a package that are imported when they are first used.

Importing a room costs nothing: ``audiostyle --help`` looks at some of them, and torch takes seconds to load.
A package calls :func:`export_lazily` at its end, with the module of each public name.
"""

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

    _homes: ClassVar[Mapping[str, str]]

    def __getattr__(self, name: str) -> Any:
        if name not in self._homes:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(self._homes[name]), name)

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in self._homes):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._homes})


def export_lazily(package: str, homes: Mapping[str, str]) -> None:
    """Let public names of a package be imported when they are first used.

    Args:
        package: the package's name, its own ``__name__``.
        homes: public name → the module that defines it.

    Example:
        >>> import sys, types
        >>> sys.modules["room"] = types.ModuleType("room")
        >>> export_lazily("room", {"sqrt": "math"})
        >>> sys.modules["room"].sqrt(9.0)
        3.0
    """
    sys.modules[package].__class__ = type("LazyPackage", (_LazyPackage,), {"_homes": dict(homes)})
