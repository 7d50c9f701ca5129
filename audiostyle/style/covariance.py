"""Closed forms that give the mean and covariance of one feature map to another.

All are affine in the features, T(f) = M (f − μ_c) + μ_s; they differ in M.  With M Σ_c Mᴴ = Σ_s there are as
many M as there are rotations: whitening and colouring takes the symmetric roots of both in turn, optimal
transport the one M that is symmetric itself and so moves the features least, AdaIN only the diagonals.
"""

import torch
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.style.affine import AffineMap
from audiostyle.style.moments import Moments

FLOOR = 1e-5
"""Eigenvalues below are directions in which nothing varies: they are left out (Li et al. 2017)."""


def whitening(moments: Moments, *, floor: float = FLOOR) -> AffineMap:
    """Return f ↦ Σ^−½ (f − μ): mean 0 and covariance identity where Σ > ``floor``, 0 elsewhere."""
    matrix = _power(moments.covariance, -0.5, floor)
    return AffineMap(matrix, -matrix @ moments.mean)


def coloring(moments: Moments, *, floor: float = FLOOR) -> AffineMap:
    """Return f ↦ Σ^½ f + μ, which gives white features the mean and covariance of ``moments``."""
    return AffineMap(_power(moments.covariance, 0.5, floor), moments.mean)


def wct(content: Moments, style: Moments, *, content_reg: float = 0.0, floor: float = FLOOR) -> AffineMap:
    """Whitening and colouring transform (Li et al. 2017, arXiv:1705.08086, eq. 2 and 3).

    Args:
        content_reg: added to the content's variances.  The code published with PhotoWCT has 1.0, a guard
            against small eigenvalues that softens the effect and belongs to its look; the paper's is 0.
        floor: eigenvalues below are dropped.
    """
    _check(content, style)
    eye = torch.eye(content.channels, dtype=content.scatter.dtype)
    white = _power(content.covariance + content_reg * eye, -0.5, floor)
    matrix = _power(style.covariance, 0.5, floor) @ white
    return AffineMap(matrix, style.mean - matrix @ content.mean)


def optimal_transport(content: Moments, style: Moments, *, floor: float = FLOOR) -> AffineMap:
    """Linear Monge–Kantorovich map, A^−½ (A^½ B A^½)^½ A^−½ (Pitié & Kokaram 2007, eq. 16).

    Between Gaussians of covariances A and B it is the optimal transport.  Directions in which the content
    varies by less than ``floor`` stay where they are put by the mean.
    """
    _check(content, style)
    root, inverse = (_power(content.covariance, p, floor) for p in (0.5, -0.5))
    middle = _power(root @ style.covariance @ root, 0.5, 0.0)
    matrix = inverse @ middle @ inverse
    return AffineMap(matrix, style.mean - matrix @ content.mean)


def adain(content: Moments, style: Moments, *, epsilon: float = FLOOR) -> AffineMap:
    """Adaptive instance normalisation, σ_s (f − μ_c) / σ_c + μ_s (Huang & Belongie 2017, eq. 8).

    ``epsilon`` is added to the content's variances.
    """
    _check(content, style)
    variances = (moments.covariance.diagonal().real.clamp(min=0) for moments in (content, style))
    own, other = variances
    scale = (other / (own + epsilon)).sqrt().to(content.mean.dtype)
    return AffineMap(torch.diag(scale), style.mean - scale * content.mean)


def _power(covariance: Tensor, exponent: float, floor: float) -> Tensor:
    """Return a Hermitian power, without the directions whose eigenvalues are not above ``floor``."""
    values, vectors = torch.linalg.eigh(covariance)
    kept = values > floor
    powers = torch.where(kept, values, torch.ones_like(values)) ** exponent * kept
    return (vectors * powers.to(vectors.dtype)) @ vectors.mH


def _check(content: Moments, style: Moments) -> None:
    if content.channels != style.channels:
        raise ShapeError(f"the content has {content.channels} channels, the style {style.channels}")
    if not content.count or not style.count:
        raise ShapeError("moments of nothing: gather them from a feature map first")
