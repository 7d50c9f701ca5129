"""A pixel graph whose edges reach two rows and columns, as a stencil: one plane of weights per offset.

The graph is symmetric, so a plane for each of 13 offsets holds all of it: ``planes[k, i]`` weighs pixel i
against pixel i + OFFSETS[k], and the weight against i − OFFSETS[k] is found there.  No index is stored, which
takes a fifth of a sparse matrix's memory, and a product runs along rows in vector instructions.

Planes and vectors have a border of ``PAD`` zeros on every side: (13, H + 2 PAD, W + 2 PAD) and
(channels, H + 2 PAD, W + 2 PAD).  So neither kernel asks whether a neighbour exists.
"""

import math

import numpy as np
import scipy.sparse
from numba import njit
from numpy.typing import NDArray

from audiostyle.image.smoothing.parallel import chunks, each

Array = NDArray[np.float64]
PAD = 3
OFFSETS = ((0, 0), (0, 1), (0, 2), *((dy, dx) for dy in (1, 2) for dx in range(-2, 3)))
_WINDOW_ROWS = 64  # per task; neighbouring tasks write to the same two rows, so they run in two turns


def interior(padded: NDArray) -> NDArray:
    """The part without its border, a view."""
    return padded[..., PAD:-PAD, PAD:-PAD]


def padded(image: Array) -> Array:
    """(H, W, channels) → (channels, H + 2 PAD, W + 2 PAD) with zeros around."""
    return np.pad(np.moveaxis(image, 2, 0), ((0, 0), (PAD, PAD), (PAD, PAD)))


def matting(guide: Array, epsilon: float) -> Array:
    """Planes of W of a guide (H, W, 3); see :func:`audiostyle.image.smoothing.affinity.matting_affinity`."""
    height, width, _ = guide.shape
    planes = np.zeros((len(OFFSETS), height + 2 * PAD, width + 2 * PAD))
    window = min(3, height), min(3, width)
    ranges = chunks(height - window[0] + 1, _WINDOW_ROWS)
    for turn in (0, 1):
        each(lambda first, last: _matting_rows(guide, planes, epsilon, window, first, last), ranges[turn::2])
    return planes


@njit(nogil=True, cache=True, error_model="numpy")
def _matting_rows(guide, planes, epsilon, window, first, last):
    """Add the windows whose upper row is first … last − 1.

    With Σ + ε/|w| Id = L Λ Lᵀ the weight is (1 + v_iᵀv_j)/|w|, v = Λ^−½ L^−1 (I − μ).  (Cofactors of Σ, the
    usual way to invert it, lose all digits where the three channels are nearly one line.)
    """
    rows, columns = window
    count = rows * columns
    v = np.empty((count, 3))
    for y in range(first, last):
        for x in range(guide.shape[1] - columns + 1):
            mean = np.zeros(3)
            for k in range(count):
                for c in range(3):
                    v[k, c] = guide[y + k // columns, x + k % columns, c]
                    mean[c] += v[k, c] / count
            s00 = s01 = s02 = s11 = s12 = s22 = 0.0
            for k in range(count):
                for c in range(3):
                    v[k, c] -= mean[c]
                s00 += v[k, 0] * v[k, 0]
                s01 += v[k, 0] * v[k, 1]
                s02 += v[k, 0] * v[k, 2]
                s11 += v[k, 1] * v[k, 1]
                s12 += v[k, 1] * v[k, 2]
                s22 += v[k, 2] * v[k, 2]
            # everything times |w|: scatter + ε Id, and the weight's |w| goes into the root below
            d0 = s00 + epsilon
            l10, l20 = s01 / d0, s02 / d0
            d1 = max(s11 + epsilon - l10 * s01, epsilon)
            l21 = (s12 - l20 * s01) / d1
            d2 = max(s22 + epsilon - l20 * s02 - l21 * l21 * d1, epsilon)
            r0, r1, r2 = math.sqrt(1 / d0), math.sqrt(1 / d1), math.sqrt(1 / d2)
            for k in range(count):
                v[k, 1] -= l10 * v[k, 0]
                v[k, 2] -= l20 * v[k, 0] + l21 * v[k, 1]
                v[k, 0] *= r0
                v[k, 1] *= r1
                v[k, 2] *= r2
            for i in range(count):
                iy, ix = i // columns, i % columns
                for j in range(i, count):
                    dy, dx = j // columns - iy, j % columns - ix
                    plane = dx if dy == 0 else 5 * dy + dx
                    weight = 1.0 / count + v[i, 0] * v[j, 0] + v[i, 1] * v[j, 1] + v[i, 2] * v[j, 2]
                    planes[plane, y + iy + PAD, x + ix + PAD] += weight


def gaussian(guide: Array) -> Array:
    """Planes of W of a guide (H, W, 3); see :func:`audiostyle.image.smoothing.affinity.gaussian_affinity`."""
    height, width, _ = guide.shape
    planes = np.zeros((len(OFFSETS), height + 2 * PAD, width + 2 * PAD))
    if height * width == 1:
        interior(planes)[0] = 1.0  # no neighbour at all: the pixel's own, so that it has a degree
        return planes
    variance = _neighbourhood_variance(guide)
    weights = interior(planes)
    for k, (dy, dx) in enumerate(OFFSETS):
        if (dy, abs(dx)) in ((0, 1), (1, 0), (1, 1)):
            here, there = ends(variance.shape, dy, dx)
            distance = ((guide[here] - guide[there]) ** 2).sum(2)
            weights[k][here] = np.exp(-distance / variance[here]) + np.exp(-distance / variance[there])
    planes *= 0.5
    return planes


def _neighbourhood_variance(guide: Array) -> Array:
    """(H, W): mean squared distance to the mean colour of the 3 × 3 neighbourhood, cut at the border.

    Where it is 0 all distances are 0 too, and any positive number gives the weight 1.
    """
    guide = guide - guide.mean((0, 1))
    quantities = np.concatenate([np.ones_like(guide[..., :1]), guide, guide**2], axis=2)
    rows = np.pad(quantities, ((1, 1), (0, 0), (0, 0)))
    rows = rows[:-2] + rows[1:-1] + rows[2:]
    both = np.pad(rows, ((0, 0), (1, 1), (0, 0)))
    both = both[:, :-2] + both[:, 1:-1] + both[:, 2:]
    mean, square = both[..., 1:4] / both[..., :1], both[..., 4:] / both[..., :1]
    return np.maximum((square - mean**2).sum(2), 1e-14)


def degrees(planes: Array) -> Array:
    """(H, W): D_ii, the sum of each row of W."""
    total = planes[0].copy()
    for plane, (dy, dx) in zip(planes[1:], OFFSETS[1:], strict=True):
        here, there = ends(plane.shape, dy, dx)
        total[here] += plane[here]
        total[there] += plane[here]
    return np.ascontiguousarray(interior(total))


def ends(shape: tuple[int, ...], dy: int, dx: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Where the edges of one offset begin and where they end, in a grid of that shape."""
    height, width = shape
    rows, columns = max(0, height - dy), max(0, width - abs(dx))
    here, there = max(0, -dx), max(0, dx)
    return (
        (slice(0, rows), slice(here, here + columns)),
        (slice(height - rows, height), slice(there, there + columns)),
    )


def to_sparse(planes: Array) -> scipy.sparse.csr_matrix:
    """The same matrix as SciPy CSR, (N, N) with pixels in row order."""
    inside = interior(planes)
    _, height, width = inside.shape
    index = np.arange(height * width).reshape(height, width)
    entries = [(inside[0].ravel(), index.ravel(), index.ravel())]
    for plane, (dy, dx) in zip(inside[1:], OFFSETS[1:], strict=True):
        here, there = (index[end].ravel() for end in ends(index.shape, dy, dx))
        values = plane.ravel()[here]
        entries += [(values, here, there), (values, there, here)]
    values, row, column = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    kept = (values != 0) | (row == column)
    shape = (index.size, index.size)
    return scipy.sparse.csr_matrix((values[kept], (row[kept], column[kept])), shape=shape)
