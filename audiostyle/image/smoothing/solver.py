"""(I − αS)R = (1−α)Y to a stated residual, in one piece or, where memory does not suffice, in strips."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import AudiostyleError, ConvergenceError
from audiostyle.image.smoothing.cg import conjugate_gradients
from audiostyle.image.smoothing.cholesky import factorize
from audiostyle.image.smoothing.parallel import chunks
from audiostyle.image.smoothing.stencil import PAD, interior, padded
from audiostyle.image.smoothing.system import normalize, residual

Array = NDArray[np.float64]
Normalization = Literal["symmetric", "random-walk"]
BYTES_PER_PIXEL = 300  # 104 planes, 72 factor, 108 vectors, and what NumPy holds for a moment
OVERLAP = 96  # rows; influence falls by e in about 30 with the published α
MAX_SWEEPS = 20
_WRONG = 4  # rows next to a cut whose residual is not the picture's: windows and neighbours are missing


@dataclass(frozen=True)
class SmoothingProblem:
    """What is to be solved."""

    guide: Array  # (H, W, 3)
    image: Array  # Y, (H, W, 3)
    weights: Callable[[Array], Array]  # guide → planes of W
    alpha: float
    tolerance: float
    normalisation: Normalization

    def rows(self, first: int, last: int) -> "SmoothingProblem":
        """The same of a part of the picture."""
        part = slice(first, last)
        values = self.guide[part], self.image[part], self.weights, self.alpha, self.tolerance
        return SmoothingProblem(*values, self.normalisation)


@dataclass(frozen=True)
class Solution:
    """What was found: R (H, W, 3), iterations, ‖(1−α)Y − (I−αS)R‖ / ‖(1−α)Y‖ of the worst channel, strips."""

    image: Array
    iterations: int
    residual: float
    strips: int


class System:
    """A = I − αS of one piece, with what carries pictures into its unknowns and back.

    With D⁻¹W in the place of S ("random-walk") the unknowns are D^½ R: the two are similar matrices.
    """

    def __init__(self, problem: SmoothingProblem) -> None:
        self.problem = problem
        self.planes = problem.weights(problem.guide)
        degree = normalize(self.planes, problem.alpha)
        walk = problem.normalisation == "random-walk"
        self.root = np.sqrt(degree)[..., None] if walk else np.ones((1, 1, 1))
        self.y = problem.image * self.root if walk else problem.image
        self.r = np.zeros((self.y.shape[2], *self.planes.shape[1:]))

    def unknowns(self, image: Array) -> Array:
        return padded(image * self.root)

    def image(self, unknowns: Array) -> Array:
        return np.ascontiguousarray(np.moveaxis(interior(unknowns), 0, 2)) / self.root

    def residual(self, x: Array) -> Array:
        """Fill ``r``; its squared norm per channel."""
        return residual(self.planes, self.problem.alpha, self.y, x, self.r)

    def size(self, rows: slice = slice(None)) -> Array:
        """Norm of (1 − α) Y per channel: what residuals are relative to."""
        y = self.y[rows]
        return (1 - self.problem.alpha) * np.sqrt(np.einsum("yxc,yxc->c", y, y))

    def hold(self, top: int, bottom: int) -> None:
        """Take that many rows at either end out of the system: ones on the diagonal, no edge, no residual."""
        rows = self.planes.shape[1] - 2 * PAD
        held = [slice(PAD, PAD + top), slice(PAD + rows - bottom, PAD + rows)]
        for part in held:
            self.planes[0, part], self.planes[1:, part], self.r[:, part] = 1, 0, 0
        if bottom:  # edges that lead there from the two rows above
            start = held[1].start
            self.planes[3:, start - 1] = 0
            self.planes[8:, start - 2] = 0

    def improve(self, x: Array, goal: Array) -> int:
        """Iterate from ``x``, whose residual ``r`` holds, in place.  Returns the number of iterations."""
        if (np.sqrt(np.einsum("cyx,cyx->c", self.r, self.r)) <= goal).all():
            return 0
        factor = factorize(self.planes)
        return conjugate_gradients(self.planes, factor, x, self.r, goal)


def solve(problem: SmoothingProblem, memory_limit: float) -> Solution:
    """Solve in one piece if ``memory_limit`` bytes allow it, else strip by strip.

    Raises:
        ConvergenceError: the tolerance was not met.
        AudiostyleError: not even a strip fits.
    """
    height, width, _ = problem.image.shape
    rows = int(memory_limit / (BYTES_PER_PIXEL * (width + 2 * PAD))) - 2 * PAD
    if height <= rows:
        return _whole(problem)
    if rows < 4 * OVERLAP:
        least = (4 * OVERLAP + 2 * PAD + 1) * BYTES_PER_PIXEL * (width + 2 * PAD)
        raise AudiostyleError(
            f"exact smoothing {width} pixels wide needs a memory limit of {least / 1e6:.0f} MB, not"
            f" {memory_limit / 1e6:.0f}; raise it or use method 'guided'"
        )
    return _by_strips(problem, rows - 2 * OVERLAP)


def _whole(problem: SmoothingProblem) -> Solution:
    system = System(problem)
    x = system.unknowns(problem.image)
    system.residual(x)
    iterations = system.improve(x, 0.999 * problem.tolerance * system.size())  # a margin for rounding
    left = _relative(system.residual(x), system.size() ** 2)
    if left > problem.tolerance:
        raise ConvergenceError(f"smoothing left a residual of {left:.2g}, rounding; raise the tolerance")
    return Solution(system.image(x), iterations, left, 1)


def _by_strips(problem: SmoothingProblem, rows: int) -> Solution:
    """Multiplicative Schwarz: correct strip after strip from its residual, corrections being 0 at their ends.

    Corrections overlap, so none leaves a step, and every one lowers the energy: it converges with any strips.
    """
    height = len(problem.image)
    strips = chunks(height, -(-height // -(-height // rows)))
    result, iterations, left = problem.image.copy(), 0, np.inf
    for _ in range(MAX_SWEEPS):
        iterations += max(_correct(problem, result, first, last) for first, last in strips)
        sizes = [_sizes(problem, result, first, last) for first, last in strips]
        left = _relative(*np.sum(sizes, axis=0))
        if left <= problem.tolerance:
            return Solution(result, iterations, left, len(strips))
    raise ConvergenceError(
        f"smoothing in {len(strips)} strips left a residual of {left:.2g} after {MAX_SWEEPS} sweeps;"
        " raise the memory limit or the tolerance"
    )


def _correct(problem: SmoothingProblem, result: Array, first: int, last: int) -> int:
    """Solve for rows first … last − 1 and a margin, the rest held.  Returns the number of iterations."""
    low, high = max(0, first - OVERLAP), min(len(result), last + OVERLAP)
    system = System(problem.rows(low, high))
    system.residual(system.unknowns(result[low:high]))
    system.hold(_WRONG if low > 0 else 0, _WRONG if high < len(result) else 0)
    x = np.zeros_like(system.r)
    iterations = system.improve(x, 0.5 * problem.tolerance * system.size())
    result[low:high] += system.image(x)
    return iterations


def _sizes(problem: SmoothingProblem, result: Array, first: int, last: int) -> tuple[Array, Array]:
    """Squares of the norms of residual and right-hand side in rows first … last − 1."""
    low, high = max(0, first - _WRONG), min(len(result), last + _WRONG)
    inside = slice(first - low, last - low)
    system = System(problem.rows(low, high))
    system.residual(system.unknowns(result[low:high]))
    r = interior(system.r)[:, inside]
    return np.einsum("cyx,cyx->c", r, r), system.size(inside) ** 2


def _relative(squares: Array, sizes: Array) -> float:
    """The worst channel's ‖r‖ / ‖(1 − α) Y‖ from the squares of both; a black channel is solved by black."""
    return float(np.sqrt(np.divide(squares, sizes, out=np.zeros_like(squares), where=sizes > 0).max()))
