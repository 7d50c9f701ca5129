"""Numbers that a user gives, checked against what the documentation says, in one place.

Every option that is a number goes through :func:`check_number`, so that text, NaN, infinity and numbers out
of range are refused alike, in one line that names the option and its range.
"""

import math
from numbers import Real

from audiostyle.errors import AudiostyleError, ShapeError

LOWEST_RATE, HIGHEST_RATE = 100, 10_000_000
"""Sample rates between which sound can be meant, in hertz: seismographs are slower, radios faster."""

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
