"""The methods there are, each with its options: a line here is all that adding one takes."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from audiostyle.errors import AudiostyleError, ShapeError, did_you_mean
from audiostyle.spectrogram.cascade import cascade
from audiostyle.spectrogram.complex_wct import complex_wct
from audiostyle.spectrogram.gram import gram
from audiostyle.spectrogram.inputs import Stylizer, TransferInputs
from audiostyle.spectrogram.musaicing import musaicing
from audiostyle.spectrogram.ulyanov import ulyanov
from audiostyle.spectrogram.wct import wct

DEFAULT = "wct"


@dataclass(frozen=True)
class TransferMethod:
    """A way to transfer: what prepares it for a :class:`~audiostyle.spectrogram.inputs.TransferInputs`, and a line."""

    prepare: Callable[..., Stylizer]
    summary: str

    @property
    def options(self) -> frozenset[str]:
        """The names of the keyword arguments that ``prepare`` takes."""
        parameters = inspect.signature(self.prepare).parameters.values()
        return frozenset(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


METHODS: Mapping[str, TransferMethod] = {
    "wct": TransferMethod(
        wct, "the style's means and covariances in an autoencoder's features; in closed form"
    ),
    "complex-wct": TransferMethod(
        complex_wct, "the same in complex features of the complex spectrogram; no phases to find"
    ),
    "cascade": TransferMethod(
        cascade, "complex WCT, then WCT on its result: nearest to the truth, and slower"
    ),
    "musaicing": TransferMethod(musaicing, "the content laid out anew in frames of the style"),
    "gram": TransferMethod(gram, "the content's spectrogram, moved until it has the style's texture"),
    "reference": TransferMethod(ulyanov, "Gram optimisation as first published; slow, for comparison"),
}


def get_method(name: str) -> TransferMethod:
    """Return the method called ``name``; raises AudiostyleError with the names there are."""
    if name not in METHODS:
        near = did_you_mean(name, METHODS)
        raise AudiostyleError(f"no method {name!r}{near}; there is {', '.join(METHODS)}")
    return METHODS[name]


def prepare_method(method: str, options: Mapping[str, Any]) -> Callable[[TransferInputs], Stylizer]:
    """Return the method with its options, ready for a scene.  None stands for an option's default.

    Raises:
        AudiostyleError: there is no such method, or it has no such option.
        ShapeError: ``match`` is not in [0, 1].
    """
    found = get_method(method)
    given = {name: value for name, value in options.items() if value is not None}
    if foreign := sorted(given.keys() - found.options):
        known = ", ".join(sorted(found.options))
        raise AudiostyleError(f"method {method!r} has no option {foreign[0]!r}; it has {known}")
    check_fraction("match", given.get("match", 0.0))
    return lambda scene: found.prepare(scene, **given)


def check_fraction(name: str, value: float) -> None:
    """Raise ShapeError unless ``value`` is in [0, 1]."""
    if not 0 <= value <= 1:
        raise ShapeError(f"{name} must lie between 0 and 1, not {value}")
