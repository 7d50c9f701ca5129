"""Shares of votes where one of several is picked, with intervals by the bootstrap over listeners."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audiostyle.errors import ShapeError
from audiostyle.evaluate.intervals import LEVEL, REPLICATES, compute_interval, draw_resamples

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class VoteShares:
    """How often each system was picked where it could be.

    Attributes:
        shares, low, high: (systems,).
        replicates: (replicates, systems), shares of the bootstrap.
        chance: what a share would be if all were alike.
        listeners: how many there are.
    """

    shares: Floats
    low: Floats
    high: Floats
    replicates: Floats
    chance: float
    listeners: int


def estimate_shares(
    picked: ArrayLike,
    shown: ArrayLike,
    *,
    level: float = LEVEL,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> VoteShares:
    """Return the shares of votes.

    Args:
        picked: (listeners, systems), how often each listener picked each system.
        shown: (listeners, systems), how often it was among those to pick from.
        level: coverage of the intervals.
        replicates: of the bootstrap.
        seed: decides who is drawn.

    Raises:
        ShapeError: shapes differ, something was picked more often than shown, or a system never shown.

    Example:
        >>> found = estimate_shares([[3, 1], [2, 2]], [[4, 4], [4, 4]])
        >>> found.shares.tolist(), found.chance
        ([0.625, 0.375], 0.5)
    """
    votes, chances = np.asarray(picked, dtype=np.float64), np.asarray(shown, dtype=np.float64)
    if votes.ndim != 2 or votes.shape != chances.shape or not votes.size:
        raise ShapeError(f"picked has shape {votes.shape}, shown {chances.shape}; give (listeners, systems)")
    if (votes < 0).any() or (votes > chances).any() or not chances.sum(axis=0).all():
        raise ShapeError("a system was picked more often than shown, or never shown")
    drawn = draw_resamples(len(votes), replicates, seed)
    shares = votes.sum(axis=0) / chances.sum(axis=0)
    with np.errstate(invalid="ignore"):
        again = (drawn @ votes) / (drawn @ chances)
    again = again[np.isfinite(again).all(axis=1)]
    low, high = compute_interval(again, len(votes), level)
    chance = float(votes.sum() / chances.sum())
    return VoteShares(shares, low, high, again, chance, len(votes))
