"""Preconditioned conjugate gradients for A x = b, all channels in step.

One product with A, which is what an iteration has to read most of, serves every channel; each channel has its
own step lengths (Hestenes and Stiefel, 1952).  The preconditioner works in float32: it only has to be near.
"""

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from audiostyle.errors import ConvergenceError
from audiostyle.image.smoothing.cholesky import solve
from audiostyle.image.smoothing.parallel import chunks, each
from audiostyle.image.smoothing.stencil import PAD
from audiostyle.image.smoothing.system import product

Array = NDArray[np.float64]
MAX_ITERATIONS = 500  # the incomplete factor needs 20 to 100 at any size; more is a tolerance below rounding


def conjugate_gradients(planes: Array, factor: NDArray[np.float32], x: Array, r: Array, goal: Array) -> int:
    """Improve ``x`` until the norm of every channel's residual is at most its ``goal``.

    Args:
        planes: of A.
        factor: of the preconditioner.
        x: (channels, H + 2 PAD, W + 2 PAD), the starting point; becomes the solution.
        r: its residual b − A x; becomes the solution's.
        goal: (channels,).

    Returns:
        How many iterations it took.

    Raises:
        ConvergenceError: ``MAX_ITERATIONS`` were not enough.
    """
    p, q, z = np.zeros_like(r), np.zeros_like(r), np.zeros_like(r, dtype=np.float32)
    rz, step = np.ones_like(goal), np.zeros_like(goal)
    for iteration in range(MAX_ITERATIONS):
        size = np.sqrt(_by_rows(_advance, step, p, q, x, r, z))
        if (size <= goal).all():
            return iteration
        solve(factor, z)
        before, rz = rz, _by_rows(_dot, r, z)
        _by_rows(_turn, _ratio(rz, before), z, p)
        step = _ratio(rz, product(planes, p, q))
    worst = float((size / np.maximum(goal, np.finfo(float).tiny)).max())
    raise ConvergenceError(
        f"smoothing left {worst:.2g} times the tolerance after {MAX_ITERATIONS} iterations;"
        " raise the tolerance"
    )


def _ratio(above: Array, below: Array) -> Array:
    """0 for a channel that is solved already, where both are 0."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _by_rows(kernel: Callable[..., Array], *arguments: NDArray[np.floating]) -> Array:
    """The kernel on all rows of its last argument; its sums added up, (channels,)."""
    ranges = chunks(arguments[-1].shape[1] - 2 * PAD)
    return np.sum(each(lambda first, last: kernel(*arguments, first + PAD, last + PAD), ranges), axis=0)


@njit(nogil=True, cache=True, fastmath=True)
def _advance(step, p, q, x, r, z, first, last):
    """x += step p, r −= step q, z = r in float32.  Returns ‖r‖²."""
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


@njit(nogil=True, cache=True, fastmath=True)
def _dot(r, z, first, last):
    sums = np.zeros(len(r))
    for y in range(first, last):
        for c in range(len(r)):
            r_row, z_row, total = r[c, y], z[c, y], 0.0
            for i in range(len(r_row)):
                total += r_row[i] * z_row[i]
            sums[c] += total
    return sums


@njit(nogil=True, cache=True, fastmath=True)
def _turn(factor, z, p, first, last):
    """p = z + factor p."""
    for y in range(first, last):
        for c in range(len(p)):
            p_row, z_row, scale = p[c, y], z[c, y], factor[c]
            for i in range(len(p_row)):
                p_row[i] = z_row[i] + scale * p_row[i]
    return np.zeros(len(p))
