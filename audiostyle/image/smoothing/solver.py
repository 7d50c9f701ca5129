"""Solve (I − αS)R = (1 − α)Y to a stated residual: in one piece, or in strips within a memory limit."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import AudiostyleError, ConvergenceError
from audiostyle.image.smoothing.cholesky import factorize
from audiostyle.image.smoothing.kernels import solve_stencil
from audiostyle.image.smoothing.parallel import split_rows
from audiostyle.image.smoothing.stencil import PAD, add_border, crop_border
from audiostyle.image.smoothing.system import compute_residual, normalize

Array = NDArray[np.float64]
Normalization = Literal["symmetric", "random-walk"]
BYTES_PER_PIXEL = 300  # 104 planes, 72 factor, 108 vectors, and what NumPy holds for a moment
OVERLAP = 96  # rows; influence falls by e in about 30 with the published α
MAX_SWEEPS = 20
_WRONG = 4  # rows next to a cut whose residual is not the picture's: windows and neighbors are missing


@dataclass(frozen=True)
class SmoothingProblem:
    """What is to be solved.

    Attributes:
        guide: (H, W, 3), the photograph.
        image: Y, (H, W, 3), the stylized picture.
        weights: makes the planes of W from the guide.
        alpha: α of I − αS.
        tolerance: largest relative residual.
        normalization: ``"symmetric"`` for S = D^−½ W D^−½, ``"random-walk"`` for D⁻¹W in its place.
    """

    guide: Array
    image: Array
    weights: Callable[[Array], Array]
    alpha: float
    tolerance: float
    normalization: Normalization

    def crop_rows(self, first: int, last: int) -> "SmoothingProblem":
        """Return the same problem for the rows first … last − 1 of the picture."""
        part = slice(first, last)
        values = self.guide[part], self.image[part], self.weights, self.alpha, self.tolerance
        return SmoothingProblem(*values, self.normalization)


@dataclass(frozen=True)
class Solution:
    """What was found.

    Attributes:
        image: R, (H, W, 3).
        iterations: of conjugate gradients; with several strips, of the slowest in each sweep, added up.
        residual: ‖(1−α)Y − (I−αS)R‖ / ‖(1−α)Y‖ of the worst channel.
        strips: number of pieces.
    """

    image: Array
    iterations: int
    residual: float
    strips: int


class SmoothingSystem:
    """The matrix A = I − αS of one piece, with the conversion of pictures to its unknowns and back.

    With D⁻¹W in the place of S ("random-walk") the unknowns are D^½ R, because the two are similar matrices.
    """

    def __init__(self, problem: SmoothingProblem) -> None:
        self.problem = problem
        self.planes = problem.weights(problem.guide)
        degree = normalize(self.planes, problem.alpha)
        walk = problem.normalization == "random-walk"
        self.root = np.sqrt(degree)[..., None] if walk else np.ones((1, 1, 1))
        self.y = problem.image * self.root if walk else problem.image
        self.r = np.zeros((self.y.shape[2], *self.planes.shape[1:]))

    def to_unknowns(self, image: Array) -> Array:
        """Convert a picture (H, W, 3) to unknowns (3, H + 2 PAD, W + 2 PAD)."""
        return add_border(image * self.root)

    def to_image(self, unknowns: Array) -> Array:
        """Convert unknowns to a picture, the inverse of :meth:`to_unknowns`."""
        return np.ascontiguousarray(np.moveaxis(crop_border(unknowns), 0, 2)) / self.root

    def update_residual(self, x: Array) -> Array:
        """Set ``r`` to the residual of ``x``; returns its squared norm, (channels,)."""
        return compute_residual(self.planes, self.problem.alpha, self.y, x, self.r)

    def measure_right_side(self, rows: slice = slice(None)) -> Array:
        """Return the norm of (1 − α) Y, (channels,), which residuals are relative to."""
        y = self.y[rows]
        return (1 - self.problem.alpha) * np.sqrt(np.einsum("yxc,yxc->c", y, y))

    def hold(self, top: int, bottom: int) -> None:
        """Take rows at either end out of the system: ones on the diagonal, no edges, no residual."""
        rows = self.planes.shape[1] - 2 * PAD
        held = [slice(PAD, PAD + top), slice(PAD + rows - bottom, PAD + rows)]
        for part in held:
            self.planes[0, part], self.planes[1:, part], self.r[:, part] = 1, 0, 0
        if bottom:  # edges that lead there from the two rows above
            start = held[1].start
            self.planes[3:, start - 1] = 0
            self.planes[8:, start - 2] = 0

    def improve(self, x: Array, goal: Array) -> int:
        """Iterate in place from ``x``, whose residual is ``r``; returns the number of iterations."""
        if (np.sqrt(np.einsum("cyx,cyx->c", self.r, self.r)) <= goal).all():
            return 0
        return solve_stencil(self.planes, factorize(self.planes), x, self.r, goal)


def solve_smoothing(problem: SmoothingProblem, memory_limit: float) -> Solution:
    """Solve in one piece if the memory allows it, else strip by strip.

    Args:
        problem: what is to be solved.
        memory_limit: GB that the solution may take beside guide, picture and result.

    Raises:
        ConvergenceError: the tolerance was not met.
        AudiostyleError: not even a strip fits into the memory.
    """
    height, width, _ = problem.image.shape
    rows = int(memory_limit * 1e9 / (BYTES_PER_PIXEL * (width + 2 * PAD))) - 2 * PAD
    if height <= rows:
        return _solve_whole(problem)
    if rows < 4 * OVERLAP:
        least = (4 * OVERLAP + 2 * PAD + 1) * BYTES_PER_PIXEL * (width + 2 * PAD) / 1e9
        raise AudiostyleError(
            f"exact smoothing {width} pixels wide needs a memory limit of {math.ceil(least * 100) / 100:g}"
            f" GB, not {memory_limit:g}; raise it or use method 'guided'"
        )
    return _solve_by_strips(problem, rows - 2 * OVERLAP)


def _solve_whole(problem: SmoothingProblem) -> Solution:
    system = SmoothingSystem(problem)
    x = system.to_unknowns(problem.image)
    system.update_residual(x)
    goal = 0.999 * problem.tolerance * system.measure_right_side()  # a margin for rounding
    iterations = system.improve(x, goal)
    left = _compute_relative(system.update_residual(x), system.measure_right_side() ** 2)
    if left > problem.tolerance:
        raise ConvergenceError(f"smoothing left a residual of {left:.2g}, rounding; raise the tolerance")
    return Solution(system.to_image(x), iterations, left, 1)


def _solve_by_strips(problem: SmoothingProblem, rows: int) -> Solution:
    """Multiplicative Schwarz: correct strip after strip from its residual, corrections being 0 at their ends.

    Corrections overlap, so none leaves a step, and every one lowers the energy: it converges with any strips.
    """
    height = len(problem.image)
    strips = split_rows(height, -(-height // -(-height // rows)))
    result, iterations, left = problem.image.copy(), 0, np.inf
    for _ in range(MAX_SWEEPS):
        iterations += max(_correct_strip(problem, result, first, last) for first, last in strips)
        sizes = [_measure_strip(problem, result, first, last) for first, last in strips]
        left = _compute_relative(*np.sum(sizes, axis=0))
        if left <= problem.tolerance:
            return Solution(result, iterations, left, len(strips))
    raise ConvergenceError(
        f"smoothing in {len(strips)} strips left a residual of {left:.2g} after {MAX_SWEEPS} sweeps;"
        " raise the memory limit or the tolerance"
    )


def _correct_strip(problem: SmoothingProblem, result: Array, first: int, last: int) -> int:
    """Solve for rows first … last − 1 and a margin, all others held; returns the number of iterations."""
    low, high = max(0, first - OVERLAP), min(len(result), last + OVERLAP)
    system = SmoothingSystem(problem.crop_rows(low, high))
    system.update_residual(system.to_unknowns(result[low:high]))
    system.hold(_WRONG if low > 0 else 0, _WRONG if high < len(result) else 0)
    x = np.zeros_like(system.r)
    iterations = system.improve(x, 0.5 * problem.tolerance * system.measure_right_side())
    result[low:high] += system.to_image(x)
    return iterations


def _measure_strip(problem: SmoothingProblem, result: Array, first: int, last: int) -> tuple[Array, Array]:
    """Return the squared norms of residual and right-hand side in rows first … last − 1, (channels,) each."""
    low, high = max(0, first - _WRONG), min(len(result), last + _WRONG)
    inside = slice(first - low, last - low)
    system = SmoothingSystem(problem.crop_rows(low, high))
    system.update_residual(system.to_unknowns(result[low:high]))
    r = crop_border(system.r)[:, inside]
    return np.einsum("cyx,cyx->c", r, r), system.measure_right_side(inside) ** 2


def _compute_relative(squares: Array, sizes: Array) -> float:
    """Return the worst channel's ‖r‖ / ‖(1 − α) Y‖ from the squares of both; 0 for a black channel."""
    return float(np.sqrt(np.divide(squares, sizes, out=np.zeros_like(squares), where=sizes > 0).max()))
