"""The registry of the methods of stylization: names, functions, summaries.

A method is entered by the location of its function, so that ``audiostyle image --help`` can list methods
without loading torch.  The function's keyword-only arguments are the method's options; help texts and checks
follow from the entry.  CONTRIBUTING.md lists what else a new method takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from audiostyle import methods
from audiostyle.methods import Method

Smoothing = Literal["exact", "guided", "none"]
"""How a result is smoothed along the edges of its content; see :mod:`audiostyle.image.smoothing`."""

DEFAULT = "photowct"
"""The method that is used unless another one is asked for."""


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
    "photowct": StylizeMethod(
        "audiostyle.image.photowct:photowct",
        "whitening and coloring that keeps structure: photographs",
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
        "audiostyle.image.optimization.optimize:optimize", "descent on the pixels, with any loss"
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
