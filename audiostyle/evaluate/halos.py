"""Halos: what a photographer sees first in a processed picture, rims along edges and bands in skies.

Conventions
-----------
Pictures are RGB, ``(height, width, 3)`` floats in [0, 1], as they are stored (gamma-coded).  Both have the
same size.  Lengths are in pixels of the pictures given; of a large photograph judge a version with a shorter
side of a few hundred pixels, at which halos are as wide as they look.

Metrics
-------
:func:`halo_ratio`: how far luminance overshoots along the strong edges of the content, in the result and in
the content, as a ratio.  At an edge, luminance is followed to both sides along the gradient.  What lies on
either side just beyond the edge is compared with what lies farther out: by how much it is more extreme, as a
share of the step between the two sides, is the overshoot.  Photographs have some, since what is beside an
edge is often no even area; a result with more has rims of light or shadow.

:func:`gradient_reversals`: in what share of the smooth areas of the content (skies, walls, defocused grounds)
the gradient of luminance points the other way in the result.  Rings, bands, glows and blotches are reversals
of a gradient that went one way.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter, gaussian_gradient_magnitude, map_coordinates, maximum_filter

from audiostyle.evaluate.structure import LUMINANCE, validate

STRONG = 0.98
"""Quantile of the content's gradient above which an edge is strong."""

LEAST_STEP = 0.05
"""Difference of luminance between the two sides of an edge below which it is none, of 1."""

EDGE_SIGMA = 1.0
"""Pixels: the scale at which edges are found and luminance is followed."""

NEAR, FAR = range(3, 9), range(14, 25)
"""Pixels from an edge: what lies just beyond it, and what lies farther out."""

EDGES = 4000
"""Edges that are looked at, at most, spread evenly over all."""

SMOOTH_GRADIENT = 0.01
"""Gradient per pixel (σ = 1) up to which an area is smooth, …"""

SMOOTH_WINDOW = 13
"""… everywhere in a window of so many pixels a side."""

SLOPE_SIGMA = 4.0
"""Pixels: the scale at which gradients of smooth areas are compared; noise is averaged away."""

CLEAR_SLOPE = 0.08 / 255
"""Luminance per pixel, of 1: a content's gradient that is less steep has no clear direction."""

LEAST_REVERSED = 0.02 / 255
"""The same of a result's gradient: one that is less steep the other way is none."""


def halo_ratio(result: ArrayLike, content: ArrayLike) -> float:
    """Return the mean overshoot along the content's strong edges, as a multiple of the content's own.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        content: the picture that it was made of, (H, W, 3) in [0, 1].

    Returns:
        A number ≥ 0; 1 for the content itself, and where neither has any.

    Raises:
        ShapeError: not two pictures of one size.

    Example:
        >>> step = np.where(np.arange(80) < 40, 0.3, 0.6)[None, :, None] * np.ones((60, 1, 3))
        >>> halo_ratio(step, step)
        1.0
    """
    one, other = (picture @ LUMINANCE for picture in validate(result, content))
    own, wanted = measure_overshoot(one, other), measure_overshoot(other, other)
    return (own + 1e-3) / (wanted + 1e-3)  # a thousandth of a step nobody sees


def gradient_reversals(result: ArrayLike, content: ArrayLike) -> float:
    """Return the share of the clear gradients of smooth areas that point the other way in the result.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        content: the picture that it was made of, (H, W, 3) in [0, 1].

    Returns:
        A share in [0, 1]; 0 is best, and what a content without smooth areas gives.

    Raises:
        ShapeError: not two pictures of one size.

    Example:
        >>> ramp = np.linspace(0.2, 0.8, 100)[None, :, None].repeat(50, axis=0).repeat(3, axis=2)
        >>> gradient_reversals(ramp, ramp), gradient_reversals(1 - ramp, ramp)
        (0.0, 1.0)
    """
    one, other = (picture @ LUMINANCE for picture in validate(result, content))
    smooth = find_smooth(other)
    clear = reversed_ = 0
    for order in ((1, 0), (0, 1)):
        found, wanted = (gaussian_filter(image, SLOPE_SIGMA, order, mode="nearest") for image in (one, other))
        at = smooth & (np.abs(wanted) >= CLEAR_SLOPE)
        clear += int(at.sum())
        reversed_ += int((at & (found * np.sign(wanted) <= -LEAST_REVERSED)).sum())
    return reversed_ / max(clear, 1)


def evaluate(result: ArrayLike, content: ArrayLike) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`halo_ratio` for the arguments."""
    return {metric.__name__: metric(result, content) for metric in (halo_ratio, gradient_reversals)}


def find_smooth(luminance: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where a content (H, W) is smooth: its skies, walls and defocused grounds."""
    steepest = maximum_filter(
        gaussian_gradient_magnitude(luminance, EDGE_SIGMA, mode="nearest"), SMOOTH_WINDOW
    )
    return np.asarray(steepest <= SMOOTH_GRADIENT)


def measure_overshoot(luminance: NDArray[np.float64], content: NDArray[np.float64]) -> float:
    """Return the mean overshoot of a luminance (H, W) along the strong edges of a content (H, W).

    Returns:
        A share of the edges' steps, ≥ 0; both sides count.  0 where no edge is strong.
    """
    places, normals = _find_edges(content)
    if not len(places):
        return 0.0
    image = gaussian_filter(luminance, EDGE_SIGMA, mode="nearest")
    sides = [
        [_follow(image, places, sign * normals, distances) for distances in (NEAR, FAR)] for sign in (-1, 1)
    ]
    (dark, dark_far), (bright, bright_far) = sides
    step = bright - dark
    orientation = np.sign(step)  # a result may have turned light and dark around
    beyond = orientation * np.stack([dark_far - dark, bright - bright_far])
    shares = np.maximum(beyond, 0) / np.maximum(np.abs(step), LEAST_STEP)
    return float(np.minimum(shares, 1).mean())


def _find_edges(content: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return places (N, 2) on strong edges and the unit vectors (N, 2) towards the brighter side.

    Edges at which the sides differ by less than `LEAST_STEP`, such as thin lines, are left out.
    """
    slopes = np.stack(
        [gaussian_filter(content, EDGE_SIGMA, order, mode="nearest") for order in ((1, 0), (0, 1))], axis=-1
    )
    strength = np.linalg.norm(slopes, axis=-1)
    threshold = max(float(np.quantile(strength, STRONG)), 1e-6)
    reach = max(FAR)
    inside = np.zeros(content.shape, bool)
    inside[reach:-reach, reach:-reach] = True
    places = np.argwhere(inside & (strength >= threshold))
    normals = slopes[tuple(places.T)] / strength[tuple(places.T)][:, None]
    crest = np.ones(len(places), bool)
    for sign in (-1, 1):
        crest &= strength[tuple(places.T)] >= _sample(strength, places + sign * normals)
    places, normals = places[crest], normals[crest]
    image = gaussian_filter(content, EDGE_SIGMA, mode="nearest")
    steps = _follow(image, places, normals, NEAR) - _follow(image, places, -normals, NEAR)
    chosen = np.flatnonzero(steps >= LEAST_STEP)
    chosen = chosen[:: max(1, -(-len(chosen) // EDGES))]
    return places[chosen], normals[chosen]


def _follow(
    image: NDArray[np.float64], places: NDArray[np.intp], normals: NDArray[np.float64], distances: range
) -> NDArray[np.float64]:
    """Return the means (N,) of an image at distances from places (N, 2) along unit vectors (N, 2)."""
    return np.mean([_sample(image, places + distance * normals) for distance in distances], axis=0)


def _sample(image: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values (N,) of an image (H, W) at places (N, 2), linear between pixels."""
    return np.asarray(map_coordinates(image, places.T, order=1, mode="nearest"))
