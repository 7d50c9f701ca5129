"""Smoothing of a stylized picture along the structure of the photograph that it was made from.

The exact way solves a linear system over the graph of the picture's pixels (closed-form smoothing, or
manifold ranking); the guided filter is a fast stand-in for it.  The parts are named as in pymatting:

====================  ==================================================================================
:mod:`.smooth`        the public function: exact or guided, with all options checked
:mod:`.affinity`      matting affinity and Gaussian affinity, computed as stencils, or as sparse matrices
:mod:`.guided`        guided filter with a color guide
:mod:`.fast_guided`   guided filter whose models are fitted in a small picture, for any number of channels
:mod:`.solver`        the exact solution, in one piece or strip by strip within a memory limit
:mod:`.stencil`       how they are stored: a plane of weights for each offset, sparse without indices
:mod:`.system`        the matrix I − αS made of these planes, and its product with vectors
:mod:`.cholesky`      preconditioner: incomplete Cholesky factorization
:mod:`.cg`            conjugate gradients: the iteration, whatever the matrix and the preconditioner
:mod:`.kernels`       the vector operations of that iteration, fused and in parallel
:mod:`.parallel`      rows shared out among threads
:mod:`.multigrid`     a simpler system, for regrain: weighted grid, preconditioned by a multigrid V-cycle
====================  ==================================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.image.smoothing.affinity import gaussian_affinity as gaussian_affinity
    from audiostyle.image.smoothing.affinity import matting_affinity as matting_affinity
    from audiostyle.image.smoothing.guided import guided_filter as guided_filter
    from audiostyle.image.smoothing.smooth import SmoothingResult as SmoothingResult
    from audiostyle.image.smoothing.smooth import smooth as smooth
    from audiostyle.image.smoothing.smooth import smooth_exactly as smooth_exactly

export_lazily(
    __name__,
    {
        "audiostyle.image.smoothing.affinity": ("gaussian_affinity", "matting_affinity"),
        "audiostyle.image.smoothing.guided": ("guided_filter",),
        "audiostyle.image.smoothing.smooth": ("SmoothingResult", "smooth", "smooth_exactly"),
    },
)
