"""Conjugate gradients on the planes of a stencil: each step one pass over the rows, in parallel.

One product with A, which is most of what an iteration has to read, serves every channel; each channel has its
own step lengths.  The preconditioner works in float32, because it only has to be near the inverse.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from audiostyle.compilation import njit
from audiostyle.errors import ConvergenceError
from audiostyle.image.smoothing.cg import conjugate_gradients
from audiostyle.image.smoothing.cholesky import apply_preconditioner
from audiostyle.image.smoothing.parallel import map_ranges, split_rows
from audiostyle.image.smoothing.stencil import PAD
from audiostyle.image.smoothing.system import multiply

Array = NDArray[np.float64]
MAX_ITERATIONS = 500  # the incomplete factor needs 20 to 100 at any size; more is a tolerance below rounding


class StencilState:
    """The vectors of an iteration on I − αS, as `audiostyle.image.smoothing.cg` uses them.

    Args:
        planes: of A, (13, H + 2 PAD, W + 2 PAD).
        factor: of the preconditioner, (18, H + 2 PAD, W + 2 PAD).
        x: (channels, H + 2 PAD, W + 2 PAD), the starting point; becomes the solution.
        r: its residual b − A x, of the same shape; becomes the solution's.
        goal: (channels,), the norm of the residual that is small enough.
    """

    def __init__(self, planes: Array, factor: NDArray[np.float32], x: Array, r: Array, goal: Array) -> None:
        self.planes, self.factor, self.x, self.r, self.goal = planes, factor, x, r, goal
        self.p, self.q = np.zeros_like(r), np.zeros_like(r)
        self.z = np.zeros_like(r, dtype=np.float32)
        self.norm = np.zeros_like(goal)

    def advance(self, step: Array | None) -> bool:
        chosen = np.zeros_like(self.goal) if step is None else step
        self.norm = np.sqrt(_sum_rows(_advance, chosen, self.p, self.q, self.x, self.r, self.z))
        return bool((self.norm <= self.goal).all())

    def precondition(self) -> Array:
        apply_preconditioner(self.factor, self.z)  # advancing has copied r to z
        return _sum_rows(_dot, self.r, self.z)

    def is_solved(self, rz: Array) -> bool:
        return False  # the norm of the residual decides

    def turn(self, factor: Array | None) -> None:
        chosen = np.zeros_like(self.goal) if factor is None else factor
        _sum_rows(_turn, chosen, self.z, self.p)

    def multiply(self) -> Array:
        return multiply(self.planes, self.p, self.q)

    def divide(self, above: Array, below: Array) -> Array:
        return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def solve_stencil(planes: Array, factor: NDArray[np.float32], x: Array, r: Array, goal: Array) -> int:
    """Improve ``x`` until the norm of every channel's residual is at most its ``goal``.

    Args:
        planes, factor, x, r, goal: see :class:`StencilState`; ``x`` and ``r`` are changed in place.

    Returns:
        The number of iterations.

    Raises:
        ConvergenceError: ``MAX_ITERATIONS`` were not enough.
    """
    state = StencilState(planes, factor, x, r, goal)
    iterations = conjugate_gradients(state, MAX_ITERATIONS)
    if iterations is not None:
        return iterations
    worst = float((state.norm / np.maximum(goal, np.finfo(float).tiny)).max())
    raise ConvergenceError(
        f"smoothing left {worst:.2g} times the tolerance after {MAX_ITERATIONS} iterations;"
        " raise the tolerance"
    )


def _sum_rows(kernel: Callable[..., Array], *arguments: NDArray[np.floating]) -> Array:
    """Run a kernel on all rows of its last argument and return its sums added up, (channels,)."""
    ranges = split_rows(arguments[-1].shape[1] - 2 * PAD)
    return np.sum(map_ranges(lambda first, last: kernel(*arguments, first + PAD, last + PAD), ranges), axis=0)


@njit(nogil=True, fastmath=True)
def _advance(step, p, q, x, r, z, first, last):
    """Do x += step p, r −= step q and z = r in float32; returns ‖r‖², (channels,)."""
    sums = np.zeros(len(step))
    for y in range(first, last):
        for c in range(len(step)):
            p_row, q_row, x_row, r_row, z_row = p[c, y], q[c, y], x[c, y], r[c, y], z[c, y]
            factor, total = step[c], 0.0
            for i in range(len(p_row)):
                x_row[i] += factor * p_row[i]
                left = r_row[i] - factor * q_row[i]
                r_row[i] = left
                z_row[i] = left
                total += left * left
            sums[c] += total
    return sums


@njit(nogil=True, fastmath=True)
def _dot(r, z, first, last):
    """Return rᵀz, (channels,)."""
    sums = np.zeros(len(r))
    for y in range(first, last):
        for c in range(len(r)):
            r_row, z_row, total = r[c, y], z[c, y], 0.0
            for i in range(len(r_row)):
                total += r_row[i] * z_row[i]
            sums[c] += total
    return sums


@njit(nogil=True, fastmath=True)
def _turn(factor, z, p, first, last):
    """Do p = z + factor p; returns zeros, for there is nothing to sum."""
    for y in range(first, last):
        for c in range(len(p)):
            p_row, z_row, scale = p[c, y], z[c, y], factor[c]
            for i in range(len(p_row)):
                p_row[i] = z_row[i] + scale * p_row[i]
    return np.zeros(len(p))
