"""Affinities between neighboring pixels: the matting affinity and the Gaussian affinity, as sparse matrices.

Li, Liu, Li, Yang and Kautz, "A Closed-form Solution to Photorealistic Image Stylization" (ECCV 2018), smooth
with the first; the lecture's slide has the second.  The matrices are for study and for solvers of one's own:
`audiostyle.image.smooth` keeps the same weights as a stencil, in a fifth of the memory.
"""

import numpy as np
import scipy.sparse

from audiostyle.errors import AudiostyleError
from audiostyle.image.arrays import AnyPicture, to_floats
from audiostyle.image.smoothing import stencil

EPSILON = 1e-7
"""Squared deviation of colors, of 1, below which a window counts as flat: as published."""


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
    if not epsilon > 0:
        raise AudiostyleError(f"epsilon must be positive, got {epsilon}; published: {EPSILON:g}")
    return stencil.to_sparse(stencil.compute_matting_planes(to_floats(image, "image", np.float64), epsilon))


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
    return stencil.to_sparse(stencil.compute_gaussian_planes(to_floats(image, "image", np.float64)))
