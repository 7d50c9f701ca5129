"""What "style" is, for any feature map: of a picture, of a spectrogram, of anything with channels.

==================  =====================================================================================
:mod:`.moments`     mean and covariance of a map's channels, gathered piece by piece, pooled exactly
:mod:`.affine`      `AffineMap`: x ↦ Mx + b on the channels, blended and chained
:mod:`.covariance`  maps that give one style's moments to another: Hermitian whitening and coloring, optimal
                    transport, AdaIN
:mod:`.gram`        Gram losses: plain, mean-subtracted, time-lag; from channels or from positions
:mod:`.arc_cosine`  products of the features of an infinitely wide random layer
:mod:`.optimizer`   `minimize`: the loop that finds where a loss is smallest
:mod:`.weights`     how much each of several styles counts
==================  =====================================================================================

A feature map has shape (B, C, …): channels second, then positions in any number of dimensions.  Real and
complex maps are treated alike; of complex ones the covariance is Hermitian, E[(f − μ)(f − μ)ᴴ].
"""

from audiostyle.style.affine import AffineMap
from audiostyle.style.arc_cosine import compute_arc_cosine_kernel
from audiostyle.style.covariance import (
    adain,
    compute_coloring,
    compute_hermitian_power,
    compute_whitening,
    optimal_transport,
    wct,
)
from audiostyle.style.gram import center_kernel, compute_gram, compute_gram_product, gram_loss
from audiostyle.style.moments import Moments
from audiostyle.style.optimizer import OptimizationResult, minimize
from audiostyle.style.weights import normalize_weights

__all__ = [
    "AffineMap",
    "Moments",
    "OptimizationResult",
    "adain",
    "center_kernel",
    "compute_arc_cosine_kernel",
    "compute_coloring",
    "compute_gram",
    "compute_gram_product",
    "compute_hermitian_power",
    "compute_whitening",
    "gram_loss",
    "minimize",
    "normalize_weights",
    "optimal_transport",
    "wct",
]
