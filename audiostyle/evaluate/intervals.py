"""Intervals of means and of other statistics by the bootstrap, and which of several differences hold.

What is drawn anew are the units that were drawn independently: pieces of a corpus, or listeners of a study
with all that each of them answered.  Everything is vectorized over the replicates: a statistic is computed
from counts, how often each unit is in a replicate, which :func:`draw_resamples` returns.

Percentiles of bootstrap replicates are too narrow for few units, by √((n − 1)/n) and because a normal
distribution has thinner tails than Student's.  :func:`compute_interval` makes up for both by taking wider
percentiles (Hesterberg, "What teachers should know about the bootstrap", The American Statistician 69(4),
2015, section 4.3).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from audiostyle.errors import ShapeError

REPLICATES = 2000
"""Of a bootstrap: percentiles of 95 % are then good to about a tenth of the standard error."""

LEVEL = 0.95
"""Coverage that intervals are made for."""


@dataclass(frozen=True)
class Estimate:
    """A mean with its interval.

    Attributes:
        mean: over all units.
        low, high: ends of the interval; the mean itself where there is one unit only.
        count: of the units.
    """

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Comparison:
    """A difference of two systems on the same items.

    Attributes:
        one, other: names of the systems.
        difference: mean of ``one`` minus mean of ``other``, with its interval.
        p: probability of so large a difference if there were none; Holm's, where several were compared.
        holds: whether ``p`` is below one minus the level.
    """

    one: str
    other: str
    difference: Estimate
    p: float
    holds: bool


def draw_resamples(count: int, replicates: int = REPLICATES, seed: int = 0) -> NDArray[np.int64]:
    """Draw units with replacement and return how often each was drawn, (replicates, count).

    Args:
        count: of the units, 1 or more.
        replicates: how many times all of them are drawn.
        seed: decides what is drawn.

    Example:
        >>> draw_resamples(5, 3).sum(axis=1).tolist()
        [5, 5, 5]
    """
    return np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=replicates)


def compute_interval(
    replicates: NDArray[np.float64], count: int, level: float = LEVEL
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of the expanded percentile interval of a statistic.

    Args:
        replicates: values of the statistic, (replicates, …).
        count: of the units that were drawn.  Of a single one nothing is known: the ends are infinite.
        level: coverage that is aimed at.

    Returns:
        Lower and upper ends, (…).

    Example:
        >>> values = np.random.default_rng(0).standard_normal(20_000)
        >>> [round(float(end)) for end in compute_interval(values, 10_000)]
        [-2, 2]
    """
    if count < 2:
        infinite = np.full(replicates.shape[1:], np.inf)
        return -infinite, infinite
    tail = special.ndtr(np.sqrt(count / (count - 1)) * special.stdtrit(count - 1, (1 - level) / 2))
    low, high = np.quantile(replicates, [tail, 1 - tail], axis=0)
    return low, high


def compute_p(value: float, replicates: NDArray[np.float64], count: int) -> float:
    """Return how probable a value so far from zero is, if the truth is zero.

    The replicates are shifted to a mean of zero, and made as much wider as :func:`compute_interval` makes its
    interval: by the quotient of Student's and the normal distribution's quantiles, and √(n/(n − 1)).

    Args:
        value: of the statistic.
        replicates: of the bootstrap, (replicates,).
        count: of the units that were drawn, two or more.

    Example:
        >>> compute_p(0.0, np.array([-1.0, 1.0]), 10)
        1.0
    """
    widening = np.sqrt(count / (count - 1)) * special.stdtrit(count - 1, 0.975) / special.ndtri(0.975)
    spread = np.abs(replicates - value) * widening
    tolerance = 1e-12 * max(float(np.abs(replicates).max()), 1e-300)
    return float((1 + (spread >= abs(value) - tolerance).sum()) / (1 + len(replicates)))


def estimate_mean(values: ArrayLike, *, level: float = LEVEL, seed: int = 0) -> Estimate:
    """Return the mean of one value for each item, with its interval.

    Args:
        values: (items,), finite.
        level: coverage of the interval.
        seed: decides what is drawn.

    Raises:
        ShapeError: there are no values, or some are not finite.

    Example:
        >>> estimate_mean([2.0, 2.0, 2.0])
        Estimate(mean=2.0, low=2.0, high=2.0, count=3)
    """
    items = _check_values("values", values)
    mean = float(items.mean())
    if items.size == 1:
        return Estimate(mean, mean, mean, 1)
    means = draw_resamples(items.size, seed=seed) @ items / items.size
    low, high = compute_interval(means, items.size, level)
    return Estimate(mean, float(low), float(high), items.size)


def compare_systems(
    values: dict[str, ArrayLike], *, level: float = LEVEL, seed: int = 0
) -> tuple[Comparison, ...]:
    """Compare every two systems by the paired bootstrap over items, corrected by Holm.

    A difference is tested by shifting its replicates to a mean of zero: p is the share of them that are at
    least as far from zero as what was measured.

    Args:
        values: system → one value for each item, (items,), the same items in the same order for all.
        level: coverage of intervals; a difference holds if its p is below one minus this.
        seed: decides what is drawn, the same for all pairs.

    Raises:
        ShapeError: systems have different numbers of items, fewer than two, or values that are not finite.

    Example:
        >>> found = compare_systems({"ours": [1.0, 1.1, 0.9, 1.0], "theirs": [3.0, 3.2, 3.0, 2.8]})
        >>> found[0].one, found[0].other, round(found[0].difference.mean, 2), found[0].holds
        ('ours', 'theirs', -2.0, True)
    """
    checked = {name: _check_values(name, given) for name, given in values.items()}
    if len({items.size for items in checked.values()}) > 1:
        raise ShapeError("systems have different numbers of items; compare them on what all of them have")
    names = list(checked)
    pairs = [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
    found = [_compare(checked[one] - checked[other], level, seed) for one, other in pairs]
    adjusted = adjust_by_holm([p for _, p in found])
    return tuple(
        Comparison(one, other, difference, float(p), bool(p < 1 - level))
        for (one, other), (difference, _), p in zip(pairs, found, adjusted, strict=True)
    )


def adjust_by_holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return p-values corrected for their number (Holm, Scandinavian Journal of Statistics 6, 1979).

    Args:
        p_values: (tests,).

    Example:
        >>> adjust_by_holm([0.01, 0.04, 0.03]).tolist()
        [0.03, 0.06, 0.06]
    """
    raw = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(raw)
    steps = np.maximum.accumulate(raw[order] * np.arange(raw.size, 0, -1))
    adjusted = np.empty_like(raw)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def _compare(differences: NDArray[np.float64], level: float, seed: int) -> tuple[Estimate, float]:
    """Return the mean difference with its interval, and the p of the shifted bootstrap."""
    count = differences.size
    if count < 2:
        raise ShapeError("a comparison needs two items or more")
    mean = float(differences.mean())
    means = draw_resamples(count, seed=seed) @ differences / count
    low, high = compute_interval(means, count, level)
    return Estimate(mean, float(low), float(high), count), compute_p(mean, means, count)


def _check_values(name: str, given: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(given, dtype=np.float64)
    if values.ndim != 1 or not values.size:
        raise ShapeError(f"{name} must have shape (items,) with one item or more, got {values.shape}")
    if not np.isfinite(values).all():
        raise ShapeError(f"{name} holds NaN or infinite values")
    return values
