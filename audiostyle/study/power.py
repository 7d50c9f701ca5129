"""How many more listeners would settle what is open.

The half width of an interval falls with the root of the number of listeners.  A difference is found in 80 of
100 studies if it is (z₀.₉₇₅ + z₀.₈) standard errors wide, so the number that is needed follows from the
difference and from the interval that there is.  It is as uncertain as the difference: if that is in truth
smaller, more are needed, and if there is none, no number will show one.
"""

import math

from scipy import special

from audiostyle.checks import check_number
from audiostyle.evaluate.intervals import LEVEL

POWER = 0.8
"""Share of studies in which a difference as large as the one seen would be found."""

MOST = 100_000
"""Listeners beyond which a difference is taken for none."""


def count_listeners(
    difference: float, low: float, high: float, listeners: int, *, level: float = LEVEL, power: float = POWER
) -> int | None:
    """Return how many listeners in all would show a difference of this size.

    Args:
        difference: that was estimated.
        low, high: its interval.
        listeners: that gave it.
        level: coverage of the interval.
        power: share of studies in which it is to be found.

    Returns:
        A number of listeners, or None where it is beyond :data:`MOST` or cannot be told.

    Raises:
        AudiostyleError: the level or the power does not lie between 0 and 1.

    Example:
        >>> count_listeners(0.5, -0.5, 1.5, 10)  # an interval twice as wide as what would just do
        62
    """
    check_number("level", level, 0, 1, above=True, below=True)
    check_number("power", power, 0, 1, above=True, below=True)
    width = (high - low) / 2
    if listeners < 2 or not math.isfinite(width) or difference == 0:
        return None
    # The interval's half width is Student's quantile of standard errors.
    error = width / float(special.stdtrit(listeners - 1, (1 + level) / 2))
    wanted = float(special.ndtri((1 + level) / 2) + special.ndtri(power))
    needed = listeners * (wanted * error / abs(difference)) ** 2
    return math.ceil(needed) if needed <= MOST else None
