"""Scores of stimuli from the infinite scale: listeners differ in origin, in width and in care.

What a listener placed on one strip, a *page*, is modeled as y = b + a·q + e: q is the score of the stimulus,
a the listener's gain, b the origin of the page, and e an error with a variance that is the listener's own. A
strip without ends has no zero, hence an origin for each page; pages that mix originals tie the scores of
different originals together (the realignment of Larson and Chandler, "Most apparent distortion:
full-reference image quality assessment and the role of strategy", Journal of Electronic Imaging 19(1), 2010).

Fitted by alternating least squares with inverse-variance weights: scores and origins together, which is one
linear system; then gains, then variances, until the scores stand still.  Scores have mean 0 and standard
deviation 1.  Of listeners with few answers the variance is drawn toward that of all, so that nobody gets all
the weight by chance.  Whose placements do not go with the others' gets a gain near 0, and so no weight.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from audiostyle.errors import ShapeError
from audiostyle.evaluate.intervals import LEVEL, REPLICATES, compute_interval, draw_resamples

Floats = NDArray[np.float64]

_SWEEPS = 200
_TOGETHER = 50  # replicates, so that what is worked on stays in the processor's cache
_TOLERANCE = 1e-5  # of scores, whose standard deviation is 1
_LEAST_GAIN = 0.02  # below which a listener does not follow the others at all
_SHARED = 10.0  # answers' worth of the common variance in everybody's own
_RIDGE = 1e-9  # against exact singularity; far below the weight of any answer


@dataclass(frozen=True)
class Placements:
    """What listeners placed where, a row for each stimulus on each page.

    Attributes:
        listener: (rows,), numbers from 0.
        page: (rows,), numbers from 0; a page belongs to one listener.
        stimulus: (rows,), numbers from 0.
        position: (rows,), in any unit.
    """

    listener: NDArray[np.intp]
    page: NDArray[np.intp]
    stimulus: NDArray[np.intp]
    position: Floats

    @classmethod
    def of(
        cls, listener: ArrayLike, page: ArrayLike, stimulus: ArrayLike, position: ArrayLike
    ) -> "Placements":
        """Return placements after checking them.

        Raises:
            ShapeError: the columns differ in length or are empty, a number is negative or a position not
                finite, or a page has two listeners.
        """
        who, where, what = (np.asarray(column) for column in (listener, page, stimulus))
        placed = np.asarray(position, dtype=np.float64)
        if placed.ndim != 1 or not placed.size or {who.shape, where.shape, what.shape} != {placed.shape}:
            raise ShapeError("listener, page, stimulus and position must be columns of one length")
        if not all(np.issubdtype(column.dtype, np.integer) for column in (who, where, what)):
            raise ShapeError("listener, page and stimulus must be whole numbers")
        if min(who.min(), where.min(), what.min()) < 0 or not np.isfinite(placed).all():
            raise ShapeError("placements hold negative numbers, or positions that are not finite")
        if len(np.unique(np.stack([where, who]), axis=1).T) != len(np.unique(where)):
            raise ShapeError("a page has two listeners; number pages anew for each listener")
        return cls(who.astype(np.intp), where.astype(np.intp), what.astype(np.intp), placed)


@dataclass(frozen=True)
class ScaleFit:
    """Scores of stimuli, and how each listener used the scale.

    Attributes:
        scores: (…, stimuli), mean 0 and standard deviation 1 over those that were placed; NaN for others.
        gains: (…, listeners); near 0 for whoever does not follow the others.
        noise: (…, listeners), standard deviation of placements, in the unit of positions.
    """

    scores: Floats
    gains: Floats
    noise: Floats


@dataclass(frozen=True)
class ScaleScores:
    """Scores with intervals by the bootstrap over listeners.

    Attributes:
        fit: of all listeners.
        replicates: (replicates, stimuli), for statistics of several stimuli.
        low, high: (stimuli,).
        linked: whether pages tie all stimuli together; if not, scores of unlinked groups cannot be compared.
        listeners: how many there are.
    """

    fit: ScaleFit
    replicates: Floats
    low: Floats
    high: Floats
    linked: bool
    listeners: int


def fit_scale(placements: Placements, weights: ArrayLike | None = None) -> ScaleFit:
    """Return the scores that explain all placements best.

    Args:
        placements: of all listeners.
        weights: (…, listeners), how often each listener counts; None is once.

    Raises:
        ShapeError: the weights have another shape, or all positions of every page are the same.

    Example:
        >>> page = Placements.of([0] * 3 + [1] * 3, [0] * 3 + [1] * 3, [0, 1, 2] * 2, [1, 2, 3, 10, 30, 50])
        >>> fit_scale(page).scores.round(3).tolist()
        [-1.225, 0.0, 1.225]
    """
    design = _Design(placements)
    counts = np.ones(design.listeners) if weights is None else np.asarray(weights, dtype=np.float64)
    if counts.shape[-1] != design.listeners:
        raise ShapeError(f"weights must have shape (…, {design.listeners}), got {counts.shape}")
    shape = counts.shape[:-1]
    scores, gains, noise = design.alternate(counts.reshape(-1, design.listeners))
    return ScaleFit(scores.reshape(*shape, -1), gains.reshape(*shape, -1), noise.reshape(*shape, -1))


def estimate_scale(
    placements: Placements, *, level: float = LEVEL, replicates: int = REPLICATES // 4, seed: int = 0
) -> ScaleScores:
    """Return scores with intervals by the bootstrap over listeners.

    Args:
        placements: of all listeners.
        level: coverage of the intervals.
        replicates: of the bootstrap.
        seed: decides who is drawn.

    Raises:
        ShapeError: see :func:`fit_scale`.

    Example:
        >>> columns = np.repeat(np.arange(5), 3), np.repeat(np.arange(5), 3), np.tile(np.arange(3), 5)
        >>> found = estimate_scale(Placements.of(*columns, columns[2] * 1.0), replicates=50)
        >>> found.linked, found.low.round(2).tolist()
        (True, [-1.22, 0.0, 1.22])
    """
    fit = fit_scale(placements)
    listeners = len(fit.gains)
    drawn = fit_scale(placements, draw_resamples(listeners, replicates, seed)).scores
    usable = drawn[np.isfinite(drawn).all(axis=1)]  # a stimulus may have had none of those who were drawn
    if len(usable) < 2:
        raise ShapeError("too few listeners placed each stimulus for intervals; let more of them place it")
    low, high = compute_interval(usable, listeners, level)
    return ScaleScores(fit, usable, low, high, is_linked(placements), listeners)


def is_linked(placements: Placements) -> bool:
    """Return whether pages tie all stimuli together, directly or by way of others.

    Args:
        placements: of all listeners.

    Example:
        >>> is_linked(Placements.of([0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 2, 3], [1.0, 2.0, 1.0, 2.0]))
        False
    """
    _, stimulus = np.unique(placements.stimulus, return_inverse=True)
    _, page = np.unique(placements.page, return_inverse=True)
    count = int(stimulus.max()) + 1
    size = count + int(page.max()) + 1
    graph = coo_array((np.ones(page.size), (stimulus, page + count)), shape=(size, size))
    return bool(connected_components(graph, directed=False)[0] == 1)


class _Design:
    """Who placed what on which page, as matrices of zeros and ones; replicates are the first axis."""

    def __init__(self, placements: Placements) -> None:
        rows = np.arange(placements.position.size)
        self.listeners = int(placements.listener.max()) + 1
        self.who = placements.listener
        self.of_listener = _mark(rows, placements.listener, self.listeners)
        self.of_stimulus = _mark(rows, placements.stimulus, int(placements.stimulus.max()) + 1)
        self.of_page = _mark(rows, placements.page, int(placements.page.max()) + 1)
        self.page_sizes = np.maximum(self.of_page.sum(axis=0), 1)
        self.page_owner = np.zeros(self.of_page.shape[1], dtype=np.intp)
        self.page_owner[placements.page] = placements.listener
        on_page = self.of_page.T @ self.of_stimulus
        stimuli = on_page.shape[1]
        # What centering on each page does to products of scores, as (pages, stimuli × stimuli).
        own = np.einsum("ps,st->pst", on_page, np.eye(stimuli))
        self.centering = (
            own - np.einsum("ps,pt->pst", on_page, on_page) / self.page_sizes[:, None, None]
        ).reshape(len(on_page), -1)
        self.centered = self._center(placements.position[None])[0]
        if not np.abs(self.centered).max() > 0:
            raise ShapeError("every page has all its stimuli at one position; nothing can be compared")
        # Each listener's own unit, so that noise can be compared between listeners who place widely or not.
        answers = self.of_listener.sum(axis=0)
        self.units = np.sqrt(self.centered**2 @ self.of_listener / np.maximum(answers, 1))
        self.units[self.units == 0] = 1.0
        self.centered = self.centered / self.units[self.who]
        pages = np.bincount(
            np.unique(placements.page * self.listeners + self.who) % self.listeners, minlength=self.listeners
        )
        # Each listener fits origins and a gain, and has a share in the scores.
        self.freedom = np.maximum(answers - pages - 1 - stimuli * answers / answers.sum(), 0.0)

    def _center(self, values: Floats) -> Floats:
        """Subtract from each row (…, rows) the mean of its page."""
        return values - (values @ self.of_page / self.page_sizes) @ self.of_page.T

    def alternate(self, counts: Floats) -> tuple[Floats, Floats, Floats]:
        """Return scores, gains and noise of each replicate, (replicates, …)."""
        parts = [self._alternate(counts[n : n + _TOGETHER]) for n in range(0, len(counts), _TOGETHER)]
        scores, gains, noise = (np.concatenate(part) for part in zip(*parts, strict=True))
        return scores, gains, noise

    def _alternate(self, counts: Floats) -> tuple[Floats, Floats, Floats]:
        seen = (counts @ (self.of_listener.T @ self.of_stimulus)) > 0
        gains = np.ones_like(counts)
        variances = np.ones_like(counts)
        scores = np.zeros(seen.shape)
        for sweep in range(_SWEEPS):
            before = scores
            scores = _standardize(self._solve_scores(counts, gains, variances, seen), seen)
            expected = self._center(scores @ self.of_stimulus.T)
            gains = (expected * self.centered) @ self.of_listener
            gains = gains / np.maximum(expected**2 @ self.of_listener, 1e-12)
            gains = np.maximum(gains, _LEAST_GAIN * np.maximum(gains.max(axis=1, keepdims=True), 1e-12))
            rest = (self.centered - gains[:, self.who] * expected) ** 2 @ self.of_listener
            variances = self._share_variances(counts, rest)
            if sweep and np.abs(scores - before).max() < _TOLERANCE:
                break
        return np.where(seen, scores, np.nan), gains * self.units, np.sqrt(variances) * self.units

    def _solve_scores(
        self, counts: Floats, gains: Floats, variances: Floats, seen: NDArray[np.bool_]
    ) -> Floats:
        """Return the scores that fit best, origins being eliminated by centering on pages."""
        weights = counts * gains / variances
        stimuli = seen.shape[1]
        matrix = ((weights * gains)[:, self.page_owner] @ self.centering).reshape(-1, stimuli, stimuli)
        wanted = (weights[:, self.who] * self.centered) @ self.of_stimulus
        size = np.einsum("bii->b", matrix) / stimuli
        matrix = matrix + (_RIDGE * size[:, None] + ~seen)[..., None] * np.eye(stimuli)
        return np.linalg.solve(matrix, wanted[..., None])[..., 0]

    def _share_variances(self, counts: Floats, rest: Floats) -> Floats:
        """Return each listener's variance, drawn toward the variance of all."""
        common = (counts * rest).sum(axis=1) / np.maximum((counts * self.freedom).sum(axis=1), 1.0)
        floor = 1e-9 * float(np.mean(self.centered**2))  # all may agree to the last digit
        return np.maximum((rest + _SHARED * common[:, None]) / (self.freedom + _SHARED), floor)


def _mark(rows: NDArray[np.intp], columns: NDArray[np.intp], count: int) -> Floats:
    """Return a matrix with a one in each row, (rows, count)."""
    marked = np.zeros((rows.size, count))
    marked[rows, columns] = 1
    return marked


def _standardize(scores: Floats, seen: NDArray[np.bool_]) -> Floats:
    """Return scores of mean 0 and standard deviation 1 over those that are seen."""
    count = seen.sum(axis=1, keepdims=True)
    scores = np.where(seen, scores - (scores * seen).sum(axis=1, keepdims=True) / count, 0.0)
    return scores / np.maximum(np.sqrt((scores**2).sum(axis=1, keepdims=True) / count), 1e-300)
