"""A graph of pixels whose edges reach two rows and columns, as a stencil: a plane of weights for each offset.

The graph is symmetric, so planes for 13 offsets hold all of it: ``planes[k, i]`` is the weight between pixel
i and pixel i + OFFSETS[k]; the weight between i and i − OFFSETS[k] is stored at the latter.  No index is
stored, so that this takes a fifth of a sparse matrix's memory, and a product runs along rows in vector
instructions.

Planes and vectors have a border of ``PAD`` zeros on every side: (13, H + 2 PAD, W + 2 PAD) and
(channels, H + 2 PAD, W + 2 PAD).  So no kernel has to ask whether a neighbor exists.
"""

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

Array = NDArray[np.float64]
PAD = 3
"""Zeros on every side of planes and vectors: as many columns as the preconditioner reaches."""
OFFSETS = ((0, 0), (0, 1), (0, 2), *((dy, dx) for dy in (1, 2) for dx in range(-2, 3)))
"""(rows down, columns to the right) of the edges, one plane each; the first is the diagonal."""


def crop_border(planes: Array) -> Array:
    """Return planes or vectors without their border, as a view."""
    return planes[..., PAD:-PAD, PAD:-PAD]


def add_border(image: Array) -> Array:
    """Convert (H, W, channels) to (channels, H + 2 PAD, W + 2 PAD) with zeros around."""
    return np.pad(np.moveaxis(image, 2, 0), ((0, 0), (PAD, PAD), (PAD, PAD)))


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
