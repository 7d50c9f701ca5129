"""A smooth map between palettes: entropic optimal transport.

Optimal transport moves the colors of one palette to those of another by the least work.  With an entropy term
(Cuturi 2013) every color goes to a blend of near ones.  The blend is a smooth function of any color, also of
those that are in no palette (Pooladian & Niles-Weed, arXiv:2109.12004, eq. 4):

    T(x) = Σ_j p_j(x) y_j,   p_j(x) ∝ b_j exp((g_j − ½‖x − y_j‖²) / ε).

It is the gradient of a convex function, so that it folds nothing over.  Blends are less colorful than what
they are made of.  That is undone by subtracting how far the same construction moves the first palette when it
is transported to itself (Pooladian, Cuturi & Niles-Weed 2022, arXiv:2202.08919):  T(x) − T_self(x) + x.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiostyle.image.grading.samples import Colors

ITERATIONS = 60
"""Of Sinkhorn's algorithm; at the ε that grading uses marginals are then exact to 1e-4 or better."""

_CHUNK = 4096  # colors that are mapped at a time

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class EntropicMap:
    """A smooth map of colors that takes one palette to another.

    Attributes:
        targets: y (m, 3).
        log_weights: log b_j + g_j / ε, (m,).
        epsilon: ε, a squared distance in RGB.

    Example:
        >>> gray = Colors.of(np.linspace(0, 1, 9)[:, None].repeat(3, axis=1))
        >>> dimmed = Colors.of(gray.values / 2)
        >>> EntropicMap.fit(gray, dimmed, 0.03)(np.full((1, 3), 0.5)).round(3).tolist()
        [[0.25, 0.25, 0.25]]
    """

    targets: Floats
    log_weights: Floats
    epsilon: float

    @classmethod
    def fit(cls, own: Colors, wanted: Colors, epsilon: float) -> "EntropicMap":
        """Fit the map from one palette to another by Sinkhorn's algorithm.

        Args:
            own: the palette that is moved.
            wanted: where it goes.
            epsilon: > 0; the larger, the smoother.
        """
        cost = _compare(own.values, wanted.values) / epsilon
        kernel = np.exp(-cost)
        left, right = np.ones(len(own.values)), np.ones(len(wanted.values))
        for _ in range(ITERATIONS):
            left = 1 / np.maximum(kernel @ (right * wanted.weights), 1e-300)
            right = 1 / np.maximum(kernel.T @ (left * own.weights), 1e-300)
        log_weights = np.log(np.maximum(wanted.weights, 1e-300)) + np.log(np.maximum(right, 1e-300))
        return cls(wanted.values, log_weights, epsilon)

    def __call__(self, colors: Floats) -> Floats:
        """Map colors (n, 3)."""
        return np.concatenate(
            [self._map(colors[start : start + _CHUNK]) for start in range(0, len(colors), _CHUNK)]
        )

    def _map(self, colors: Floats) -> Floats:
        exponents = self.log_weights - _compare(colors, self.targets) / self.epsilon
        blend = np.exp(exponents - exponents.max(axis=1, keepdims=True))
        return np.asarray(blend @ self.targets / blend.sum(axis=1, keepdims=True))


def fit_transport(own: Colors, wanted: Colors, epsilon: float) -> "DebiasedMap":
    """Fit the debiased map between two palettes; see :class:`EntropicMap` for the arguments."""
    return DebiasedMap(EntropicMap.fit(own, wanted, epsilon), EntropicMap.fit(own, own, epsilon))


@dataclass(frozen=True)
class DebiasedMap:
    """What one map moves colors by, less what the map of their palette to itself does.

    Attributes:
        there: the map to the other palette.
        itself: the map of the palette to itself.

    Example:
        >>> gray = Colors.of(np.linspace(0, 1, 9)[:, None].repeat(3, axis=1))
        >>> np.allclose(fit_transport(gray, gray, 0.1)(gray.values), gray.values)
        True
    """

    there: EntropicMap
    itself: EntropicMap

    def __call__(self, colors: Floats) -> Floats:
        """Map colors (n, 3)."""
        return np.asarray(self.there(colors) - self.itself(colors) + colors)


def fit_linear(own: Colors, wanted: Colors, floor: float, steepest: float) -> tuple[Floats, Floats]:
    """Return M (3, 3) and b (3,) of the linear optimal transport between the colors' Gaussians.

    Args:
        own, wanted: colors.
        floor: variance that is added to both, > 0.
        steepest: largest factor of any direction, so that a gray picture's grain gets no colors.
    """
    values, vectors = np.linalg.eigh(own.covariance + floor * np.eye(3))
    root, inverse = ((vectors * values**power) @ vectors.T for power in (0.5, -0.5))
    between, turned = np.linalg.eigh(root @ (wanted.covariance + floor * np.eye(3)) @ root)
    matrix = inverse @ ((turned * np.sqrt(np.maximum(between, 0))) @ turned.T) @ inverse
    factors, axes = np.linalg.eigh((matrix + matrix.T) / 2)
    matrix = (axes * factors.clip(max=steepest)) @ axes.T
    return matrix, wanted.mean - matrix @ own.mean


def _compare(one: Floats, other: Floats) -> Floats:
    """Return half the squared distances (n, m) of colors (n, 3) and (m, 3)."""
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * one @ other.T
    return np.asarray(np.maximum(squares, 0) / 2)
