"""Public names of a package that are imported when they are first used.

Importing a package costs nothing: ``audiostyle --help`` looks at some of them, and torch takes seconds to
load.  A package lists its public names twice, side by side: as imports that only type checkers follow, and as
the mapping that :func:`export_lazily` takes.  A test compares the two::

    if TYPE_CHECKING:
        from audiostyle.evaluate.notes import note_f1 as note_f1

    export_lazily(__name__, {"audiostyle.evaluate.notes": ("note_f1",)})

To import a name "as" itself is how PEP 484 spells that it is meant to be imported from here.
"""

import importlib
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType


class _LazyPackage(ModuleType):
    """A package whose public names are looked up in their modules.

    A function may be called as the module that it is in (``audiostyle.image.mkl``).  The import system sets a
    package's attribute to the module; here the attribute stays the function, whichever is imported first.
    """

    _modules: Mapping[str, str]  # public name → module

    def __getattr__(self, name: str) -> object:
        modules: Mapping[str, str] = self.__dict__["_modules"]
        if name not in modules:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(modules[name]), name)

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in self._modules):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._modules})


def export_lazily(package: str, modules: Mapping[str, Sequence[str]]) -> None:
    """Let the public names of a package be imported when they are first used, and list them in ``__all__``.

    Args:
        package: the package's name, its own ``__name__``.
        modules: module → the public names that it has.

    Example:
        >>> import audiostyle.evaluate
        >>> "note_f1" in audiostyle.evaluate.__all__
        True
        >>> audiostyle.evaluate.note_f1.__module__
        'audiostyle.evaluate.notes'
    """
    module = sys.modules[package]
    by_name = {name: source for source, names in modules.items() for name in names}
    module.__dict__.update(_modules=by_name, __all__=sorted(by_name))
    module.__class__ = _LazyPackage
