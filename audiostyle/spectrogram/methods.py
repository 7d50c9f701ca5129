"""The methods of transfer, each with its options: a line here is all that adding one takes.

Methods are named by their places, so that ``audiostyle transfer --help`` can list them without loading torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from audiostyle import methods
from audiostyle.errors import ShapeError
from audiostyle.methods import Method

if TYPE_CHECKING:
    from audiostyle.spectrogram.inputs import Stylizer, TransferInputs

DEFAULT = "wct"

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
        AudiostyleError: there is none; the message lists those there are.
    """
    return methods.get_method(METHODS, name)


def prepare_method(method: str, options: Mapping[str, object]) -> Callable[[TransferInputs], Stylizer]:
    """Return the method with its options, ready for a transfer's inputs.

    Args:
        method: one of `METHODS`.
        options: the method's own; None stands for an option's default.

    Raises:
        AudiostyleError: there is no such method, or it has no such option.
        ShapeError: ``match`` is not in [0, 1].
    """
    found = get_method(method)
    given = methods.select_options(found, method, options)
    match = given.get("match", 0.0)
    check_fraction("match", match)
    return lambda inputs: found.function(inputs, **given)


def check_fraction(name: str, value: float) -> None:
    """Raise ShapeError unless ``value`` is in [0, 1]."""
    if not 0 <= value <= 1:
        raise ShapeError(f"{name} must lie between 0 and 1, not {value}")
