"""Pictures: the reference that the audio methods derive from, and a tool in its own right.

======================  ===================================================================================
:mod:`.stylization`     one door to all methods
:mod:`.photowct`        whitening and colouring, coarse to fine, max-unpooling   (:mod:`.cascade`)
:mod:`.wct`             the same with plain upsampling
:mod:`.adain`           means and deviations at one level
:mod:`.reinhard`        means and deviations of colours
:mod:`.mkl`             linear optimal transport of colours
:mod:`.idt`             iterative distribution transfer, then :mod:`.regrain` (:mod:`.multigrid`)
:mod:`.smoothing`       closed-form smoothing: exact (:mod:`.ranking`, :mod:`.affinity`) or :mod:`.guided`
:mod:`.masks`           what is to look like what, segment by segment
:mod:`.networks`        backbones and decoders;  :mod:`.tiles`: bounded memory at any size
:mod:`.files`           pictures on disk: orientation, alpha, profiles, 8 and 16 bits (:mod:`.decoding`,
                        :mod:`.encoding`, :mod:`.formats`, :mod:`.metadata`, :mod:`.profiles`)
:mod:`.sheet`           pictures side by side
:mod:`.training`        decoders for any backbone, and a compact backbone
======================  ===================================================================================

Pictures are RGB (H, W, 3) in [0, 1], NumPy arrays or tensors; what goes in decides what comes out.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.image.adain import adain
    from audiostyle.image.idt import idt
    from audiostyle.image.methods import METHODS
    from audiostyle.image.mkl import mkl
    from audiostyle.image.photowct import photowct
    from audiostyle.image.reinhard import reinhard
    from audiostyle.image.smoothing.affinity import gaussian_affinity, matting_affinity
    from audiostyle.image.smoothing.smooth import smooth
    from audiostyle.image.stylization import stylize
    from audiostyle.image.wct import wct

__all__ = [
    "METHODS",
    "adain",
    "gaussian_affinity",
    "idt",
    "matting_affinity",
    "mkl",
    "photowct",
    "reinhard",
    "smooth",
    "stylize",
    "wct",
]

export_lazily(
    __name__,
    {
        "METHODS": "audiostyle.image.methods",
        "adain": "audiostyle.image.adain",
        "gaussian_affinity": "audiostyle.image.smoothing.affinity",
        "idt": "audiostyle.image.idt",
        "matting_affinity": "audiostyle.image.smoothing.affinity",
        "mkl": "audiostyle.image.mkl",
        "photowct": "audiostyle.image.photowct",
        "reinhard": "audiostyle.image.reinhard",
        "smooth": "audiostyle.image.smoothing.smooth",
        "stylize": "audiostyle.image.stylization",
        "wct": "audiostyle.image.wct",
    },
)
