"""What a training says about itself: a line for each report."""

import json
from collections.abc import Mapping

from audiostyle.cli.console import format_time, print_message


def print_numbers(numbers: Mapping[str, object]) -> None:
    """Print a report of a training as a line: step and time left, then its numbers as JSON.

    Args:
        numbers: what the training reports; ``step`` and ``of`` (how many steps there are) and ``left_s``
            (seconds left) are put first, where they are among them.
    """
    rest = dict(numbers)
    left = rest.pop("left_s", None)
    place = f"{rest.pop('step')}/{rest.pop('of')} " if "step" in rest else ""
    time = f"{format_time(left)} left " if isinstance(left, int | float) else ""
    print_message(place + time + json.dumps(rest))
