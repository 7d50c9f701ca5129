"""Structural similarity (SSIM): how much of a picture's structure another keeps.

Conventions
-----------
Pictures are RGB, ``(height, width, 3)`` floats in [0, 1], as they are stored (gamma-coded).  Both have the
same size, because nothing is aligned or resized here.  Lengths are in pixels of the pictures given.  Scores
are at most 1, which is best.

Metrics
-------
:func:`ssim`: structural similarity of Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from
error visibility to structural similarity" (IEEE TIP 13(4), 2004), with their window and constants, averaged
over the three channels.  It suits copies, such as a decoder's reconstruction against the truth.

:func:`edge_ssim`: structural similarity of the pictures' edges, as work on photorealistic stylization reports
it.  There the edges come from a trained network; here from the luminance's gradient at a scale of one pixel,
set against the picture's mean gradient e̅ as e / (e + e̅).  So neither brightness nor contrast nor an
inversion of it counts, but only where edges are and which of them are strong.

The training loss of :mod:`audiostyle.training.autoencoders.reconstruction` has an SSIM of its own: it must be
fast and can be differentiated, so its windows are square and four pixels apart.  The numbers differ, and one
implementation cannot serve both.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter, gaussian_gradient_magnitude

from audiostyle.errors import ShapeError
from audiostyle.evaluate.validation import validate_pictures

WINDOW_SIGMA = 1.5
"""Pixels: standard deviation of the Gaussian window."""

WINDOW_RADIUS = 5
"""Pixels: the window is cut off at 11 × 11."""

C1, C2 = 0.01**2, 0.03**2
"""The paper's K₁² and K₂², for values in [0, 1]."""

EDGE_SIGMA = 1.0
"""Pixels: the scale at which gradients are taken."""

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""Weights of R, G and B in Rec. 709."""


def validate(result: ArrayLike, content: ArrayLike) -> list[NDArray[np.float64]]:
    """Check that both are pictures of one size and return them; a picture of a single color warns.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        content: the picture whose structure it is to have, (H, W, 3) in [0, 1].

    Returns:
        (H, W, 3) of both, in double precision.

    Raises:
        ShapeError: they are no pictures, or of different sizes.
    """
    pair = validate_pictures(result=result, content=content)
    if pair[0].shape != pair[1].shape:
        sizes = [f"{picture.shape[0]} × {picture.shape[1]}" for picture in pair]
        raise ShapeError(f"result has {sizes[0]} pixels, content {sizes[1]}; resize one of them first")
    return pair


def ssim(result: ArrayLike, content: ArrayLike) -> float:
    """Return the mean structural similarity.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        content: the picture whose structure it is to have, (H, W, 3) in [0, 1].

    Returns:
        A number in [−1, 1]; 1 for equal pictures.

    Raises:
        ShapeError: not two pictures of one size.

    Example:
        >>> picture = np.random.default_rng(0).random((20, 30, 3))
        >>> round(ssim(picture, picture), 6), ssim(1 - picture, picture) < 0
        (1.0, True)
    """
    one, other = validate(result, content)
    return float(
        np.mean([_compute_mean_ssim(one[..., channel], other[..., channel]) for channel in range(3)])
    )


def edge_ssim(result: ArrayLike, content: ArrayLike) -> float:
    """Return the mean structural similarity of edges.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        content: the picture whose structure it is to have, (H, W, 3) in [0, 1].

    Returns:
        A number in [−1, 1]; 1 for the same edges.

    Raises:
        ShapeError: not two pictures of one size.

    Example:
        >>> picture = np.random.default_rng(0).random((20, 30, 3))
        >>> round(edge_ssim(1 - picture, picture), 6)
        1.0
    """
    one, other = validate(result, content)
    return _compute_mean_ssim(_compute_edges(one), _compute_edges(other))


def evaluate(result: ArrayLike, content: ArrayLike) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`ssim` for the arguments."""
    return {metric.__name__: metric(result, content) for metric in (ssim, edge_ssim)}


def _compute_edges(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the strength of edges (H, W) in [0, 1) of a picture (H, W, 3); 0 everywhere if it has none."""
    edges = gaussian_gradient_magnitude(picture @ LUMINANCE, EDGE_SIGMA, mode="nearest")
    edges[edges < 1e-9] = 0  # what rounding makes of a flat picture
    return edges / (edges + (edges.mean() or 1.0))


def _compute_mean_ssim(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return eq. 13 of two images (H, W), averaged over the positions at which the window fits in.

    In images that are smaller than the window it is averaged over all positions.
    """
    mean_one, mean_other = _average(one), _average(other)
    variances = _average(one**2) - mean_one**2 + _average(other**2) - mean_other**2
    covariance = _average(one * other) - mean_one * mean_other
    similarity = (2 * mean_one * mean_other + C1) * (2 * covariance + C2)
    similarity /= (mean_one**2 + mean_other**2 + C1) * (variances + C2)
    inside = tuple(
        slice(WINDOW_RADIUS, -WINDOW_RADIUS) if length > 2 * WINDOW_RADIUS else slice(None)
        for length in one.shape
    )
    return float(similarity[inside].mean())


def _average(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means (H, W) under the window."""
    return gaussian_filter(image, WINDOW_SIGMA, radius=WINDOW_RADIUS)
