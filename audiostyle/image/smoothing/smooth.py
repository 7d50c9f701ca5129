"""Closed-form smoothing: give a stylised picture the structure of the photograph that it was made from.

Manifold ranking (Zhou, Weston, Gretton, Bousquet and Schölkopf, 2004) as Li, Liu, Li, Yang and Kautz use it
(ECCV 2018): R minimises ½ Σ_ij W_ij ‖R_i/√D_ii − R_j/√D_jj‖² + (1/α − 1) Σ_i ‖R_i − Y_i‖², which is

    R = (1 − α) (I − αS)⁻¹ Y,   S = D^−½ W D^−½.

``exact`` solves this.  D⁻¹W is the guided filter of radius 1, and R a geometric series of its powers,
which one guided filter of large radius resembles: that is ``guided``, in a fraction of the time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from audiostyle.errors import AudiostyleError
from audiostyle.image.arrays import Array, as_array, same_size
from audiostyle.image.smoothing import stencil
from audiostyle.image.smoothing.affinity import EPSILON
from audiostyle.image.smoothing.guided import RADIUS, guided_filter
from audiostyle.image.smoothing.solver import Normalization, SmoothingProblem
from audiostyle.image.smoothing.solver import solve as solve_ranking

ALPHA = {"matting": 0.9999, "gaussian": 0.95}
"""The first as published.  Gaussian weights fall off slowly across edges, so that with it hardly an object
is left of a picture."""

TOLERANCE = 1e-3
MEMORY_LIMIT = 4e9
WEIGHTS: dict[str, Callable[[Array], Array]] = {
    "matting": partial(stencil.matting, epsilon=EPSILON),
    "gaussian": stencil.gaussian,
}


@dataclass(frozen=True)
class SmoothingResult:
    """A smoothed picture and how it was found.

    Attributes:
        image: R, of the stylised picture's shape and kind; not clipped to [0, 1].
        iterations: of conjugate gradients; with several strips, of the slowest in each sweep, added up.
        residual: ‖(1−α)Y − (I−αS)R‖ / ‖(1−α)Y‖ of the worst channel, measured on R.  The root-mean-square
            error of R is at most this times that of Y.
        strips: in how many pieces the picture was solved.
    """

    image: Any
    iterations: int
    residual: float
    strips: int


def smooth(
    guide: Any,
    image: Any,
    method: Literal["exact", "guided"] = "exact",
    alpha: float | None = None,
    affinity: Literal["matting", "gaussian"] = "matting",
    tolerance: float = TOLERANCE,
    memory_limit: float = MEMORY_LIMIT,
    normalisation: Normalization = "symmetric",
    radius: int = RADIUS,
) -> Any:
    """Smooth a stylised picture along the structure of the photograph it was made from.

    Args:
        guide: the photograph, (H, W, 3) RGB in [0, 1], array or tensor.
        image: the stylised picture, same size and range.
        method: ``exact``, or ``guided``: one guided filter of ``radius``, which takes nothing of what
            follows.
        alpha: 0 ≤ α < 1; 0 returns ``image``, near 1 smooths most.  Unless given, that of :data:`ALPHA`.
        affinity: ``matting`` as published, or ``gaussian`` as on the lecture's slide.
        tolerance: largest relative residual; 1e-3 leaves less than a step of 8 bits.
        memory_limit: bytes that ``exact`` may use beside guide, image and result.  What does not fit is
            solved strip by strip, to the same tolerance.
        normalisation: ``symmetric`` is the formula above.  It darkens what has few neighbours, R ∝ √D:
            with the matting affinity the two outermost rows and columns.  ``random-walk`` has D⁻¹W in the
            place of S, which is the same wherever D is constant and keeps a constant picture constant.
        radius: of ``guided``, in pixels.

    Returns:
        R, of ``image``'s shape and kind; not clipped.

    Raises:
        ShapeError: not such pictures, or of different sizes.
        ConvergenceError: the tolerance was not met.
        AudiostyleError: an option out of its range, or memory for not even one strip.
    """
    if method == "guided":
        return guided_filter(guide, image, radius)
    if method != "exact":
        raise AudiostyleError(f"method must be 'exact' or 'guided', got {method!r}")
    return solve(guide, image, alpha, affinity, tolerance, memory_limit, normalisation).image


def solve(
    guide: Any,
    image: Any,
    alpha: float | None = None,
    affinity: Literal["matting", "gaussian"] = "matting",
    tolerance: float = TOLERANCE,
    memory_limit: float = MEMORY_LIMIT,
    normalisation: Normalization = "symmetric",
) -> SmoothingResult:
    """:func:`smooth` by ``exact``, with iterations and residual.  Same arguments and errors."""
    alpha = ALPHA.get(affinity, 0.0) if alpha is None else alpha
    _validate(alpha, affinity, tolerance, normalisation)
    structure, _ = as_array(guide, "guide")
    stylised, restore = as_array(image)
    same_size(structure, stylised)
    problem = SmoothingProblem(structure, stylised, WEIGHTS[affinity], alpha, tolerance, normalisation)
    found = solve_ranking(problem, memory_limit)
    return SmoothingResult(restore(found.image), found.iterations, found.residual, found.strips)


def _validate(alpha: float, affinity: str, tolerance: float, normalisation: str) -> None:
    if not 0 <= alpha < 1:
        raise AudiostyleError(f"alpha must be at least 0 and less than 1, got {alpha}")
    if affinity not in WEIGHTS:
        raise AudiostyleError(f"affinity must be one of {', '.join(WEIGHTS)}, got {affinity!r}")
    if not tolerance > 0:
        raise AudiostyleError(f"tolerance must be positive, got {tolerance}")
    if normalisation not in ("symmetric", "random-walk"):
        raise AudiostyleError(f"normalisation must be 'symmetric' or 'random-walk', got {normalisation!r}")
