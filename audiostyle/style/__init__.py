"""What "style" is, for any feature map: of a picture, of a spectrogram, of anything with channels.

==================  =====================================================================================
:mod:`.moments`     mean and covariance of a map's channels, gathered piece by piece, pooled exactly
:mod:`.affine`      x ↦ Mx + b on the channels, blended and chained
:mod:`.covariance`  maps that give one style's moments to another: whitening and colouring, optimal
                    transport, AdaIN
:mod:`.gram`        Gram losses: plain, mean-subtracted, time-lag; from channels or from positions
:mod:`.arc_cosine`  products of the features of an infinitely wide random layer
:mod:`.descent`     the loop that finds where a loss is smallest
==================  =====================================================================================

A feature map has shape (B, C, …): channels second, then positions in any number of dimensions.  Real and
complex maps are treated alike; of complex ones the covariance is Hermitian, E[(f − μ)(f − μ)ᴴ].
"""

from audiostyle.style.affine import AffineMap
from audiostyle.style.arc_cosine import arc_cosine
from audiostyle.style.covariance import adain, coloring, optimal_transport, wct, whitening
from audiostyle.style.gram import center_kernel, gram, gram_loss, similarity
from audiostyle.style.moments import Moments
from audiostyle.style.optimizer import OptimizationResult, minimize

__all__ = [
    "AffineMap",
    "Moments",
    "OptimizationResult",
    "adain",
    "arc_cosine",
    "center_kernel",
    "coloring",
    "gram",
    "gram_loss",
    "minimize",
    "optimal_transport",
    "similarity",
    "wct",
    "whitening",
]
