"""How far listeners agree: Krippendorff's alpha, for any number of them and with any answers missing.

Alpha is one minus the disagreement that was observed over the disagreement that chance would give: 1 where
all say the same, 0 where answers have nothing to do with what was asked, below 0 where listeners contradict
each other more than chance would (Krippendorff, "Content analysis", 4th edition, 2018, chapter 12).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audiostyle.errors import ShapeError


def compute_alpha(values: ArrayLike, *, ordered: bool = False) -> float:
    """Return Krippendorff's alpha.

    Args:
        values: (listeners, units), numbers; NaN where a listener did not answer.
        ordered: whether differences of numbers count (an interval scale), or only whether they are the same.

    Returns:
        At most 1; NaN where no unit has two answers, or all answers are the same.

    Raises:
        ShapeError: the values are no matrix.

    Example:
        >>> compute_alpha([[1, 2, 3, 3], [1, 2, 3, 3]]), round(compute_alpha([[1, 1], [2, 2]]), 2)
        (1.0, -0.5)
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2:
        raise ShapeError(f"values must have shape (listeners, units), got {table.shape}")
    counts = np.isfinite(table).sum(axis=0)
    paired = table[:, counts >= 2]
    weights = 1 / np.maximum(counts[counts >= 2] - 1, 1)
    pool = paired[np.isfinite(paired)]
    if pool.size < 2:
        return float("nan")
    observed = sum(
        weight * _sum_differences(unit[np.isfinite(unit)], ordered)
        for weight, unit in zip(weights, paired.T, strict=True)
    )
    expected = _sum_differences(pool, ordered) / (pool.size - 1)
    return float(1 - observed / expected) if expected > 0 else float("nan")


def _sum_differences(values: NDArray[np.float64], ordered: bool) -> float:
    """Return the sum over all ordered pairs of their squared differences, or of whether they differ."""
    if ordered:
        return float(2 * (values.size * (values**2).sum() - values.sum() ** 2))
    _, counts = np.unique(values, return_counts=True)
    return float(values.size**2 - (counts**2).sum())
