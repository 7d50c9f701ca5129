"""Registries: named functions with one-line summaries, and the options that each of them takes.

The transfers between recordings and the stylizations of pictures are both chosen by ``method="name"``, and
metrics by their names.  What these choices share is here: the lookup with a suggestion for a slip, and the
check of options against the keyword arguments of the method's function.
"""

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from audiostyle.errors import AudiostyleError, did_you_mean

Result = TypeVar("Result")
"""What the function of a method returns."""

AnyMethod = TypeVar("AnyMethod", bound="Method")
"""A method, or a registry's own kind of it."""


@dataclass(frozen=True)
class Method(Generic[Result]):
    """One method of a registry.

    Attributes:
        location: the function that carries it out, or where that is, as ``"module:function"``.  Then it is
            imported when it is first needed, so that ``--help`` can list methods without loading torch.
        summary: what it does, in a line, for ``--help`` and lists.

    Example:
        >>> Method("math:sqrt", "the square root").function(9.0)
        3.0
    """

    location: Callable[..., Result] | str
    summary: str

    @property
    def function(self) -> Callable[..., Result]:
        """The function that carries the method out; its keyword-only arguments are the method's options."""
        if not isinstance(self.location, str):
            return self.location
        module, _, name = self.location.partition(":")
        return getattr(importlib.import_module(module), name)

    @property
    def options(self) -> frozenset[str]:
        """The names of the keyword-only arguments that the function takes."""
        parameters = inspect.signature(self.function).parameters.values()
        return frozenset(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


def get_method(registry: Mapping[str, AnyMethod], name: str) -> AnyMethod:
    """Return the method called ``name``.

    Args:
        registry: methods by their names.
        name: of one of them.

    Raises:
        AudiostyleError: there is none; the message suggests a near name and lists those there are.

    Example:
        >>> get_method({"wct": Method(print, "whitening and coloring")}, "wct").summary
        'whitening and coloring'
    """
    if not isinstance(name, str) or name not in registry:
        raise AudiostyleError(
            f"no method {name!r}{did_you_mean(str(name), registry)}; there is {', '.join(registry)}"
        )
    return registry[name]


def select_options(method: Method, name: str, options: Mapping[str, object]) -> dict[str, object]:
    """Return the options that were set; None stands for an option's default and is left out.

    Args:
        method: takes the options.
        name: what messages call the method.
        options: values by the names of options.

    Raises:
        AudiostyleError: the method has no such option; the message lists those it has.

    Example:
        >>> def soften(image, *, radius=3): ...
        >>> select_options(Method(soften, "a blur"), "soften", {"radius": None})
        {}
    """
    chosen = {option: value for option, value in options.items() if value is not None}
    if foreign := sorted(chosen.keys() - method.options):
        known = ", ".join(sorted(method.options))
        raise AudiostyleError(f"method {name!r} has no option {foreign[0]!r}; it has {known}")
    return chosen
