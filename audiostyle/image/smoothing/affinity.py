"""What every pixel weighs against those around it: the two affinities of closed-form smoothing.

Li, Liu, Li, Yang, Kautz, "A Closed-form Solution to Photorealistic Image Stylization" (ECCV 2018).
As SciPy matrices these are for study and for solvers of one's own; :func:`audiostyle.image.smooth` keeps the
same weights as a stencil, in a fifth of the memory.
"""

from typing import Any

import scipy.sparse

from audiostyle.errors import AudiostyleError
from audiostyle.image.arrays import as_array
from audiostyle.image.smoothing import stencil

EPSILON = 1e-7  # as published


def matting_affinity(image: Any, epsilon: float = EPSILON) -> scipy.sparse.csr_matrix:
    """The matting affinity W of Levin, Lischinski and Weiss (2008), diagonal included.

    W_ij = Σ_k (1 + (I_i − μ_k)ᵀ(Σ_k + ε/|w| Id)⁻¹(I_j − μ_k)) / |w| over all 3 × 3 windows k that hold i
    and j, |w| = 9 pixels with mean colour μ_k and covariance Σ_k.  So D_ii = Σ_j W_ij counts the windows
    that hold i, D − W is the matting Laplacian, and D⁻¹W is the guided filter of radius 1.  A picture
    narrower than 3 pixels has windows as narrow as itself.

    Args:
        image: (H, W, 3) RGB in [0, 1], array or tensor.
        epsilon: > 0.  How much a window's colours may vary before its edge counts, squared; see ε above.

    Returns:
        (N, N), N = H·W pixels in row order, symmetric, float64; a third of the weights is negative.

    Raises:
        ShapeError: not such an image.
        AudiostyleError: epsilon not positive.
    """
    if not epsilon > 0:
        raise AudiostyleError(f"epsilon must be positive, got {epsilon}; published: {EPSILON:g}")
    return stencil.to_sparse(stencil.matting(as_array(image)[0], epsilon))


def gaussian_affinity(image: Any) -> scipy.sparse.csr_matrix:
    """The affinity of the lecture's slide: W_ij = exp(−‖I_i − I_j‖²/σ²) for the 8 neighbours, 0 on the
    diagonal.

    σ² is the variance of the 3 × 3 neighbourhood (mean squared distance to its mean colour).  That of i
    and that of j differ, so W is not symmetric as written; it is symmetrised, (W + Wᵀ)/2, or neither the
    energy nor conjugate gradients would make sense.  Where a neighbourhood has one colour only, all its
    weights are 1.

    Args:
        image: (H, W, 3) RGB in [0, 1], array or tensor.

    Returns:
        (N, N), N = H·W pixels in row order, symmetric, float64.  A single pixel has itself as neighbour.

    Raises:
        ShapeError: not such an image.
    """
    return stencil.to_sparse(stencil.gaussian(as_array(image)[0]))
