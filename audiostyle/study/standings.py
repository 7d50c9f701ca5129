"""Where each system stands, and which differences are settled."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiostyle.evaluate.intervals import LEVEL, adjust_by_holm, compute_interval, compute_p
from audiostyle.study.power import count_listeners

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """Of two systems.

    Attributes:
        one, other: the better and the worse of the two, by their scores.
        size: score of the one minus score of the other, ≥ 0.
        low, high: its interval.
        p: probability of so large a difference if there were none; Holm's, of all that are compared.
        settled: whether ``p`` is small enough.
        needed: listeners in all who would settle a difference of this size, if it is open and that can be
            told.
    """

    one: str
    other: str
    size: float
    low: float
    high: float
    p: float
    settled: bool
    needed: int | None


@dataclass(frozen=True)
class Standing:
    """Scores of systems with intervals, and their differences.

    Attributes:
        systems: names, best first.
        scores, low, high: in that order.
        differences: of every two systems.
        listeners: how many there are.
    """

    systems: tuple[str, ...]
    scores: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    differences: tuple[Difference, ...]
    listeners: int


def rank_systems(
    systems: Sequence[str], scores: Floats, replicates: Floats, listeners: int, *, level: float = LEVEL
) -> Standing:
    """Return where systems stand.

    Args:
        systems: names.
        scores: (systems,).
        replicates: (replicates, systems), of a bootstrap over listeners.
        listeners: how many there are; with one, nothing is settled.
        level: coverage of the intervals.

    Example:
        >>> again = np.random.default_rng(0).normal([0.0, 2.0], 0.1, (500, 2))
        >>> found = rank_systems(["a", "b"], np.array([0.0, 2.0]), again, 20)
        >>> found.systems, found.differences[0].settled
        (('b', 'a'), True)
    """
    order = np.argsort(-scores, kind="stable")
    low, high = compute_interval(replicates, listeners, level)
    pairs = [(int(one), int(other)) for n, one in enumerate(order) for other in order[n + 1 :]]
    sizes = [float(scores[one] - scores[other]) for one, other in pairs]
    drawn = [replicates[:, one] - replicates[:, other] for one, other in pairs]
    raw = [
        compute_p(size, again, listeners) if listeners > 1 else 1.0
        for size, again in zip(sizes, drawn, strict=True)
    ]
    adjusted = adjust_by_holm(raw)
    differences = []
    for (one, other), size, again, p in zip(pairs, sizes, drawn, adjusted, strict=True):
        ends = [float(end) for end in compute_interval(again, listeners, level)]
        settled = bool(p < 1 - level)
        needed = None if settled else count_listeners(size, ends[0], ends[1], listeners, level=level)
        differences.append(
            Difference(systems[one], systems[other], size, ends[0], ends[1], float(p), settled, needed)
        )
    best_first = [tuple(float(values[n]) for n in order) for values in (scores, low, high)]
    names = tuple(systems[n] for n in order)
    return Standing(names, best_first[0], best_first[1], best_first[2], tuple(differences), listeners)
