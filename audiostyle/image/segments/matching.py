"""Which clusters of the styles a cluster of the content is to look like: unbalanced optimal transport.

Clusters are near when they look alike to the backbone, are as bright in the order of their picture, and lie
at the same height.  A plan with the least cost is found in which clusters need not give all of their mass
away (Chizat, Peyré, Schmitzer and Vialard 2018): a small sky is not forced on the meadow of a picture with a
large one.  What finds nothing near, takes the whole of the styles.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiostyle.image.segments.clusters import Clusters

LOOK, LIGHT, HEIGHT = 1.0, 4.0, 1.0
"""Weights of the squared differences of features, of luminance's rank and of height."""

ENTROPY, RELAXATION = 0.1, 0.3
"""Of the plan: how much it is spread, and what it costs to leave mass where it is."""

FAR = 1.0
"""Cost at which a match counts as much as none."""

_ROUNDS = 200

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Match:
    """What each cluster of the content is to look like.

    Attributes:
        plan: (K, L), shares of the styles' clusters; rows sum to 1.
        trust: (K,) in (0, 1], how much a row is to be followed; the rest is the whole of the styles.
    """

    plan: Floats
    trust: Floats


def match_clusters(own: Clusters, others: Clusters) -> Match:
    """Match the clusters of a content with those of its styles.

    Args:
        own: K clusters.
        others: L clusters, of one style.
    """
    cost = LOOK * ((own.features[:, None] - others.features) ** 2).sum(axis=2)
    cost += LIGHT * (own.light[:, None] - others.light) ** 2
    cost += HEIGHT * (own.height[:, None] - others.height) ** 2
    kernel = np.exp(-cost / ENTROPY) + 1e-300
    give = RELAXATION / (RELAXATION + ENTROPY)
    left, right = np.ones(len(own.mass)), np.ones(len(others.mass))
    for _ in range(_ROUNDS):
        left = (1 / (kernel @ (right * others.mass))) ** give
        right = (1 / (kernel.T @ (left * own.mass))) ** give
    plan = kernel * (left * own.mass)[:, None] * (right * others.mass)
    plan /= plan.sum(axis=1, keepdims=True)
    return Match(plan, 1 / (1 + (plan * cost).sum(axis=1) / FAR))
