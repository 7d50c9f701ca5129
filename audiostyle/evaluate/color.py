"""Wasserstein distances: how far the colors of two pictures differ, wherever they lie.

Conventions
-----------
Pictures are RGB, ``(height, width, 3)`` floats in [0, 1], as they are stored (gamma-coded), of any two sizes.
A picture is a cloud of colors, each pixel one point of equal mass.  Distances are in units of RGB, in which
black and white are √3 apart; 0 is best.

Metrics
-------
:func:`gaussian_wasserstein`: 2-Wasserstein distance of the Gaussians with the clouds' means and covariances,
in closed form (Bures; Dowson and Landau 1982).  A method that sets mean and covariance, as linear
Monge–Kantorovich transport does, makes it 0 by construction, save for what it clips.

:func:`sliced_wasserstein`: 2-Wasserstein distance of the clouds themselves along a line, as root mean square
over directions (Rabin, Peyré, Delon and Bernot 2011; Bonneel et al. 2015).  It is 0 for equal distributions
only, whatever their shape, so it is the one to compare methods by.  A shift of all colors by d counts d/√3,
the root mean square of its components along directions.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audiostyle.evaluate.validation import validate_pictures

DIRECTIONS = 64
"""Lines along which :func:`sliced_wasserstein` compares."""


def validate(result: ArrayLike, style: ArrayLike) -> list[NDArray[np.float64]]:
    """Check that both are pictures and return their colors; a picture of a single color warns.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        style: the picture of the wanted colors, (H', W', 3) in [0, 1].

    Returns:
        (pixels, 3) of both, in double precision.

    Raises:
        ShapeError: they are no pictures.
    """
    return [picture.reshape(-1, 3) for picture in validate_pictures(result=result, style=style)]


def gaussian_wasserstein(result: ArrayLike, style: ArrayLike) -> float:
    """Return √(‖μ₁ − μ₂‖² + tr(A + B − 2 (A^½ B A^½)^½)) of the means μ and the covariances A and B.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        style: the picture of the wanted colors, (H', W', 3) in [0, 1].

    Returns:
        A distance ≥ 0 in units of RGB.

    Raises:
        ShapeError: not two pictures.

    Example:
        >>> picture = np.random.default_rng(0).random((4, 5, 3)) / 2
        >>> round(gaussian_wasserstein(picture + [0.3, 0.4, 0.0], picture), 6)
        0.5
    """
    one, other = validate(result, style)
    # Of a single pixel NumPy before 2.2 makes a number.
    a, b = (np.cov(colors.T, bias=True).reshape(3, 3) for colors in (one, other))
    shift = one.mean(axis=0) - other.mean(axis=0)
    root = _compute_root(a)
    square = shift @ shift + np.trace(a + b - 2 * _compute_root(root @ b @ root))
    return float(np.sqrt(max(square, 0.0)))


def sliced_wasserstein(result: ArrayLike, style: ArrayLike) -> float:
    """Return the root mean square over 64 fixed directions of the distance along each.

    All pixels count.  Clouds of different sizes are compared at as many quantiles as the larger has points.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        style: the picture of the wanted colors, (H', W', 3) in [0, 1].

    Returns:
        A distance ≥ 0 in units of RGB.

    Raises:
        ShapeError: not two pictures.

    Example:
        >>> picture = np.random.default_rng(0).random((4, 5, 3))
        >>> sliced_wasserstein(picture[::-1], picture)
        0.0
    """
    one, other = validate(result, style)
    squares = [
        _compare_on_line(one @ direction, other @ direction) for direction in make_directions(DIRECTIONS)
    ]
    return float(np.sqrt(np.mean(squares)))


def evaluate(result: ArrayLike, style: ArrayLike) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`sliced_wasserstein` for the arguments."""
    return {metric.__name__: metric(result, style) for metric in (gaussian_wasserstein, sliced_wasserstein)}


def make_directions(count: int) -> NDArray[np.float64]:
    """Return unit vectors (count, 3) spread evenly over half a sphere, along a golden spiral.

    Args:
        count: number of vectors.
    """
    turns = np.arange(count) + 0.5
    height = turns / count
    angle = np.pi * (1 + np.sqrt(5)) * turns
    radius = np.sqrt(1 - height**2)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), height], axis=1)


def _compare_on_line(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the squared 2-Wasserstein distance of two clouds on a line: that of their quantiles."""
    one, other = np.sort(one), np.sort(other)
    middles = (np.arange(max(one.size, other.size)) + 0.5) / max(one.size, other.size)
    at_one, at_other = ((middles * cloud.size).astype(np.intp) for cloud in (one, other))
    return float(np.mean((one[at_one] - other[at_other]) ** 2))


def _compute_root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the symmetric square root of a covariance (3, 3)."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
