"""Weighted colors: a sample of a picture's pixels, and the palette that they make."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10
"""Intervals of each channel: the colors of a cell become one color of the palette."""

LEAST = 1e-5
"""Share of all weight that a palette's color has at least."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Colors:
    """Colors, and how much each of them counts.

    Attributes:
        values: (n, 3), RGB.
        weights: (n,), ≥ 0; they sum to 1.

    Example:
        >>> Colors.of(np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]), np.array([1.0, 3.0])).mean.tolist()
        [0.75, 0.75, 0.75]
    """

    values: Floats
    weights: Floats

    @classmethod
    def of(cls, values: NDArray[np.floating], weights: NDArray[np.floating] | None = None) -> "Colors":
        """Return colors (n, 3) with weights (n,) of any sum above 0; None for all alike."""
        counted = np.ones(len(values)) if weights is None else np.asarray(weights, np.float64)
        return cls(np.asarray(values, np.float64), counted / counted.sum())

    @classmethod
    def pool(cls, parts: Iterable[tuple["Colors", float]]) -> "Colors":
        """Return the colors of several pictures together, each counted by its share."""
        given = list(parts)
        values = np.concatenate([colors.values for colors, _ in given])
        return cls.of(values, np.concatenate([colors.weights * share for colors, share in given]))

    @property
    def mean(self) -> Floats:
        """The mean color (3,)."""
        return self.weights @ self.values

    @property
    def covariance(self) -> Floats:
        """The covariance (3, 3)."""
        centered = self.values - self.mean
        return (centered * self.weights[:, None]).T @ centered

    def make_palette(self) -> "Colors":
        """Return the mean colors of all cells of RGB that hold any, but for the rarest."""
        cells = (self.values * BINS).astype(np.intp).clip(0, BINS - 1) @ [BINS * BINS, BINS, 1]
        mass = np.asarray(np.bincount(cells, self.weights, BINS**3), np.float64)
        kept = np.flatnonzero(mass > min(LEAST, mass.max() / 2))
        sums = [np.bincount(cells, self.weights * channel, BINS**3)[kept] for channel in self.values.T]
        return Colors.of(np.stack(sums, axis=1) / mass[kept, None], mass[kept])
