"""Curves of notes: how the pitch and the level of every note move while it sounds.

Curves of several notes are stored one after another in two flat arrays, as rows of a sparse matrix are: the
points of note ``n`` are ``starts[n]`` to ``starts[n + 1]``.  Point ``k`` of a note holds :data:`STEP` · k
seconds after the note's onset; between points curves are linear, and after the last point they stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Union

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError

Points = Union[Sequence[float], NDArray[np.floating]]  # noqa: UP007  # mypy takes it for an alias

STEP = 256 / 22050
"""Seconds from one point of a curve to the next (11.6 ms): the encoder's frame."""

_INAUDIBLE = np.float32(-200)  # decibels that stand for minus infinity, between which no line can be drawn


@dataclass(frozen=True)
class NoteCurves:
    """The curves of N notes, in the order of the notes that they belong to.

    The arrays may be changed in place, as those of notes may.

    Attributes:
        starts: (N + 1,) int64, where the points of each note begin; the last one is how many there are.
        cents: (points,) float32, how far the sounding pitch is above the note's.
        level: (points,) float32, decibels relative to what the note's velocity says.

    Raises:
        ShapeError: the arrays do not fit each other.

    Example:
        >>> curves = NoteCurves.from_lists([[0.0, 50.0], [0.0]], [[0.0, -6.0], [0.0]])
        >>> curves.get_cents(0).tolist(), len(curves)
        ([0.0, 50.0], 2)
        >>> curves.select([1, 0]).cents.tolist()
        [0.0, 0.0, 50.0]
    """

    starts: NDArray[np.int64]
    cents: NDArray[np.float32]
    level: NDArray[np.float32]

    def __post_init__(self) -> None:
        points = int(self.starts[-1]) if len(self.starts) else -1
        if points != len(self.cents) or points != len(self.level) or np.any(np.diff(self.starts) < 0):
            raise ShapeError(
                f"curves with {points} points have {len(self.cents)} pitches and {len(self.level)} levels"
            )

    @classmethod
    def from_lists(cls, cents: Sequence[Points], level: Sequence[Points]) -> "NoteCurves":
        """Return the curves of notes from one sequence of points for each note."""
        starts = np.concatenate([[0], np.cumsum([len(points) for points in cents])]).astype(np.int64)
        flat = [
            np.concatenate([np.zeros(0), *map(np.asarray, rows)]).astype(np.float32)
            for rows in (cents, level)
        ]
        return cls(starts, *flat)

    @classmethod
    def make_flat(cls, notes: int) -> "NoteCurves":
        """Return the curves of notes that are played straight: they have no points."""
        return cls(np.zeros(notes + 1, np.int64), *np.zeros((2, 0), np.float32))

    @classmethod
    def concatenate(cls, parts: Sequence["NoteCurves"]) -> "NoteCurves":
        """Return the curves of the notes of all parts, one part after another."""
        sizes = np.concatenate([np.diff(part.starts) for part in parts])
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        return cls(
            starts,
            np.concatenate([part.cents for part in parts]),
            np.concatenate([part.level for part in parts]),
        )

    def __len__(self) -> int:
        """Return how many notes have curves."""
        return len(self.starts) - 1

    def get_cents(self, note: int) -> NDArray[np.float32]:
        """Return the pitch curve of a note, (points,), as a view that can be written to."""
        return self.cents[self.starts[note] : self.starts[note + 1]]

    def get_level(self, note: int) -> NDArray[np.float32]:
        """Return the level curve of a note, (points,), as a view that can be written to."""
        return self.level[self.starts[note] : self.starts[note + 1]]

    def select(self, order: Sequence[int] | NDArray[np.int64]) -> "NoteCurves":
        """Return the curves of some notes, in the order given, as an index does to the notes."""
        order = np.asarray(order, np.int64)
        sizes = np.diff(self.starts)[order]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        points = np.arange(starts[-1]) + np.repeat(self.starts[:-1][order] - starts[:-1], sizes)
        return NoteCurves(starts, self.cents[points], self.level[points])

    def scale(self, cents: float = 1.0, level: float = 1.0) -> "NoteCurves":
        """Return the curves with all deviations of pitch and of level multiplied by factors."""
        return replace(self, cents=np.float32(cents) * self.cents, level=np.float32(level) * self.level)

    def stretch(self, factors: NDArray[np.float64]) -> "NoteCurves":
        """Return the curves of the same notes at another speed.

        Args:
            factors: (N,), above 0, by which each note gets longer.

        Example:
            >>> curves = NoteCurves.from_lists([[0.0, 50.0, 100.0]], [[0.0, 0.0, 0.0]])
            >>> curves.stretch(np.array([2.0])).cents.tolist()
            [0.0, 25.0, 50.0, 75.0, 100.0]
        """
        sizes = np.diff(self.starts)
        longer = np.where(sizes > 0, np.ceil((sizes - 1) * factors).astype(np.int64) + 1, 0)
        starts = np.concatenate([[0], np.cumsum(longer)]).astype(np.int64)
        step = np.arange(starts[-1]) - np.repeat(starts[:-1], longer)
        place = np.minimum(step / np.repeat(factors, longer), np.repeat(sizes - 1, longer))
        place += np.repeat(self.starts[:-1], longer)
        points = np.arange(len(self.cents))
        cents, level = (
            np.interp(place, points, flat).astype(np.float32) if len(flat) else flat
            for flat in (self.cents, np.maximum(self.level, _INAUDIBLE))
        )
        return NoteCurves(starts, cents, level)
