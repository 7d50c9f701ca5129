"""What "style" is, for any feature map: of a picture, of a spectrogram, of anything with channels.

==================  =====================================================================================
:mod:`.moments`     mean and covariance of a map's channels, gathered piece by piece, pooled exactly
:mod:`.affine`      `AffineMap`: x ↦ Mx + b on the channels, blended and chained
:mod:`.covariance`  maps that give one style's moments to another: Hermitian whitening and coloring, optimal
                    transport, AdaIN
:mod:`.memory`      moments gathered over a series of pictures
:mod:`.gram`        Gram losses: plain, mean-subtracted, time-lag; from channels or from positions
:mod:`.arc_cosine`  products of the features of an infinitely wide random layer
:mod:`.descent`     descent on such losses, in rounds with snapshots
:mod:`.losses`      the losses of neural style transfer, each made once and called on maps
:mod:`.optimizer`   `minimize`: the loop that finds where a loss is smallest
:mod:`.weights`     how much each of several styles counts
==================  =====================================================================================

A feature map has shape (B, C, …): channels second, then positions in any number of dimensions.  Real and
complex maps are treated alike; of complex ones the covariance is Hermitian, E[(f − μ)(f − μ)ᴴ].
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.style.affine import AffineMap as AffineMap
    from audiostyle.style.arc_cosine import compute_arc_cosine_kernel as compute_arc_cosine_kernel
    from audiostyle.style.covariance import adain as adain
    from audiostyle.style.covariance import compute_coloring as compute_coloring
    from audiostyle.style.covariance import compute_hermitian_power as compute_hermitian_power
    from audiostyle.style.covariance import compute_whitening as compute_whitening
    from audiostyle.style.covariance import optimal_transport as optimal_transport
    from audiostyle.style.covariance import wct as wct
    from audiostyle.style.gram import center_kernel as center_kernel
    from audiostyle.style.gram import compute_gram as compute_gram
    from audiostyle.style.gram import compute_gram_product as compute_gram_product
    from audiostyle.style.gram import gram_loss as gram_loss
    from audiostyle.style.moments import Moments as Moments
    from audiostyle.style.optimizer import OptimizationResult as OptimizationResult
    from audiostyle.style.optimizer import minimize as minimize
    from audiostyle.style.weights import normalize_weights as normalize_weights

export_lazily(
    __name__,
    {
        "audiostyle.style.affine": ("AffineMap",),
        "audiostyle.style.arc_cosine": ("compute_arc_cosine_kernel",),
        "audiostyle.style.covariance": (
            "adain",
            "compute_coloring",
            "compute_hermitian_power",
            "compute_whitening",
            "optimal_transport",
            "wct",
        ),
        "audiostyle.style.gram": ("center_kernel", "compute_gram", "compute_gram_product", "gram_loss"),
        "audiostyle.style.moments": ("Moments",),
        "audiostyle.style.optimizer": ("OptimizationResult", "minimize"),
        "audiostyle.style.weights": ("normalize_weights",),
    },
)
