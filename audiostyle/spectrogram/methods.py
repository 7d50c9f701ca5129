"""The registry of the methods of transfer: names, functions, summaries.

A method is entered by the location of its function, so that ``audiostyle transfer --help`` can list methods
without loading torch.  The function's keyword-only arguments are the method's options; help texts and checks
follow from the entry.  CONTRIBUTING.md lists what else a new method takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from audiostyle import methods
from audiostyle.checks import check_count, check_number, check_seed
from audiostyle.errors import AudiostyleError, ShapeError
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
    "optimize": Method(
        "audiostyle.spectrogram.optimize:optimize", "descent on any sum of losses, in features of a network"
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
        AudiostyleError: there is no such method, it has no such option, or a number is out of its range.
        ShapeError: ``match`` or ``alpha`` is not in [0, 1].
    """
    method = get_method(name)
    chosen = {
        option: _CHECKS[option](value) if option in _CHECKS else value
        for option, value in methods.select_options(method, name, options).items()
    }
    return lambda inputs: method.function(inputs, **chosen)


def check_fraction(name: str, value: object) -> float:
    """Return a value that must lie in [0, 1] as a float.

    Raises:
        ShapeError: it does not; the message calls it by its name.
    """
    return check_number(name, value, 0, 1, error=ShapeError)


def _check_lags(lags: object) -> list[float]:
    if not isinstance(lags, Iterable) or isinstance(lags, str):
        raise AudiostyleError(f"lags must be seconds in a list, not {lags!r}")
    return [check_number("lags", lag, 0) for lag in lags]


_CHECKS: Mapping[str, Callable[[object], object]] = {
    "match": partial(check_fraction, "match"),
    "alpha": partial(check_fraction, "alpha"),
    "iterations": partial(check_count, "iterations", low=0),
    "rounds": partial(check_count, "rounds", low=0),
    "repetition": partial(check_count, "repetition", low=0),
    "polyphony": partial(check_count, "polyphony", low=1),
    "continuity": partial(check_count, "continuity", low=0),
    "memory_limit": partial(check_number, "memory_limit", low=0, above=True),
    "lags": _check_lags,
    "seed": check_seed,
}
"""What checks the options of methods that are numbers, by the options' names."""
