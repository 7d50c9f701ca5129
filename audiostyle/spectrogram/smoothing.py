"""Smoothing of a transferred spectrogram along the content's, as photographs are smoothed after PhotoWCT.

Decoders miss by a decibel or two, here a little more, there a little less.  On partials that stand still this
is a flutter that the eye forgives and the ear does not.  The guided filter (He, Sun & Tang 2010, eq. 5 and 6)
models the result as affine in the content within every window: events stay where the content has them, and
what flutters is averaged away.
"""

from torch import Tensor
from torch.nn.functional import avg_pool2d

BINS, FRAMES = 5, 5
"""Radii of a window, to either side: 120 Hz and half a second in all."""

EPSILON = 1e-4
"""Variance of the guide below which it counts as flat: (1.2 dB)² on the scale of :mod:`.decibels`."""


def guided(guide: Tensor, drawn: Tensor, *, bins: int = BINS, frames: int = FRAMES) -> Tensor:
    """Filter ``drawn`` (bins, frames) so that it is locally affine in ``guide``, of the same shape."""

    def mean(x: Tensor) -> Tensor:
        size = 2 * bins + 1, 2 * frames + 1
        return avg_pool2d(x[None, None], size, 1, (bins, frames), count_include_pad=False)[0, 0]

    middle, level = mean(guide), mean(drawn)
    slope = (mean(guide * drawn) - middle * level) / (mean(guide.square()) - middle.square() + EPSILON)
    return mean(slope) * guide + mean(level - slope * middle)
