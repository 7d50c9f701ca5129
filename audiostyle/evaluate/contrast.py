"""Contrast: whether a result is as flat, or as harsh, as neither its content nor its style is.

Conventions
-----------
Pictures are RGB, ``(height, width, 3)`` floats in [0, 1], as they are stored (gamma-coded).  The result and
its content have the same size, the style any.  Scales are relative to the shorter side of each picture, so
that it does not matter at which resolution a style was taken.

Metrics
-------
:func:`contrast_ratio`: the contrast of the result divided by that of the content or of the style, whichever
is closer, as the geometric mean over the scales.  Contrast at a scale is the standard deviation of the
luminance between two Gaussians, one of that scale and one four times as wide (Peli, "Contrast in complex
images", JOSA A 7(10), 1990, with differences of Gaussians as bands).  1 is as it should be; below it the
result lies under a haze, above it it is harsh.  A result between the two counts as far off as it is from the
closer one.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter

from audiostyle.evaluate import structure
from audiostyle.evaluate.structure import LUMINANCE
from audiostyle.evaluate.validation import validate_pictures

SCALES = (1 / 320, 4 / 320, 16 / 320)
"""Standard deviations of the finer Gaussian of each band, of the shorter side: grain, objects, areas."""

WIDER = 4.0
"""How many times as wide the coarser Gaussian of a band is."""

FLAT = 1e-4
"""Contrasts are taken to be at least this, of 1: a fortieth of a step of 8 bits is none."""


def validate(result: ArrayLike, content: ArrayLike, style: ArrayLike) -> list[NDArray[np.float64]]:
    """Check that all three are pictures, the first two of one size, and return them.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        content: what it was made of, (H, W, 3) in [0, 1].
        style: what it was to look like, (H', W', 3) in [0, 1].

    Returns:
        All three in double precision; one of a single color warns.

    Raises:
        ShapeError: one is no picture, or result and content are of different sizes.
    """
    return [*structure.validate(result, content), *validate_pictures(style=style)]


def contrast_ratio(result: ArrayLike, content: ArrayLike, style: ArrayLike) -> float:
    """Return the geometric mean over the scales of :func:`compare_contrasts`.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        content: what it was made of, (H, W, 3) in [0, 1].
        style: what it was to look like, (H', W', 3) in [0, 1].

    Returns:
        A ratio > 0; 1 is best.

    Raises:
        ShapeError: not three pictures, the first two of one size.

    Example:
        >>> picture = np.random.default_rng(0).random((20, 30, 3))
        >>> round(contrast_ratio(0.5 * picture, picture, picture), 6)
        0.5
    """
    ratios = compare_contrasts(result, content, style)
    return float(np.exp(np.mean(np.log(ratios))))


def compare_contrasts(result: ArrayLike, content: ArrayLike, style: ArrayLike) -> NDArray[np.float64]:
    """Return the ratio of contrasts at each of `SCALES`, (3,): the result's to the closer of the other two.

    The arguments and errors are those of :func:`contrast_ratio`.
    """
    own, one, other = (np.log(measure_contrasts(each)) for each in validate(result, content, style))
    return np.exp(np.where(np.abs(own - one) <= np.abs(own - other), own - one, own - other))


def measure_contrasts(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the contrast of a picture (H, W, 3) at each of `SCALES`, (3,)."""
    luminance = picture @ LUMINANCE
    side = min(luminance.shape)
    blurred = [
        [gaussian_filter(luminance, scale * side * wider, mode="nearest") for wider in (1.0, WIDER)]
        for scale in SCALES
    ]
    return np.maximum([np.std(fine - coarse) for fine, coarse in blurred], FLAT)


def evaluate(result: ArrayLike, content: ArrayLike, style: ArrayLike) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`contrast_ratio` for the arguments."""
    return {"contrast_ratio": contrast_ratio(result, content, style)}
