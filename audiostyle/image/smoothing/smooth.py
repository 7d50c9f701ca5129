"""Closed-form smoothing: give a stylized picture the structure of the photograph that it was made from.

Manifold ranking (Zhou, Weston, Gretton, Bousquet and Schölkopf, 2004) as Li, Liu, Li, Yang and Kautz use it
(ECCV 2018): R minimizes ½ Σ_ij W_ij ‖R_i/√D_ii − R_j/√D_jj‖² + (1/α − 1) Σ_i ‖R_i − Y_i‖², which is

    R = (1 − α) (I − αS)⁻¹ Y,   S = D^−½ W D^−½.

The method ``exact`` solves this.  D⁻¹W is the guided filter of radius 1, and R is a geometric series of its
powers, which one guided filter of large radius resembles: that is the method ``guided``, in a fraction of the
time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, Literal

import numpy as np

from audiostyle.checks import check_number
from audiostyle.errors import AudiostyleError
from audiostyle.image.arrays import AnyPicture, Array, Picture, check_same_size, open_picture, to_floats
from audiostyle.image.smoothing.affinity import EPSILON, compute_gaussian_planes, compute_matting_planes
from audiostyle.image.smoothing.guided import RADIUS, guided_filter
from audiostyle.image.smoothing.solver import Normalization, SmoothingProblem, solve_smoothing

Affinity = Literal["matting", "gaussian"]

ALPHA: dict[str, float] = {"matting": 0.9999, "gaussian": 0.95}
"""α by affinity.  The first is as published.  Gaussian weights fall off slowly across edges, so that with
0.9999 hardly an object is left of a picture."""

TOLERANCE = 1e-3
"""Relative residual that leaves errors of less than a step of 8 bits."""

MEMORY_LIMIT = 4.0
"""GB."""

_WEIGHTS: dict[str, Callable[[Array], Array]] = {
    "matting": partial(compute_matting_planes, epsilon=EPSILON),
    "gaussian": compute_gaussian_planes,
}


@dataclass(frozen=True)
class SmoothingResult(Generic[Picture]):
    """A smoothed picture and how it was found.

    Attributes:
        image: R, (H, W, 3), of the stylized picture's kind and data type; floats are not clipped.
        iterations: of conjugate gradients; with several strips, of the slowest in each sweep, added up.
        residual: ‖(1−α)Y − (I−αS)R‖ / ‖(1−α)Y‖ of the worst channel, measured on R.  The root-mean-square
            error of R is at most this times that of Y.
        strips: in how many pieces the picture was solved.

    Example:
        >>> black = np.zeros((4, 4, 3))
        >>> SmoothingResult(black, iterations=80, residual=9e-4, strips=1).image.shape
        (4, 4, 3)
    """

    image: Picture
    iterations: int
    residual: float
    strips: int


def smooth(
    guide: AnyPicture,
    image: Picture,
    *,
    method: Literal["exact", "guided"] = "guided",
    alpha: float | None = None,
    affinity: Affinity = "matting",
    normalization: Normalization = "random-walk",
    tolerance: float = TOLERANCE,
    memory_limit: float | None = None,
    radius: int = RADIUS,
) -> Picture:
    """Smooth a stylized picture along the structure of the photograph that it was made from.

    Args:
        guide: the photograph, (H, W, 3) RGB, floats in [0, 1] or uint8, array or tensor; see
            :mod:`audiostyle.image.arrays` for what else there is.
        image: the stylized picture, of the same size.
        method: ``"guided"``, one guided filter of ``radius``, or ``"exact"``, the solution of the equation
            above with all other options.
        alpha: 0 ≤ α < 1; 0 returns ``image``, near 1 smooths most.  None takes that of `ALPHA`.
        affinity: ``"matting"`` as published, or ``"gaussian"`` as on the lecture's slide.
        normalization: ``"symmetric"`` is the formula above.  It darkens pixels with few neighbors, R ∝ √D:
            with the matting affinity, the two outermost rows and columns.  ``"random-walk"`` has D⁻¹W in the
            place of S, which is the same where D is constant, and keeps a constant picture constant.
        tolerance: largest relative residual; 1e-3 leaves less than a step of 8 bits.
        memory_limit: GB that ``"exact"`` may use beside guide, image and result; None for `MEMORY_LIMIT`.  A
            picture that does not fit is solved strip by strip, to the same tolerance.
        radius: of ``"guided"``, in pixels.

    Returns:
        A picture of the shape, kind and data type of ``image``; floats are not clipped.

    Raises:
        ShapeError: these are not such pictures, or they have different sizes.
        ConvergenceError: the tolerance was not met.
        AudiostyleError: an option is out of its range, or the memory does not suffice for a strip.

    Example:
        >>> photograph = np.zeros((20, 20, 3))
        >>> photograph[:, 10:] = 1.0
        >>> stylized = photograph + np.random.default_rng(0).normal(0, 0.1, photograph.shape)
        >>> result = smooth(photograph, stylized, method="exact")
        >>> bool(abs(result - photograph).max() < 0.05 < abs(stylized - photograph).max())
        True
    """
    if method == "guided":
        return guided_filter(guide, image, radius)
    if method != "exact":
        raise AudiostyleError(f"method must be 'exact' or 'guided', got {method!r}")
    found = smooth_exactly(
        guide,
        image,
        alpha=alpha,
        affinity=affinity,
        normalization=normalization,
        tolerance=tolerance,
        memory_limit=memory_limit,
    )
    return found.image


def smooth_exactly(
    guide: AnyPicture,
    image: Picture,
    *,
    alpha: float | None = None,
    affinity: Affinity = "matting",
    normalization: Normalization = "random-walk",
    tolerance: float = TOLERANCE,
    memory_limit: float | None = None,
) -> SmoothingResult[Picture]:
    """Smooth as :func:`smooth` does by ``"exact"``, and tell how the solution was found.

    Args:
        guide: the photograph, (H, W, 3) RGB, floats in [0, 1] or uint8, array or tensor.
        image: the stylized picture, of the same size.
        alpha, affinity, normalization, tolerance, memory_limit: see :func:`smooth`; memory in GB.

    Returns:
        The picture, with the number of iterations and the residual that is left.

    Raises:
        ShapeError, ConvergenceError, AudiostyleError: see :func:`smooth`.

    Example:
        >>> image = np.random.default_rng(0).random((8, 9, 3))
        >>> found = smooth_exactly(image, image, alpha=0.9)
        >>> found.residual <= 1e-3, found.strips
        (True, 1)
    """
    check_smoothing(alpha, affinity, memory_limit)
    chosen = ALPHA[affinity] if alpha is None else alpha
    _check_options(tolerance, normalization)
    structure = to_floats(guide, "guide", np.float64)
    opened = open_picture(image, "image", np.float64, any_scale=True)
    stylized = opened.seen
    check_same_size(structure, stylized)
    problem = SmoothingProblem(structure, stylized, _WEIGHTS[affinity], chosen, tolerance, normalization)
    found = solve_smoothing(problem, MEMORY_LIMIT if memory_limit is None else memory_limit)
    return SmoothingResult(opened.restore(found.image), found.iterations, found.residual, found.strips)


def check_smoothing(alpha: float | None, affinity: str, memory_limit: float | None) -> None:
    """Check the options of exact smoothing that stylization has too, before any work.

    Raises:
        AudiostyleError: one is out of its range, or unknown.
    """
    if alpha is not None:
        check_number("alpha", alpha, 0, 1, below=True)
    if not isinstance(affinity, str) or affinity not in _WEIGHTS:
        raise AudiostyleError(f"affinity must be one of {', '.join(_WEIGHTS)}, got {affinity!r}")
    if memory_limit is not None:
        check_number("memory_limit", memory_limit, 0, above=True)


def _check_options(tolerance: float, normalization: str) -> None:
    check_number("tolerance", tolerance, 0, above=True)
    if normalization not in ("symmetric", "random-walk"):
        raise AudiostyleError(f"normalization must be 'symmetric' or 'random-walk', got {normalization!r}")
