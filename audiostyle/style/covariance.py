"""Closed forms that give one feature map the mean and covariance of another.

All are affine in the features, T(f) = M (f − μ_c) + μ_s, and differ in M.  There are as many
matrices with M Σ_c Mᴴ = Σ_s as there are rotations.  Whitening and coloring (:func:`wct`) takes the Hermitian
square roots of both covariances in turn.  :func:`optimal_transport` takes the one M that is Hermitian itself
and so moves the features least.  :func:`adain` uses the diagonals of the covariances only.

Real features have symmetric covariances, complex ones Hermitian, Σ = E[(f − μ)(f − μ)ᴴ]; the same code serves
both, because a Hermitian matrix has real eigenvalues and every power of it comes from them
(:func:`compute_hermitian_power`).
"""

import torch
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.style.affine import AffineMap
from audiostyle.style.moments import Moments

FLOOR = 1e-5
"""Eigenvalues at or below it are left out: nothing varies in their directions (Li et al. 2017)."""


def compute_whitening(moments: Moments, *, floor: float = FLOOR) -> AffineMap:
    """Return the whitening map f ↦ Σ^−½ (f − μ) with the Hermitian root.

    Features with these moments get mean 0 and covariance identity; in directions of eigenvalues up to
    ``floor`` they become 0.

    Args:
        moments: μ and Σ of a feature map with C channels.
        floor: eigenvalues at or below it are left out.

    Example:
        >>> features = torch.randn(1, 3, 100, generator=torch.Generator().manual_seed(0)).double()
        >>> white = compute_whitening(Moments.from_features(features))(features)
        >>> torch.allclose(Moments.from_features(white).covariance, torch.eye(3).double())
        True
    """
    matrix = compute_hermitian_power(moments.covariance, -0.5, floor)
    return AffineMap(matrix, -matrix @ moments.mean)


def compute_coloring(moments: Moments, *, floor: float = FLOOR) -> AffineMap:
    """Return the coloring map f ↦ Σ^½ f + μ, which gives white features a mean and a covariance.

    Args:
        moments: μ and Σ of a feature map with C channels.
        floor: eigenvalues at or below it are left out.

    Example:
        >>> mean, covariance = torch.tensor([1.0, 2.0]), torch.diag(torch.tensor([4.0, 9.0]))
        >>> compute_coloring(Moments(10, mean, 9 * covariance)).matrix.tolist()
        [[2.0, 0.0], [0.0, 3.0]]
    """
    return AffineMap(compute_hermitian_power(moments.covariance, 0.5, floor), moments.mean)


def wct(content: Moments, style: Moments, *, content_reg: float = 0.0, floor: float = FLOOR) -> AffineMap:
    """Return the whitening and coloring transform (Li et al. 2017, arXiv:1705.08086, eq. 2 and 3).

    Args:
        content: moments of the features that are mapped, of C channels.
        style: moments that the result is to have, of C channels.
        content_reg: added to the content's variances.  The code published with PhotoWCT has 1.0, a guard
            against small eigenvalues that softens the effect and belongs to its look; the paper's is 0.
        floor: eigenvalues at or below it are left out.

    Raises:
        ShapeError: the numbers of channels differ, or moments are those of no positions.

    Example:
        >>> generator = torch.Generator().manual_seed(0)
        >>> features = torch.randn(2, 1, 3, 100, generator=generator).double()
        >>> content, style = (Moments.from_features(part) for part in features)
        >>> matrix = wct(content, style).matrix
        >>> torch.allclose(matrix @ content.covariance @ matrix.mH, style.covariance)
        True
    """
    _check_pair(content, style)
    eye = torch.eye(content.channels, dtype=content.scatter.dtype)
    white = compute_hermitian_power(content.covariance + content_reg * eye, -0.5, floor)
    matrix = compute_hermitian_power(style.covariance, 0.5, floor) @ white
    return AffineMap(matrix, style.mean - matrix @ content.mean)


def optimal_transport(content: Moments, style: Moments, *, floor: float = FLOOR) -> AffineMap:
    """Return the linear Monge–Kantorovich map, M = A^−½ (A^½ B A^½)^½ A^−½ (Pitié & Kokaram 2007, eq. 16).

    It is the optimal transport between Gaussians of covariances A and B.

    Args:
        content: moments of the features that are mapped, with covariance A, of C channels.
        style: moments that the result is to have, with covariance B, of C channels.
        floor: eigenvalues of A at or below it are left out; in their directions all features get the style's
            mean.

    Raises:
        ShapeError: the numbers of channels differ, or moments are those of no positions.

    Example:
        >>> generator = torch.Generator().manual_seed(0)
        >>> features = torch.randn(2, 1, 3, 100, generator=generator).double()
        >>> content, style = (Moments.from_features(part) for part in features)
        >>> matrix = optimal_transport(content, style).matrix
        >>> torch.allclose(matrix, matrix.mH)
        True
    """
    _check_pair(content, style)
    root, inverse = (compute_hermitian_power(content.covariance, p, floor) for p in (0.5, -0.5))
    middle = compute_hermitian_power(root @ style.covariance @ root, 0.5, 0.0)
    matrix = inverse @ middle @ inverse
    return AffineMap(matrix, style.mean - matrix @ content.mean)


def adain(content: Moments, style: Moments, *, epsilon: float = FLOOR) -> AffineMap:
    """Return adaptive instance normalization, σ_s (f − μ_c) / σ_c + μ_s (Huang & Belongie 2017, eq. 8).

    Args:
        content: moments of the features that are mapped, of C channels.
        style: moments that the result is to have, of C channels.
        epsilon: added to the content's variances.

    Raises:
        ShapeError: the numbers of channels differ, or moments are those of no positions.

    Example:
        >>> features = torch.randn(1, 3, 100, generator=torch.Generator().manual_seed(0)).double()
        >>> moments = Moments.from_features(features)
        >>> torch.allclose(adain(moments, moments, epsilon=0)(features), features)
        True
    """
    _check_pair(content, style)
    variances = (moments.covariance.diagonal().real.clamp(min=0) for moments in (content, style))
    own, other = variances
    scale = (other / (own + epsilon)).sqrt().to(content.mean.dtype)
    return AffineMap(torch.diag(scale), style.mean - scale * content.mean)


def compute_hermitian_power(covariance: Tensor, exponent: float, floor: float) -> Tensor:
    """Return a power of a Hermitian matrix, V Λ^p Vᴴ, without the directions of small eigenvalues.

    Args:
        covariance: (C, C), symmetric or Hermitian, with eigenvalues ≥ 0.
        exponent: p, such as −½ for whitening and ½ for coloring.
        floor: eigenvalues at or below it give 0.

    Returns:
        (C, C), Hermitian.

    Example:
        >>> compute_hermitian_power(torch.diag(torch.tensor([4.0, 0.0])), -0.5, floor=1e-5).tolist()
        [[0.5, 0.0], [0.0, 0.0]]
    """
    values, vectors = torch.linalg.eigh(covariance)
    kept = values > floor
    powers = torch.where(kept, values, torch.ones_like(values)) ** exponent * kept
    return (vectors * powers.to(vectors.dtype)) @ vectors.mH


def _check_pair(content: Moments, style: Moments) -> None:
    """Raise ShapeError unless both have the same number of channels and are of some positions."""
    if content.channels != style.channels:
        raise ShapeError(f"the content has {content.channels} channels, the style {style.channels}")
    if not content.count or not style.count:
        raise ShapeError("moments of nothing: gather them from a feature map first")
