"""A graph of pixels whose edges reach two rows and columns, as a stencil: a plane of weights for each offset.

The graph is symmetric, so planes for 13 offsets hold all of it: ``planes[k, i]`` is the weight between pixel
i and pixel i + OFFSETS[k]; the weight between i and i − OFFSETS[k] is stored at the latter.  No index is
stored, so that this takes a fifth of a sparse matrix's memory, and a product runs along rows in vector
instructions.

Planes and vectors have a border of ``PAD`` zeros on every side: (13, H + 2 PAD, W + 2 PAD) and
(channels, H + 2 PAD, W + 2 PAD).  So no kernel has to ask whether a neighbor exists.
"""

import math

import numpy as np
import scipy.sparse
from numba import njit
from numpy.typing import NDArray

from audiostyle.image.smoothing.parallel import map_ranges, split_rows

Array = NDArray[np.float64]
PAD = 3
"""Zeros on every side of planes and vectors: as many columns as the preconditioner reaches."""
OFFSETS = ((0, 0), (0, 1), (0, 2), *((dy, dx) for dy in (1, 2) for dx in range(-2, 3)))
"""(rows down, columns to the right) of the edges, one plane each; the first is the diagonal."""
_WINDOW_ROWS = 64  # a task; neighboring tasks write to the same two rows, so every other one runs at a time


def crop_border(planes: Array) -> Array:
    """Return planes or vectors without their border, as a view."""
    return planes[..., PAD:-PAD, PAD:-PAD]


def add_border(image: Array) -> Array:
    """Convert (H, W, channels) to (channels, H + 2 PAD, W + 2 PAD) with zeros around."""
    return np.pad(np.moveaxis(image, 2, 0), ((0, 0), (PAD, PAD), (PAD, PAD)))


def compute_matting_planes(guide: Array, epsilon: float) -> Array:
    """Compute the planes of the matting affinity of a guide (H, W, 3); see `.affinity.matting_affinity`."""
    height, width, _ = guide.shape
    planes = np.zeros((len(OFFSETS), height + 2 * PAD, width + 2 * PAD))
    window = min(3, height), min(3, width)
    ranges = split_rows(height - window[0] + 1, _WINDOW_ROWS)
    for turn in (0, 1):
        map_ranges(
            lambda first, last: _add_windows(guide, planes, epsilon, window, first, last), ranges[turn::2]
        )
    return planes


@njit(nogil=True, cache=True, error_model="numpy")
def _add_windows(guide, planes, epsilon, window, first, last):
    """Add the weights of the windows whose upper row is first … last − 1.

    With Σ + ε/|w| Id = L Λ Lᵀ the weight is (1 + v_iᵀv_j)/|w|, v = Λ^−½ L⁻¹ (I − μ).  Cofactors of Σ, the
    usual way to invert it, lose all digits where the colors lie nearly on a line.
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


def compute_gaussian_planes(guide: Array) -> Array:
    """Compute the planes of the Gaussian affinity of a guide (H, W, 3); see `.affinity.gaussian_affinity`."""
    height, width, _ = guide.shape
    planes = np.zeros((len(OFFSETS), height + 2 * PAD, width + 2 * PAD))
    if height * width == 1:
        crop_border(planes)[0] = 1.0  # without any neighbor the pixel is its own, so that it has a degree
        return planes
    variance = _compute_local_variance(guide)
    weights = crop_border(planes)
    for k, (dy, dx) in enumerate(OFFSETS):
        if (dy, abs(dx)) in ((0, 1), (1, 0), (1, 1)):
            here, there = slice_edges(variance.shape, dy, dx)
            distance = ((guide[here] - guide[there]) ** 2).sum(2)
            weights[k][here] = np.exp(-distance / variance[here]) + np.exp(-distance / variance[there])
    planes *= 0.5
    return planes


def _compute_local_variance(guide: Array) -> Array:
    """Return the mean squared distance to the mean color of each 3 × 3 neighborhood, (H, W).

    Neighborhoods are cut at the picture's border.  Where the variance is 0 all distances are 0 too, and any
    positive number gives the weight 1.
    """
    guide = guide - guide.mean((0, 1))
    quantities = np.concatenate([np.ones_like(guide[..., :1]), guide, guide**2], axis=2)
    rows = np.pad(quantities, ((1, 1), (0, 0), (0, 0)))
    rows = rows[:-2] + rows[1:-1] + rows[2:]
    both = np.pad(rows, ((0, 0), (1, 1), (0, 0)))
    both = both[:, :-2] + both[:, 1:-1] + both[:, 2:]
    mean, square = both[..., 1:4] / both[..., :1], both[..., 4:] / both[..., :1]
    return np.maximum((square - mean**2).sum(2), 1e-14)


def compute_degrees(planes: Array) -> Array:
    """Return D_ii, the sum of each row of W, (H, W)."""
    total = planes[0].copy()
    for plane, (dy, dx) in zip(planes[1:], OFFSETS[1:], strict=True):
        here, there = slice_edges(plane.shape, dy, dx)
        total[here] += plane[here]
        total[there] += plane[here]
    return np.ascontiguousarray(crop_border(total))


def slice_edges(shape: tuple[int, ...], dy: int, dx: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return where the edges of one offset begin and where they end, in a grid of that shape."""
    height, width = shape
    rows, columns = max(0, height - dy), max(0, width - abs(dx))
    here, there = max(0, -dx), max(0, dx)
    return (
        (slice(0, rows), slice(here, here + columns)),
        (slice(height - rows, height), slice(there, there + columns)),
    )


def to_sparse(planes: Array) -> scipy.sparse.csr_matrix:
    """Convert planes to a SciPy CSR matrix, (N, N) with pixels in row order."""
    inside = crop_border(planes)
    _, height, width = inside.shape
    index = np.arange(height * width).reshape(height, width)
    entries = [(inside[0].ravel(), index.ravel(), index.ravel())]
    for plane, (dy, dx) in zip(inside[1:], OFFSETS[1:], strict=True):
        here, there = (index[end].ravel() for end in slice_edges(index.shape, dy, dx))
        values = plane.ravel()[here]
        entries += [(values, here, there), (values, there, here)]
    values, row, column = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    kept = (values != 0) | (row == column)
    shape = (index.size, index.size)
    return scipy.sparse.csr_matrix((values[kept], (row[kept], column[kept])), shape=shape)
