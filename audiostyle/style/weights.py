"""How much each of several styles counts."""

from collections.abc import Iterable, Mapping, Sequence

from audiostyle.checks import check_number, show_value
from audiostyle.errors import AudiostyleError, ShapeError


def normalize_weights(weights: Sequence[float] | None, count: int) -> list[float]:
    """Scale the weights of several styles so that they sum to 1.

    Args:
        weights: one finite number above 0 for each style; None weights all styles alike.
        count: number of styles, at least 1.

    Returns:
        ``count`` numbers in (0, 1] whose sum is 1.

    Raises:
        ShapeError: there are not ``count`` weights, or one is not finite and above 0.

    Example:
        >>> normalize_weights([3, 1], count=2)
        [0.75, 0.25]
        >>> normalize_weights(None, count=2)
        [0.5, 0.5]
    """
    given: Sequence[object] = [1.0] * count if weights is None else _to_list(weights)
    try:
        chosen = [check_number("weights", weight, 0, above=True) for weight in given]
    except AudiostyleError:
        chosen = []
    if len(chosen) != count:
        raise ShapeError(f"{count} style(s) need as many positive weights, not {show_value(weights)}")
    return [weight / sum(chosen) for weight in chosen]


def _to_list(weights: object) -> list[object]:
    """Return what a sequence of numbers holds, and nothing for what is none."""
    if not isinstance(weights, Iterable) or isinstance(weights, str | bytes | Mapping):
        return []
    return list(weights)
