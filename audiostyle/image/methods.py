"""The registry of the methods of stylization: names, functions, summaries.

A method is entered by the location of its function, so that ``audiostyle image --help`` can list methods
without loading torch.  The function's keyword-only arguments are the method's options; help texts and checks
follow from the entry.  CONTRIBUTING.md lists what else a new method takes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from audiostyle import methods
from audiostyle.methods import Method

Smoothing = Literal["exact", "guided", "none"]
"""How a result is smoothed along the edges of its content; see :mod:`audiostyle.image.smoothing`."""

DEFAULT = "develop"
"""The method that is used unless another one is asked for."""

TWO_VIEWS = "grade"
"""The method of two views of a scene unless another one is asked for: one map of colors for both eyes."""

PUBLISHED = "photowct"
"""The method that is used where none is asked for and an option is given that is one of networks."""


@dataclass(frozen=True)
class StylizeMethod(Method):
    """A method of stylization.

    Attributes:
        location: of the function, see `audiostyle.methods.Method`.
        summary: what it does, in a line.
        smooth: the smoothing along the content's edges that belongs to the method.
    """

    smooth: Smoothing = "none"


METHODS: Mapping[str, StylizeMethod] = {
    "develop": StylizeMethod(
        "audiostyle.image.develop:develop",
        "tones, colors and some texture, part by part: photographs to keep",
    ),
    "grade": StylizeMethod(
        "audiostyle.image.grade:grade",
        "the same without texture: colors alone are mapped",
    ),
    "photowct": StylizeMethod(
        "audiostyle.image.photowct:photowct",
        "whitening and coloring that keeps structure, as published",
        "guided",
    ),
    "transport": StylizeMethod(
        "audiostyle.image.transport:transport",
        "PhotoWCT with optimal transport and fewer levels",
        "guided",
    ),
    "wct": StylizeMethod("audiostyle.image.wct:wct", "whitening and coloring with free textures: paintings"),
    "adain": StylizeMethod(
        "audiostyle.image.adain:adain", "means and deviations of deep features: paintings, in one step"
    ),
    "reinhard": StylizeMethod(
        "audiostyle.image.reinhard:reinhard", "means and deviations of colors in lαβ; no network"
    ),
    "mkl": StylizeMethod(
        "audiostyle.image.mkl:mkl", "mean and covariance of colors, moved least; no network"
    ),
    "idt": StylizeMethod(
        "audiostyle.image.idt:idt", "the whole distribution of colors, grain restored; no network"
    ),
}
"""The methods of stylization, by the name that ``method=`` takes."""


BY_DESCENT: Mapping[str, StylizeMethod] = {
    "optimize": StylizeMethod(
        "audiostyle.image.optimization.optimize:optimize", "descent on the picture, with any loss"
    )
}
"""Methods that take minutes; they have a command of their own."""


def get_method(name: str) -> StylizeMethod:
    """Return the method called ``name``.

    Raises:
        AudiostyleError: there is none; the message lists those there are.

    Example:
        >>> get_method("photowct").smooth
        'guided'
    """
    return methods.get_method(BY_DESCENT if isinstance(name, str) and name in BY_DESCENT else METHODS, name)


def choose_method(name: str | None, options: Collection[str], default: str = DEFAULT) -> str:
    """Return the name of a method; for None the one that belongs to the options.

    Until the default was `DEFAULT`, it was `PUBLISHED`: what was said of its levels or its backbone without
    naming it still means it.

    Args:
        name: what was asked for.
        options: names of the options that were given.
        default: what is used where neither says anything.

    Example:
        >>> choose_method(None, ["strength"]), choose_method(None, ["levels"]), choose_method("mkl", ["seed"])
        ('develop', 'photowct', 'mkl')
    """
    if name is not None:
        return name
    networks = {"levels", "unpool", "content_reg", "backbone"}
    return PUBLISHED if networks & set(options) else default
