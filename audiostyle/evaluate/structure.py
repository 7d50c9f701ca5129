"""How much of a picture's structure another keeps.

Conventions
-----------
Pictures are RGB, ``(height, width, 3)`` floats in [0, 1], as they are stored (gamma-coded); both have the
same size, for nothing is aligned or resized here.  Lengths are in pixels of the pictures given.  Scores are
at most 1, which is best.

Metrics
-------
:func:`ssim`: structural similarity of Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from
error visibility to structural similarity" (IEEE TIP 13(4), 2004), with their window and constants, averaged
over the three channels.  For copies: a decoder's reconstruction against the truth.

:func:`edge_ssim`: structural similarity of the pictures' edges, as work on photorealistic stylisation reports
it.  There the edges come from a trained network; here from the luminance's gradient at a scale of one pixel,
set against the picture's mean gradient e̅ as e / (e + e̅), so that neither brightness, nor contrast, nor
an inversion of it counts, but only where edges are and which of them are strong.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter, gaussian_gradient_magnitude

from audiostyle.errors import ShapeError
from audiostyle.evaluate.pictures import as_pictures

WINDOW_SIGMA = 1.5
WINDOW_RADIUS = 5  # 11 × 11
C1, C2 = 0.01**2, 0.03**2  # K₁ and K₂ of the paper for values in [0, 1]
EDGE_SIGMA = 1.0
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # Rec. 709


def validate(result: ArrayLike, content: ArrayLike) -> list[NDArray[np.float64]]:
    """Return both as arrays.  Raises ShapeError unless they are pictures of one size; a flat one warns."""
    pair = as_pictures(result=result, content=content)
    if pair[0].shape != pair[1].shape:
        sizes = [f"{picture.shape[0]} × {picture.shape[1]}" for picture in pair]
        raise ShapeError(f"result has {sizes[0]} pixels, content {sizes[1]}; resize one of them first")
    return pair


def ssim(result: ArrayLike, content: ArrayLike) -> float:
    """Mean structural similarity, in [−1, 1].

    Raises:
        ShapeError: not two pictures of one size.
    """
    one, other = validate(result, content)
    return float(np.mean([_mean_ssim(one[..., channel], other[..., channel]) for channel in range(3)]))


def edge_ssim(result: ArrayLike, content: ArrayLike) -> float:
    """Mean structural similarity of edges, in [−1, 1].

    Raises:
        ShapeError: not two pictures of one size.
    """
    one, other = validate(result, content)
    return _mean_ssim(_edges(one), _edges(other))


def evaluate(result: ArrayLike, content: ArrayLike) -> dict[str, float]:
    """All of this module's metrics by name."""
    return {metric.__name__: metric(result, content) for metric in (ssim, edge_ssim)}


def _edges(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """(H, W, 3) → (H, W) in [0, 1); 0 everywhere if there is no edge."""
    edges = gaussian_gradient_magnitude(picture @ LUMINANCE, EDGE_SIGMA, mode="nearest")
    edges[edges < 1e-9] = 0  # what rounding makes of a flat picture
    return edges / (edges + (edges.mean() or 1.0))


def _mean_ssim(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Eq. 13, averaged where the window fits in; over everything in pictures smaller than it."""
    mean_one, mean_other = _windowed(one), _windowed(other)
    variances = _windowed(one**2) - mean_one**2 + _windowed(other**2) - mean_other**2
    covariance = _windowed(one * other) - mean_one * mean_other
    similarity = (2 * mean_one * mean_other + C1) * (2 * covariance + C2)
    similarity /= (mean_one**2 + mean_other**2 + C1) * (variances + C2)
    inside = tuple(
        slice(WINDOW_RADIUS, -WINDOW_RADIUS) if length > 2 * WINDOW_RADIUS else slice(None)
        for length in one.shape
    )
    return float(similarity[inside].mean())


def _windowed(image: NDArray[np.float64]) -> NDArray[np.float64]:
    return gaussian_filter(image, WINDOW_SIGMA, radius=WINDOW_RADIUS)
