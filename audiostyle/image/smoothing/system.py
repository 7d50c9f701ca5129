"""The matrix A = I − αS with S = D^−½ W D^−½, made of the planes of W, and its product with vectors.

S has its eigenvalues in [−1, 1], and its largest is exactly 1, with the eigenvector D^½ 1.  So the
eigenvalues of A are at least 1 − α, and a residual r leaves an error of at most ‖r‖ / (1 − α), whatever the
size of the picture.
"""

import numpy as np
from numpy.typing import NDArray

from audiostyle.compilation import njit
from audiostyle.image.smoothing.parallel import map_ranges, split_rows
from audiostyle.image.smoothing.stencil import OFFSETS, PAD, compute_degrees, crop_border, slice_edges

Array = NDArray[np.float64]


def normalize(planes: Array, alpha: float) -> Array:
    """Turn the planes of W into those of I − αS, in place; returns D, (H, W)."""
    degree = compute_degrees(planes)
    root = 1 / np.sqrt(degree)
    inside = crop_border(planes)

    def scale_rows(first: int, last: int) -> None:
        for plane, (dy, dx) in zip(inside, OFFSETS, strict=True):
            here, there = slice_edges((min(last + dy, len(root)) - first, root.shape[1]), dy, dx)
            plane[first:last][here] *= -alpha * root[first:last][here]
            plane[first:last][here] *= root[first:][there]
        inside[0, first:last] += 1

    map_ranges(scale_rows, split_rows(len(root)))
    return degree


def multiply(planes: Array, vectors: Array, out: Array) -> Array:
    """Set ``out`` to A p for every channel p of ``vectors``; returns pᵀA p, (channels,)."""
    ranges = split_rows(planes.shape[1] - 2 * PAD)
    dots = map_ranges(lambda first, last: _multiply_rows(planes, vectors, out, first, last), ranges)
    return np.sum(dots, axis=0)


@njit(nogil=True, fastmath={"contract"})
def _multiply_rows(a, p, q, first, last):
    """Compute rows first … last − 1 of A p, and pᵀA p.  Planes 3 … 7 lead one row down, 8 … 12 two."""
    n = a.shape[2] - 2 * PAD
    total = np.empty(n)  # memory of its own lets the compiler use vector instructions
    dots = np.zeros(len(p))
    for y in range(first + PAD, last + PAD):
        for c in range(len(p)):
            here = p[c, y]
            for x in range(n):
                total[x] = a[0, y, x + 3] * here[x + 3]
                total[x] += a[1, y, x + 3] * here[x + 4] + a[1, y, x + 2] * here[x + 2]
                total[x] += a[2, y, x + 3] * here[x + 5] + a[2, y, x + 1] * here[x + 1]
            for k in range(1, 6):
                for reach in range(1, 3):
                    below, above = a[5 * reach + k - 3, y], a[5 * reach + k - 3, y - reach]
                    next_row, last_row = p[c, y + reach], p[c, y - reach]
                    for x in range(n):
                        total[x] += below[x + 3] * next_row[x + k] + above[x + 6 - k] * last_row[x + 6 - k]
            q[c, y, PAD : PAD + n] = total
            for x in range(n):
                dots[c] += here[x + PAD] * total[x]
    return dots


def compute_residual(planes: Array, alpha: float, image: Array, vectors: Array, out: Array) -> Array:
    """Set ``out`` to (1 − α) Y − A x for a picture Y (H, W, channels); returns ‖out‖², (channels,)."""
    multiply(planes, vectors, out)
    inside, channels = crop_border(out), np.moveaxis(image, 2, 0)

    def subtract_rows(first: int, last: int) -> Array:
        part = (1 - alpha) * channels[:, first:last] - inside[:, first:last]
        inside[:, first:last] = part
        return np.einsum("cyx,cyx->c", part, part)

    return np.sum(map_ranges(subtract_rows, split_rows(len(image))), axis=0)
