"""What a user gives beside sound and pictures, checked against what the documentation says, in one place.

Every option that is a number goes through :func:`check_number`, so that text, NaN, infinity and numbers out
of range are refused alike, in one line that names the option and its range.  :func:`check_outputs` refuses to
let a result replace what it is made from.
"""

import math
import os
import stat
from collections.abc import Iterable, Sequence
from numbers import Real
from pathlib import Path

from audiostyle.errors import AudiostyleError, ShapeError

LOWEST_RATE, HIGHEST_RATE = 100, 10_000_000
"""Sample rates between which sound can be meant, in hertz: seismographs are slower, radios faster."""

_LARGEST_SEED = 2**63 - 1  # what torch's generators take
_STANDARD_STREAM = "-"
_MOST_SHOWN = 60  # characters of a wrong value in a message


def check_number(
    name: str,
    value: object,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    above: bool = False,
    below: bool = False,
    error: type[AudiostyleError] = AudiostyleError,
) -> float:
    """Return an option as a float after checking that it is a finite number within its range.

    Args:
        name: of the option, as messages call it.
        value: what was given: a number of Python or NumPy.
        low, high: the range.
        above: whether the value must be above ``low``, and not just ``low`` itself.
        below: whether it must be below ``high``.
        error: what is raised.

    Raises:
        AudiostyleError: it is not; of the kind ``error``.

    Example:
        >>> check_number("strength", 0.5, 0, 1)
        0.5
        >>> check_number("strength", float("nan"), 0, 1)
        Traceback (most recent call last):
        audiostyle.errors.AudiostyleError: strength must lie between 0 and 1, not nan
    """
    number = _to_float(value)
    inside = number is not None and (
        (low < number if above else low <= number) and (number < high if below else number <= high)
    )
    if number is None or not inside or not math.isfinite(number):
        raise error(f"{name} must {_describe_range(low, high, above, below)}, not {show_value(value)}")
    return number


def check_count(
    name: str,
    value: object,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    error: type[AudiostyleError] = AudiostyleError,
) -> int:
    """Return an option as an int after checking that it is a whole number within its range.

    The arguments and errors are those of :func:`check_number`.  A float without a fraction is a whole number.

    Example:
        >>> check_count("seed", 7.0, 0)
        7
        >>> check_count("transpose", 0.5)
        Traceback (most recent call last):
        audiostyle.errors.AudiostyleError: transpose must be a whole number, not 0.5
    """
    number: float | int | None = value if isinstance(value, int) else _to_float(value)  # ints have any size
    if number is None or not low <= number <= high or not math.isfinite(number) or number != int(number):
        span = (
            ""
            if low == -math.inf
            else f" of {low:g} or more"
            if high == math.inf
            else f" from {low:g} to {high:g}"
        )
        raise error(f"{name} must be a whole number{span}, not {show_value(value)}")
    return int(number)


def check_seed(value: object) -> int:
    """Return a seed as an int after checking that generators take it.

    Raises:
        AudiostyleError: it is no whole number from 0 to 2⁶³ − 1.
    """
    if isinstance(value, int) and value > _LARGEST_SEED:
        raise AudiostyleError(f"seed must be below 2^63, not {show_value(value)}")
    return check_count("seed", value, 0)


def check_levels(levels: Sequence[int], known: Sequence[int]) -> list[int]:
    """Return the levels of a network that are to be worked through, as ints.

    Raises:
        AudiostyleError: there are none, or one is not among those that are ``known``.

    Example:
        >>> check_levels((4, 1), (1, 2, 3, 4))
        [4, 1]
    """
    given = list(levels) if isinstance(levels, Iterable) and not isinstance(levels, str) else []
    if not given or any(_to_float(level) not in known for level in given):
        raise AudiostyleError(f"levels must be among {', '.join(map(str, known))}, not {show_value(levels)}")
    return [int(level) for level in given]


def check_sample_rate(value: object, name: str = "sample_rate") -> int:
    """Return a sample rate as an int after checking that sound can have it.

    Args:
        value: whole hertz from `LOWEST_RATE` to `HIGHEST_RATE`; a float without a fraction will do.
        name: of the option, as messages call it.

    Raises:
        ShapeError: it is not.

    Example:
        >>> check_sample_rate(44100.0)
        44100
        >>> check_sample_rate(0)
        Traceback (most recent call last):
        audiostyle.errors.ShapeError: sample_rate must be whole hertz from 100 to 10000000, not 0
    """
    number = _to_float(value)
    if number is None or not LOWEST_RATE <= number <= HIGHEST_RATE or number != int(number):
        raise ShapeError(
            f"{name} must be whole hertz from {LOWEST_RATE} to {HIGHEST_RATE}, not {show_value(value)}"
        )
    return int(number)


def check_outputs(inputs: Iterable[object], outputs: Iterable[object]) -> None:
    """Check that no result replaces an input or another result, whatever links and dots lie between them.

    Args:
        inputs: paths of what is read; what is no path (None, an array) and standard input are passed over.
        outputs: paths of what is written; None is passed over, and so are devices such as ``/dev/null``.

    Raises:
        AudiostyleError: one does.

    Example:
        >>> check_outputs(["song.wav"], ["./song.wav"])
        Traceback (most recent call last):
        audiostyle.errors.AudiostyleError: ./song.wav: is an input too, which it would replace; name another
    """
    read = {key for path in inputs if (key := _identify(path)) and key != _STANDARD_STREAM}
    written = set()
    for path in outputs:
        key = _identify(path)
        if key in read:
            raise AudiostyleError(f"{path}: is an input too, which it would replace; name another")
        if key in written:
            raise AudiostyleError(f"{path}: two results would go there; give each a file of its own")
        written |= {key} if key else set()


def check_paths(name: str, paths: Iterable[object]) -> list[str | Path]:
    """Return paths after checking that they are some.

    Raises:
        AudiostyleError: one is no path.

    Example:
        >>> check_paths("out", [None])
        Traceback (most recent call last):
        audiostyle.errors.AudiostyleError: out must be the path of a file, not None
    """
    checked: list[str | Path] = []
    for path in paths:
        if not isinstance(path, str | os.PathLike) or not isinstance(os.fspath(path), str):
            raise AudiostyleError(f"{name} must be the path of a file, not {show_value(path)}")
        checked.append(path if isinstance(path, str | Path) else Path(path))
    return checked


def _identify(path: object) -> object:
    """Return what tells a file from others; None for what is no path, or a device."""
    if not isinstance(path, str | os.PathLike):
        return None
    if str(path) == _STANDARD_STREAM:
        return _STANDARD_STREAM
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return os.path.realpath(path) if "\0" not in str(path) else None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def show_value(value: object) -> str:
    """Return a wrong value as a message shows it: in one line, and cut where it is long.

    Example:
        >>> show_value("very\\nloud"), len(show_value("x" * 1000)) < 80
        ("'very\\\\nloud'", True)
    """
    text = " ".join((str(value) if isinstance(value, Real) else repr(value)).split())
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _to_float(value: object) -> float | None:
    """Return a number as a float, and None for what is no number; text that spells one is none either."""
    if isinstance(value, str | bytes | bytearray | complex) or getattr(value, "ndim", 0) != 0:
        return None
    try:
        return float(value)  # type: ignore[arg-type]  # whatever knows how; the rest raises
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return None


def _describe_range(low: float, high: float, above: bool = False, below: bool = False) -> str:
    if (low, high) == (-math.inf, math.inf):
        return "be a finite number"
    if high == math.inf:
        return f"be above {low:g}" if above else f"be {low:g} or more"
    if low == -math.inf:
        return f"be below {high:g}" if below else f"be {high:g} or less"
    if above or below:
        return f"be {'above' if above else 'at least'} {low:g} and {'below' if below else 'at most'} {high:g}"
    return f"lie between {low:g} and {high:g}"
