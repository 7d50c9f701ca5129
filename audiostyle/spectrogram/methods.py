"""The registry of the methods of transfer: names, functions, summaries.

A method is entered by the location of its function, so that ``audiostyle transfer --help`` can list methods
without loading torch.  The function's keyword-only arguments are the method's options; help texts and checks
follow from the entry.  CONTRIBUTING.md lists what else a new method takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from audiostyle import methods
from audiostyle.errors import ShapeError
from audiostyle.methods import Method

if TYPE_CHECKING:
    from audiostyle.spectrogram.inputs import TransferInputs
    from audiostyle.spectrogram.stylizer import Stylizer

DEFAULT = "wct"
"""The method that is used unless another is asked for."""

METHODS: Mapping[str, Method] = {
    "wct": Method(
        "audiostyle.spectrogram.wct:wct",
        "the style's means and covariances in an autoencoder's features, in closed form",
    ),
    "complex-wct": Method(
        "audiostyle.spectrogram.complex_wct:complex_wct",
        "the same in complex features of the complex spectrogram; no phases to find",
    ),
    "cascade": Method(
        "audiostyle.spectrogram.cascade:cascade",
        "complex WCT, then WCT on its result: nearest to the truth, and slower",
    ),
    "musaicing": Method(
        "audiostyle.spectrogram.musaicing:musaicing", "the content rebuilt from frames of the style"
    ),
    "gram": Method(
        "audiostyle.spectrogram.gram:gram",
        "the content's spectrogram, optimized until it has the style's texture",
    ),
    "ulyanov": Method(
        "audiostyle.spectrogram.ulyanov:ulyanov", "Gram optimization as first published; slow, for comparison"
    ),
}


def get_method(name: str) -> Method:
    """Return the method called ``name``.

    Raises:
        AudiostyleError: there is none; the message suggests a near name and lists those there are.
    """
    return methods.get_method(METHODS, name)


def prepare_method(name: str, options: Mapping[str, object]) -> Callable[[TransferInputs], Stylizer]:
    """Return a method with its options, which remains to be given a transfer's inputs.

    Args:
        name: one of :data:`METHODS`.
        options: the method's own; None stands for an option's default.

    Raises:
        AudiostyleError: there is no such method, or it has no such option.
        ShapeError: ``match`` or ``alpha`` is not in [0, 1].
    """
    method = get_method(name)
    chosen = methods.select_options(method, name, options)
    for fraction in ("match", "alpha"):
        check_fraction(fraction, cast(float, chosen.get(fraction, 0.0)))
    return lambda inputs: method.function(inputs, **chosen)


def check_fraction(name: str, value: float) -> None:
    """Check a value that must lie in [0, 1].

    Raises:
        ShapeError: it does not; the message calls it by its name.
    """
    if not 0 <= value <= 1:
        raise ShapeError(f"{name} must lie between 0 and 1, not {value}")
