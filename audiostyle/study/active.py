"""Which pair to ask for next: the one whose answer is expected to tell most about the order of the systems.

The scores that answers so far leave possible are taken as a Gaussian
(:func:`~audiostyle.study.davidson.fit_posterior`).  What an answer to a pair is expected to tell is the
mutual information of the answer and of *which of the two is better*: the entropy of the answer less the mean
of its entropy where that is known (after Houlsby, Huszár, Ghahramani and Lengyel, "Bayesian active learning
for classification and preference learning", 2011, who take the difference itself; an order does not depend on
how large differences are, and answers spent on that are missing where systems are close).  A batch is the
spanning tree of the most information, so that
it connects all systems and no pair is asked for twice (Ye and Doermann 2014; Mikhailiuk, Wilmot, Perez-Ortiz,
Yue and Mantiuk, "Active sampling for pairwise comparisons via approximate message passing and information
gain maximization", ICPR 2020).  A share of the pairs is drawn at random, because a model may be wrong and
then should be found out.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.special import ndtr, ndtri

from audiostyle.study.davidson import compute_probabilities, fit_posterior

Floats = NDArray[np.float64]

FEWEST_SYSTEMS = 9
"""From which on pairs are chosen; for fewer systems balanced rounds do as well."""

RANDOM_SHARE = 0.2
"""Of the pairs of a batch."""

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2  # of the unit interval


def compute_information(wins: ArrayLike, ties: ArrayLike | None = None) -> Floats:
    """Return what an answer is expected to tell of which of a pair is better, (systems, systems), in nats.

    Args:
        wins, ties: answers so far, (systems, systems), see :func:`~audiostyle.study.davidson.fit_davidson`.

    Raises:
        ShapeError: they are no such matrices.

    Example:
        >>> before = compute_information(np.zeros((3, 3)))
        >>> after = compute_information([[0, 9, 0], [1, 0, 0], [0, 0, 0]])
        >>> bool(np.isclose(before[0, 1], before[0, 2])), bool(after[0, 1] < after[0, 2])
        (True, True)
    """
    mean, covariance, ties_weight = fit_posterior(wins, ties)
    spread = np.diag(covariance)
    deviation = np.sqrt(np.maximum(spread[:, None] + spread[None, :] - 2 * covariance, 1e-12))
    gap = mean[:, None] - mean[None, :]
    worse = ndtr(-gap / deviation)  # probability that the first of the pair is the worse one
    # The probabilities of answers where the first is worse, and where it is better: means over the two parts
    # of the difference's distribution, each cut into equal shares.
    quantiles = np.stack([worse[..., None] * _NODES, worse[..., None] + (1 - worse[..., None]) * _NODES])
    known = gap[..., None] + deviation[..., None] * ndtri(np.clip(quantiles, 1e-15, 1 - 1e-15))
    answers = np.stack(compute_probabilities(known, ties_weight)) @ _WEIGHTS  # (answers, 2, systems, systems)
    shares = np.stack([worse, 1 - worse])
    information = _compute_entropy((answers * shares).sum(axis=1))
    information -= (_compute_entropy(answers) * shares).sum(axis=0)
    np.fill_diagonal(information, 0)
    return np.maximum(information, 0)


def choose_batch(
    wins: ArrayLike, ties: ArrayLike | None = None, *, random_share: float = RANDOM_SHARE, seed: int = 0
) -> list[tuple[int, int]]:
    """Return one pair fewer than there are systems to ask for next, in random order.

    Args:
        wins, ties: answers so far, (systems, systems).
        random_share: how many of the pairs are drawn at random instead.
        seed: decides which, the order, and which system is named first.

    Raises:
        ShapeError: see :func:`compute_information`.

    Example:
        >>> len(choose_batch(np.zeros((16, 16))))
        15
    """
    random = np.random.default_rng(seed)
    information = compute_information(wins, ties)
    systems = len(information)
    # Equal pairs, as all are before the first answer, come in random order.
    jitter = 1 + 1e-6 * random.random(information.shape)
    cost = np.triu(1 / (information * jitter + 1e-9), 1)
    tree = minimum_spanning_tree(cost).tocoo()
    pairs = [(int(i), int(j)) for i, j in zip(tree.row, tree.col, strict=True)]
    pairs.sort(key=lambda pair: information[pair])  # what tells least makes room for what is random
    for place in range(round(random_share * len(pairs))):
        i, j = random.choice(systems, 2, replace=False)
        pairs[place] = (int(i), int(j))
    random.shuffle(pairs)
    return [pair if random.random() < 0.5 else pair[::-1] for pair in pairs]


def _compute_entropy(probabilities: Floats) -> Floats:
    """Return the entropy over the first axis, in nats."""
    return -(probabilities * np.log(np.maximum(probabilities, 1e-300))).sum(axis=0)
