"""What "style" is, for any feature map: of a picture, of a spectrogram, of anything with channels.

==================  =====================================================================================
:mod:`.moments`     mean and covariance of a map's channels, gathered piece by piece, pooled exactly
:mod:`.affine`      x ↦ Mx + b on the channels, blended and chained
:mod:`.covariance`  maps that give one style's moments to another: whitening and colouring, optimal
                    transport, AdaIN
==================  =====================================================================================

A feature map has shape (B, C, …): channels second, then positions in any number of dimensions.  Real and
complex maps are treated alike; of complex ones the covariance is Hermitian, E[(f − μ)(f − μ)ᴴ].
"""

from audiostyle.style.affine import AffineMap
from audiostyle.style.covariance import adain, colouring, optimal_transport, wct, whitening
from audiostyle.style.moments import Moments

__all__ = ["AffineMap", "Moments", "adain", "colouring", "optimal_transport", "wct", "whitening"]
