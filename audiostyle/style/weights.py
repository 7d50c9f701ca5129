"""How much each of several styles counts."""

from collections.abc import Sequence

from audiostyle.errors import ShapeError


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
    chosen = [1.0] * count if weights is None else [float(weight) for weight in weights]
    if len(chosen) != count or not all(0 < weight < float("inf") for weight in chosen):
        raise ShapeError(f"{count} style(s) need as many positive weights, not {chosen}")
    return [weight / sum(chosen) for weight in chosen]
