"""Scores of systems from preferences between pairs: Bradley–Terry, with Davidson's model of ties.

A system's score θ is the logarithm of its strength.  With s = (θ₁ − θ₂)/2 and Z = eˢ + e⁻ˢ + ν, the first of
a pair is preferred with probability eˢ/Z, the second with e⁻ˢ/Z, and they are found alike with ν/Z (Davidson,
"On extending the Bradley–Terry model to accommodate ties in paired comparison experiments", JASA 65, 1970).
Without ties, ν = 0, this is the model of Bradley and Terry (Biometrika 39, 1952).

The log-likelihood is concave, so Newton's method finds its maximum, for all replicates of a bootstrap at
once.  The maximum exists if no group of systems won against all others outside it, that is if the graph of
wins is strongly connected (Ford 1957); ties do not help, because ν may grow with the distance that they are
to bridge.  Otherwise a weak Gaussian prior on the scores keeps them finite, which :class:`PairScores` says.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components

from audiostyle.errors import ConvergenceError, ShapeError
from audiostyle.evaluate.intervals import LEVEL, REPLICATES, compute_interval, draw_resamples

Floats = NDArray[np.float64]

PRIOR_DEVIATION = 3.0
"""Standard deviation of the scores under the prior: odds of e³, twenty to one, are nothing unusual."""

_STEPS = 100  # of Newton's method; it takes five to ten
_TOLERANCE = 1e-9
_LARGEST_LOG = 20.0  # of ν, which grows forever where all answers are ties
_LARGEST_STEP = 2.0  # of a score, so that far from the maximum no step overshoots


@dataclass(frozen=True)
class DavidsonFit:
    """Scores and the weight of ties, of one data set or of as many as there are replicates.

    Attributes:
        scores: (…, systems), of mean 0.
        ties: ν, (…); 0 where there are no ties.
        with_prior: (…), whether the prior was needed.
    """

    scores: Floats
    ties: Floats
    with_prior: NDArray[np.bool_]


@dataclass(frozen=True)
class PairScores:
    """Scores with intervals by the bootstrap over listeners.

    Attributes:
        scores, low, high: (systems,).
        replicates: (replicates, systems), scores of the bootstrap.
        preferred: (systems, systems), how probably the row is preferred to the column, where one is.
        ties: ν of Davidson's model.
        with_prior: whether the data alone do not determine the scores.
        listeners: how many there are.
    """

    scores: Floats
    low: Floats
    high: Floats
    replicates: Floats
    preferred: Floats
    ties: float
    with_prior: bool
    listeners: int


def fit_davidson(wins: ArrayLike, ties: ArrayLike | None = None) -> DavidsonFit:
    """Return the scores that make the preferences most probable.

    Args:
        wins: (…, systems, systems), how often the row was preferred to the column.
        ties: (…, systems, systems), how often the two were found alike; symmetric.  None is no ties.

    Raises:
        ShapeError: the matrices are not square, differ in shape, or hold what is no count.
        ConvergenceError: Newton's method did not end; the message says how far it is.

    Example:
        >>> fit = fit_davidson([[0, 3], [1, 0]])  # three to one
        >>> round(float(fit.scores[0] - fit.scores[1]), 4) == round(float(np.log(3)), 4)
        True
    """
    won, alike = _check_counts(wins, ties)
    shape = won.shape[:-2]
    won, alike = won.reshape(-1, *won.shape[-2:]), alike.reshape(-1, *won.shape[-2:])
    unconnected = np.array([not _is_connected(one) for one in won])
    scores, tie = _maximize(won, alike, np.where(unconnected, PRIOR_DEVIATION**-2, 0.0))
    return DavidsonFit(scores.reshape(*shape, -1), tie.reshape(shape), unconnected.reshape(shape))


def estimate_scores(
    wins: ArrayLike,
    ties: ArrayLike | None = None,
    *,
    level: float = LEVEL,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> PairScores:
    """Return scores of systems with intervals by the bootstrap over listeners.

    Args:
        wins: (listeners, systems, systems), how often each listener preferred the row to the column.
        ties: (listeners, systems, systems), how often each found the two alike; symmetric.
        level: coverage of the intervals.
        replicates: of the bootstrap.
        seed: decides who is drawn.

    Raises:
        ShapeError: see :func:`fit_davidson`; or there are no listeners.

    Example:
        >>> wins = np.tile([[0, 3], [1, 0]], (10, 1, 1))  # ten listeners of one mind
        >>> found = estimate_scores(wins, replicates=100)
        >>> round(float(found.preferred[0, 1]), 3), bool(found.low[0] > 0.5)
        (0.75, True)
    """
    won, alike = _check_counts(wins, ties)
    if won.ndim != 3 or not len(won):
        raise ShapeError(f"wins must have shape (listeners, systems, systems), got {won.shape}")
    whole = fit_davidson(won.sum(axis=0), alike.sum(axis=0))
    drawn = draw_resamples(len(won), replicates, seed).astype(np.float64)
    drawn_wins, drawn_ties = (np.tensordot(drawn, counts, 1) for counts in (won, alike))
    fit = fit_davidson(drawn_wins, drawn_ties)
    low, high = compute_interval(fit.scores, len(won), level)
    difference = whole.scores[:, None] - whole.scores[None, :]
    return PairScores(
        whole.scores,
        low,
        high,
        fit.scores,
        1 / (1 + np.exp(-difference)),
        float(whole.ties),
        bool(whole.with_prior),
        len(won),
    )


def fit_posterior(
    wins: ArrayLike, ties: ArrayLike | None = None, *, deviation: float = 2.0
) -> tuple[Floats, Floats, float]:
    """Return the Gaussian that is nearest to the posterior of the scores at its maximum (Laplace).

    Args:
        wins, ties: (systems, systems), see :func:`fit_davidson`; there need be no answers yet.
        deviation: standard deviation of the scores before any answer; of 1 and 2, the latter needed fewer
            answers to an order of 16 systems, whether their own deviation was 1 or 2.

    Returns:
        Means (systems,) and covariance (systems, systems) of the scores, and ν.

    Raises:
        ShapeError: see :func:`fit_davidson`.

    Example:
        >>> mean, covariance, _ = fit_posterior(np.zeros((3, 3)))
        >>> mean.tolist(), covariance.diagonal().round(6).tolist()
        ([0.0, 0.0, 0.0], [4.0, 4.0, 4.0])
    """
    won, alike = (counts[None] for counts in _check_counts(wins, ties))
    precision = np.array([deviation**-2])
    scores, tie = _maximize(won, alike, precision)
    gap = scores[:, :, None] - scores[:, None, :]
    first, second, alike_p = compute_probabilities(gap, tie[:, None, None])
    pairs = won + won.transpose(0, 2, 1) + alike
    hessian = _make_hessian(pairs, first - second, alike_p, tie > 0, precision)[0]
    systems = scores.shape[1]
    inverse = np.linalg.inv(hessian - np.pad(np.full((systems, systems), 1 / systems), (0, 1)))
    return scores[0], inverse[:systems, :systems], float(tie[0])


def compute_probabilities(gap: Floats, ties: Floats | float) -> tuple[Floats, Floats, Floats]:
    """Return how probably the first is preferred, the second is, and the two are found alike.

    Args:
        gap: score of the first minus score of the second.
        ties: ν, of a shape that goes with ``gap``.

    Example:
        >>> [float(p) for p in compute_probabilities(np.zeros(()), 2.0)]
        [0.25, 0.25, 0.5]
    """
    half = np.abs(gap) / 2  # the larger term is divided out, so that nothing overflows
    near, far, tie = np.ones_like(half), np.exp(-2 * half), ties * np.exp(-half)
    total = near + far + tie
    first, second = np.where(gap >= 0, near, far), np.where(gap >= 0, far, near)
    return first / total, second / total, tie / total


def _maximize(won: Floats, alike: Floats, precision: Floats) -> tuple[Floats, Floats]:
    """Return scores (data sets, systems) and ν (data sets,) at the maximum of the log-posterior."""
    sets, systems, _ = won.shape
    pairs = won + won.transpose(0, 2, 1) + alike  # times compared, counted in both directions
    tied = np.triu(alike).sum(axis=(1, 2))
    has_ties = tied > 0
    scores, log_tie = np.zeros((sets, systems)), np.zeros(sets)
    for _ in range(_STEPS):
        tie = np.where(has_ties, np.exp(log_tie), 0.0)
        gap = scores[:, :, None] - scores[:, None, :]
        first, second, alike_p = compute_probabilities(gap, tie[:, None, None])
        lean = first - second
        pull = (won - won.transpose(0, 2, 1) - pairs * lean) / 2
        gradient = np.zeros((sets, systems + 1))
        gradient[:, :systems] = pull.sum(axis=2) - precision[:, None] * scores
        gradient[:, systems] = has_ties * (tied - np.triu(pairs * alike_p).sum(axis=(1, 2)))
        step = np.linalg.solve(_make_hessian(pairs, lean, alike_p, has_ties, precision), gradient[..., None])
        step = (
            step[..., 0]
            * np.minimum(1, _LARGEST_STEP / np.maximum(np.abs(step[..., 0]).max(1), 1e-300))[:, None]
        )
        scores = scores + step[:, :systems]
        before, log_tie = log_tie, np.clip(log_tie + step[:, systems], -_LARGEST_LOG, _LARGEST_LOG)
        far = float(
            max(np.abs(step[:, :systems]).max(initial=0.0), np.abs(log_tie - before).max(initial=0.0))
        )
        if far < _TOLERANCE:
            scores -= scores.mean(axis=1, keepdims=True)
            return scores, np.where(has_ties, np.exp(log_tie), 0.0)
    raise ConvergenceError(f"scores of pairs still move by {far:.2g} after {_STEPS} steps; give more answers")


def _make_hessian(
    pairs: Floats, lean: Floats, alike: Floats, has_ties: NDArray[np.bool_], precision: Floats
) -> Floats:
    """Return minus the second derivatives by scores and log ν, (data sets, systems + 1, systems + 1).

    The mean of the scores is fixed by adding the matrix of ones, which no other direction feels.
    """
    sets, systems, _ = pairs.shape
    matrix = np.zeros((sets, systems + 1, systems + 1))
    information = pairs * (1 - alike - lean**2) / 4
    block = matrix[:, :systems, :systems]
    block -= information
    every = np.arange(systems)
    block[:, every, every] = information.sum(axis=2) - information[:, every, every]
    block[:, every, every] += precision[:, None]
    block += 1 / systems
    cross = -(pairs * lean * alike).sum(axis=2) / 2 * has_ties[:, None]
    matrix[:, :systems, systems] = matrix[:, systems, :systems] = cross
    own = np.triu(pairs * alike * (1 - alike)).sum(axis=(1, 2))
    matrix[:, systems, systems] = np.where(has_ties, own + 1e-12, 1.0)
    return matrix


def _is_connected(won: Floats) -> bool:
    """Return whether every system was preferred to every other by way of some chain."""
    return bool(connected_components(won > 0, directed=True, connection="strong")[0] == 1)


def _check_counts(wins: ArrayLike, ties: ArrayLike | None) -> tuple[Floats, Floats]:
    won = np.asarray(wins, dtype=np.float64)
    alike = np.zeros_like(won) if ties is None else np.asarray(ties, dtype=np.float64)
    if won.ndim < 2 or won.shape[-1] != won.shape[-2] or won.shape[-1] < 2:
        raise ShapeError(f"wins must have shape (…, systems, systems) of two or more, got {won.shape}")
    if alike.shape != won.shape:
        raise ShapeError(f"ties have shape {alike.shape}, wins {won.shape}; make them alike")
    for name, counts in (("wins", won), ("ties", alike)):
        if not np.isfinite(counts).all() or (counts < 0).any():
            raise ShapeError(f"{name} hold what is no count")
        if np.diagonal(counts, axis1=-2, axis2=-1).any():
            raise ShapeError(f"{name} compare a system with itself; leave such trials out")
    if not np.array_equal(alike, np.swapaxes(alike, -1, -2)):
        raise ShapeError("ties must be symmetric: the same number in both directions")
    return won, alike
