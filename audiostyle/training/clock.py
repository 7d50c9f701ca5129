"""Learning rates by the clock: where minutes are given and not steps, as on a GPU that is lent."""

import math

_WARM_UP = 0.02  # share of the time at which the rate is full
_DECAY = 0.55  # share of the time at which it begins to fall


def compute_rate_factor(share: float) -> float:
    """Return the learning rate by its largest value, after a share of the time.

    Example:
        >>> [round(compute_rate_factor(share), 3) for share in (0.0, 0.01, 0.02, 0.5, 0.775, 1.0)]
        [0.01, 0.5, 1.0, 1.0, 0.5, 0.0]
    """
    if share < _WARM_UP:
        return max(0.01, share / _WARM_UP)
    if share < _DECAY:
        return 1.0
    return 0.5 + 0.5 * math.cos(math.pi * min(1.0, (share - _DECAY) / (1 - _DECAY)))
