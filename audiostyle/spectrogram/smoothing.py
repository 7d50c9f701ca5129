"""Smoothing of a transferred spectrogram along the content's, as photographs are smoothed after PhotoWCT.

Decoders miss by a decibel or two, here a little more, there a little less.  On partials that stand still this
is a flutter that the eye forgives and the ear does not.  The guided filter (He, Sun & Tang 2010, eq. 5 and 6)
models the result as affine in the content within every window: events stay where the content has them, and
what flutters is averaged away.  The affine maps vary slowly, so they are found at half the resolution (He &
Sun 2015, "Fast guided filter").
"""

from torch import Tensor
from torch.nn import functional as F

BINS, FRAMES = 4, 4
"""Radii of a window, to either side: 110 Hz and 0.5 s in all.  Even numbers."""

EPSILON = 1e-4
"""Variance of the guide below which it counts as flat: (1.2 dB)² on the scale of :mod:`.decibels`."""

_COARSER = 2


def guided_filter(guide: Tensor, drawn: Tensor, *, bins: int = BINS, frames: int = FRAMES) -> Tensor:
    """Filter ``drawn`` (bins, frames) so that it is locally affine in ``guide``, of the same shape."""
    size = 2 * (bins // _COARSER) + 1, 2 * (frames // _COARSER) + 1

    def coarse(x: Tensor) -> Tensor:
        return F.avg_pool2d(x[None, None], _COARSER, ceil_mode=True, count_include_pad=False)

    def mean(x: Tensor) -> Tensor:
        padding = size[0] // 2, size[1] // 2
        return F.avg_pool2d(x, size, 1, padding, count_include_pad=False)

    def fine(x: Tensor) -> Tensor:
        height, width = guide.shape
        return F.interpolate(x, scale_factor=_COARSER, mode="bilinear")[0, 0, :height, :width]

    middle, level = mean(coarse(guide)), mean(coarse(drawn))
    variance = mean(coarse(guide.square())) - middle.square()
    slope = (mean(coarse(guide * drawn)) - middle * level) / (variance + EPSILON)
    return fine(mean(slope)) * guide + fine(mean(level - slope * middle))
