"""Affinities between neighboring pixels: the matting affinity and the Gaussian affinity.

Li, Liu, Li, Yang and Kautz, "A Closed-form Solution to Photorealistic Image Stylization" (ECCV 2018), smooth
with the first; the lecture's slide has the second.  Both are computed as a stencil
(:mod:`audiostyle.image.smoothing.stencil`), which is what `audiostyle.image.smooth` solves with.  The sparse
matrices, which take five times the memory, are for study and for solvers of one's own.
"""

import math

import numpy as np
import scipy.sparse

from audiostyle.checks import check_number
from audiostyle.compilation import njit
from audiostyle.image.arrays import AnyPicture, open_picture, to_floats
from audiostyle.image.smoothing.parallel import map_ranges, split_rows
from audiostyle.image.smoothing.stencil import OFFSETS, PAD, Array, crop_border, slice_edges, to_sparse

EPSILON = 1e-7
"""Squared deviation of colors, of 1, below which a window counts as flat: as published."""

_WINDOW_ROWS = 64  # a task; neighboring tasks write to the same two rows, so every other one runs at a time


def matting_affinity(image: AnyPicture, epsilon: float = EPSILON) -> scipy.sparse.csr_matrix:
    """Compute the matting affinity W of Levin, Lischinski and Weiss (2008), diagonal included.

    W_ij = Σ_k (1 + (I_i − μ_k)ᵀ(Σ_k + ε/|w| Id)⁻¹(I_j − μ_k)) / |w| over all 3 × 3 windows k that hold i
    and j, where |w| = 9 pixels have the mean color μ_k and the covariance Σ_k.  So D_ii = Σ_j W_ij counts the
    windows that hold i, D − W is the matting Laplacian, and D⁻¹W is the guided filter of radius 1.  A picture
    narrower than 3 pixels has windows as narrow as itself.

    Args:
        image: (H, W, 3) RGB, floats in [0, 1] or uint8, array or tensor.
        epsilon: > 0.  How much a window's colors may vary before its edge counts, squared; see ε above.

    Returns:
        (N, N) with N = H·W pixels in row order, symmetric, float64; a third of the weights is negative.

    Raises:
        ShapeError: ``image`` is not such a picture.
        AudiostyleError: ``epsilon`` is not positive.

    Example:
        >>> weights = matting_affinity(np.random.default_rng(0).random((6, 6, 3)))
        >>> np.asarray(weights.sum(axis=1)).reshape(6, 6)[0].round(6).tolist()  # windows that hold a pixel
        [1.0, 2.0, 3.0, 3.0, 2.0, 1.0]
    """
    check_number("epsilon", epsilon, 0, above=True)
    return to_sparse(compute_matting_planes(to_floats(image, "image", np.float64), epsilon))


def gaussian_affinity(image: AnyPicture) -> scipy.sparse.csr_matrix:
    """Compute the Gaussian affinity of the lecture's slide.

    W_ij = exp(−‖I_i − I_j‖²/σ²) for the 8 neighbors of a pixel, 0 on the diagonal.  σ² is the variance of the
    3 × 3 neighborhood (mean squared distance to its mean color).  That of i and that of j differ, so W as
    written is not symmetric, which neither the energy nor conjugate gradients would stand: it is symmetrized
    to (W + Wᵀ)/2.  Where a neighborhood has one color only, all its weights are 1.

    Args:
        image: (H, W, 3) RGB, floats in [0, 1] or uint8, array or tensor.

    Returns:
        (N, N) with N = H·W pixels in row order, symmetric, float64.  A single pixel is its own neighbor.

    Raises:
        ShapeError: ``image`` is not such a picture.

    Example:
        >>> gaussian_affinity(np.full((1, 3, 3), 0.5)).toarray().tolist()
        [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    return to_sparse(compute_gaussian_planes(open_picture(image, "image", np.float64, any_scale=True).seen))


def compute_matting_planes(guide: Array, epsilon: float) -> Array:
    """Compute the planes of the matting affinity of a guide (H, W, 3); see :func:`matting_affinity`."""
    height, width, _ = guide.shape
    planes = np.zeros((len(OFFSETS), height + 2 * PAD, width + 2 * PAD))
    window = min(3, height), min(3, width)
    ranges = split_rows(height - window[0] + 1, _WINDOW_ROWS)
    for turn in (0, 1):
        map_ranges(
            lambda first, last: _add_windows(guide, planes, epsilon, window, first, last), ranges[turn::2]
        )
    return planes


@njit(nogil=True, error_model="numpy")
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
    """Compute the planes of the Gaussian affinity of a guide (H, W, 3); see :func:`gaussian_affinity`."""
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
