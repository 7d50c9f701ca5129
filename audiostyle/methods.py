"""Registries of methods: names, one-line summaries and the options that each function takes.

The transfers between recordings and the stylizations of pictures are both chosen by ``method="name"``.  What
the two choices share is here: the lookup with a suggestion for a slip, and the check of options against the
keyword arguments of the method's function.
"""

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from audiostyle.errors import AudiostyleError, did_you_mean

M = TypeVar("M", bound="Method")


@dataclass(frozen=True)
class Method:
    """One method of a registry.

    Attributes:
        home: the function that carries it out, or its place as ``"module:function"``.  By its place it is
            imported when it is first needed, so that ``--help`` can list methods without loading torch.
        summary: what it does, in a line, for ``--help`` and lists.

    Example:
        >>> Method("math:sqrt", "the square root").function(9.0)
        3.0
    """

    home: Callable[..., Any] | str
    summary: str

    @property
    def function(self) -> Callable[..., Any]:
        """What carries the method out; its keyword-only arguments are the method's options."""
        if not isinstance(self.home, str):
            return self.home
        module, _, name = self.home.partition(":")
        return getattr(importlib.import_module(module), name)

    @property
    def options(self) -> frozenset[str]:
        """The names of the keyword arguments that the function takes."""
        parameters = inspect.signature(self.function).parameters.values()
        return frozenset(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


def get_method(registry: Mapping[str, M], name: str) -> M:
    """Return the method called ``name``.

    Raises:
        AudiostyleError: there is none; the message suggests a near name and lists those there are.

    Example:
        >>> get_method({"wct": Method(print, "whitening and coloring")}, "wct").summary
        'whitening and coloring'
    """
    if name not in registry:
        raise AudiostyleError(
            f"no method {name!r}{did_you_mean(name, registry)}; there is {', '.join(registry)}"
        )
    return registry[name]


def select_options(method: Method, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were given; None stands for an option's default and is left out.

    Raises:
        AudiostyleError: the method called ``name`` has no such option.

    Example:
        >>> def soften(image, *, radius=3): ...
        >>> select_options(Method(soften, "a blur"), "soften", {"radius": None})
        {}
    """
    given = {option: value for option, value in options.items() if value is not None}
    if foreign := sorted(given.keys() - method.options):
        known = ", ".join(sorted(method.options))
        raise AudiostyleError(f"method {name!r} has no option {foreign[0]!r}; it has {known}")
    return given
