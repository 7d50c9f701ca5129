"""Places that are alike: k-means, with memberships that are soft where clusters meet."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2

from audiostyle.image.segments.features import Places

CLUSTERS = 4
"""Of a picture: such as sky, hills, meadow, something in front."""

SOFTNESS = 0.25
"""Variance of a membership's fall-off, as a share of the mean squared distance to the nearest center."""

_ROUNDS = 30

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Clusters:
    """The clusters of a picture's places; K of them.

    Attributes:
        shares: (n, K), how much each place belongs to each; rows sum to 1.
        mass: (K,), which share of the picture each is; they sum to 1.
        features: (K, axes), the mean features of each.
        light, height: (K,), the mean rank of luminance, and the mean height.
    """

    shares: Floats
    mass: Floats
    features: Floats
    light: Floats
    height: Floats


def find_clusters(places: Places, count: int = CLUSTERS) -> Clusters:
    """Find clusters of places; the random start is the same every time.

    Args:
        places: of one picture.
        count: how many at most; a picture of few places, or of one kind, has fewer that hold anything.
    """
    points = places.describe()
    centers = _find_centers(points, min(count, len(points)))
    squares = ((points[:, None] - centers) ** 2).sum(axis=2)
    nearest = squares.min(axis=1, keepdims=True)
    shares = np.exp((nearest - squares) / (2 * SOFTNESS * max(float(nearest.mean()), 1e-12)))
    shares /= shares.sum(axis=1, keepdims=True)
    counted = shares * (places.weights[:, None] + 1e-9)
    whole = counted.sum(axis=0)

    def average(values: Floats) -> Floats:
        return counted.T @ values / whole.reshape(-1, *[1] * (values.ndim - 1))

    return Clusters(
        shares, whole / whole.sum(), average(places.features), average(places.light), average(places.height)
    )


def _find_centers(points: Floats, count: int) -> Floats:
    """Return the centers (K, axes) of clusters that hold any of the points (n, axes), K ≤ ``count``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a cluster is empty: it is left out below
        centers, nearest = kmeans2(points, count, iter=_ROUNDS, minit="++", seed=np.random.default_rng(0))
    return np.asarray(centers[np.unique(nearest)], np.float64)
