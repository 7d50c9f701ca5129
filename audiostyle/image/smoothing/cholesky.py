"""The preconditioner: incomplete Cholesky factorization of I − αS in stencil form, A ≈ L Δ Lᵀ.

Elimination in row order fills zeros of A.  The fill within three columns is kept (``FILL``) and the rest is
dropped, which makes 18 planes in float32, two thirds of the memory of A itself.  The iteration that uses the
factor stays in float64.

A third of W is negative, so A is no M-matrix, and dropping can make a pivot negative.  The factorization then
starts over with more added to the diagonal (Manteuffel 1980).
"""

import numpy as np
from numpy.typing import NDArray

from audiostyle.compilation import njit
from audiostyle.image.smoothing.parallel import map_ranges, split_rows
from audiostyle.image.smoothing.stencil import OFFSETS, PAD

FILL = ((0, 0), (0, 1), (0, 2), (0, 3), *((dy, dx) for dy in (1, 2) for dx in range(-3, 4)))
"""(rows down, columns to the right) of the edges that the factor keeps, one plane each."""
SHIFTS = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # a failure is mostly noticed after a few rows
SMALLEST_PIVOT = 1e-4  # pivots of an exact factorization of A are above 1 − α
_HOME = np.array([FILL.index(offset) for offset in OFFSETS])  # which plane of the factor starts as which of A
_OFFSETS = np.array(FILL)  # handed to the kernels: numba keeps no code on disk that has them built in
# _TARGET[a, b]: the plane that holds the edge between the pixels at FILL[a] and FILL[b], −1 if dropped
_TARGET = np.array(
    [
        [
            FILL.index(edge) if b >= a and (edge := (v - y, u - x)) in FILL else -1
            for b, (v, u) in enumerate(FILL)
        ]
        for a, (y, x) in enumerate(FILL)
    ]
)


def factorize(planes: NDArray[np.float64]) -> NDArray[np.float32]:
    """Factorize A approximately.

    Args:
        planes: of A, (13, H + 2 PAD, W + 2 PAD).

    Returns:
        (18, H + 2 PAD, W + 2 PAD); plane 0 holds 1/Δ, the others hold L below its diagonal.
    """
    factor = np.empty((len(FILL), *planes.shape[1:]), dtype=np.float32)
    for shift in SHIFTS:
        factor[:] = 0
        factor[_HOME] = planes
        if shift:
            factor[0] += np.float32(shift)
        if _eliminate(factor, _OFFSETS, _TARGET):
            return factor
    raise AssertionError("a diagonally dominant matrix has a factor")  # shift 1 makes A one


@njit(nogil=True, error_model="numpy")
def _eliminate(f, offsets, target):
    """Eliminate pixel after pixel, in place; returns False if a pivot is too small to go on."""
    _, height, width = f.shape
    row = np.empty(len(offsets), np.float32)
    for y in range(PAD, height - PAD):
        for x in range(PAD, width - PAD):
            pivot = f[0, y, x]
            if pivot < SMALLEST_PIVOT:
                return False
            inverse = np.float32(1) / pivot
            for a in range(1, len(offsets)):
                row[a] = f[a, y, x]
            for a in range(1, len(offsets)):
                scaled = row[a] * inverse
                if scaled != 0:
                    for b in range(a, len(offsets)):
                        edge = target[a, b]
                        if edge >= 0:
                            f[edge, y + offsets[a, 0], x + offsets[a, 1]] -= scaled * row[b]
                f[a, y, x] = scaled
            f[0, y, x] = inverse
    return True


def apply_preconditioner(factor: NDArray[np.float32], vectors: NDArray[np.float32]) -> None:
    """Multiply every channel of ``vectors`` by (L Δ Lᵀ)⁻¹, in place; each channel has a thread."""
    ranges = split_rows(len(vectors), 1)
    map_ranges(lambda first, last: _substitute(factor, vectors[first], _OFFSETS), ranges)


@njit(nogil=True, fastmath={"contract"})
def _substitute(f, v, offsets):
    """Substitute forward, then backward, in one channel.

    Terms from other rows are gathered along the row in vector instructions (in memory of its own, so that
    the compiler can be sure that nothing overlaps).  Only the three terms within the row wait for each other.
    """
    _, height, width = f.shape
    n = width - 2 * PAD
    gathered = np.empty(n, np.float32)
    for y in range(PAD, height - PAD):
        row = v[y]
        gathered[:] = row[PAD : PAD + n]
        for a in range(4, len(offsets)):
            dy, start = offsets[a, 0], PAD - offsets[a, 1]
            weights, values = f[a, y - dy, start : start + n], v[y - dy, start : start + n]
            for x in range(n):
                gathered[x] -= weights[x] * values[x]
        one, two, three = f[1, y, PAD - 1 :], f[2, y, PAD - 2 :], f[3, y, PAD - 3 :]
        for x in range(n):
            near = three[x] * row[x + PAD - 3] + two[x] * row[x + PAD - 2]
            row[x + PAD] = gathered[x] - near - one[x] * row[x + PAD - 1]
    for y in range(height - PAD - 1, PAD - 1, -1):
        row = v[y]
        inverse = f[0, y, PAD : PAD + n]
        for x in range(n):
            gathered[x] = row[PAD + x] * inverse[x]
        for a in range(4, len(offsets)):
            dy, start = offsets[a, 0], PAD + offsets[a, 1]
            weights, values = f[a, y, PAD : PAD + n], v[y + dy, start : start + n]
            for x in range(n):
                gathered[x] -= weights[x] * values[x]
        one, two, three = f[1, y, PAD:], f[2, y, PAD:], f[3, y, PAD:]
        for x in range(n - 1, -1, -1):
            near = three[x] * row[x + PAD + 3] + two[x] * row[x + PAD + 2]
            row[x + PAD] = gathered[x] - near - one[x] * row[x + PAD + 1]
