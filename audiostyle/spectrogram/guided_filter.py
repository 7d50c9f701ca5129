"""Smoothing of a transferred log-spectrogram along the content's, by the guided filter.

Decoders miss by a decibel or two, here a little more, there a little less.  On steady partials this is a
flutter, which the eye forgives in a photograph and the ear does not.  The guided filter (He, Sun & Tang 2010,
eq. 5 and 6) models the result as an affine function of the content within every window: events stay where the
content has them, and flutter is averaged away.  These functions vary slowly, so they are found at half the
resolution (He & Sun 2015, "Fast guided filter").

The filter of photographs, :mod:`audiostyle.image.smoothing.guided`, is another one: its guide has three
channels, its windows are large and end at the border, and it works at full resolution.
"""

from torch import Tensor
from torch.nn import functional as F

BINS, FRAMES = 4, 4
"""Radii of a window, to either side: 110 Hz and 0.5 s in all.  Even numbers."""

EPSILON = 1e-4
"""Variance of the guide below which it counts as flat: (1.2 dB)² on the scale of a log-spectrogram."""

_REDUCTION = 2


def guided_filter(guide: Tensor, levels: Tensor, *, bins: int = BINS, frames: int = FRAMES) -> Tensor:
    """Filter levels so that they are locally affine in a guide.

    Args:
        guide: the content's log-spectrogram with its channels merged, (bins, frames).
        levels: the transferred one, of the same shape, which is filtered.
        bins, frames: radii of a window, even numbers.

    Returns:
        (bins, frames).
    """
    size = 2 * (bins // _REDUCTION) + 1, 2 * (frames // _REDUCTION) + 1

    def reduce(x: Tensor) -> Tensor:
        return F.avg_pool2d(x[None, None], _REDUCTION, ceil_mode=True, count_include_pad=False)

    def average(x: Tensor) -> Tensor:
        padding = size[0] // 2, size[1] // 2
        return F.avg_pool2d(x, size, 1, padding, count_include_pad=False)

    def enlarge(x: Tensor) -> Tensor:
        height, width = guide.shape
        return F.interpolate(x, scale_factor=_REDUCTION, mode="bilinear")[0, 0, :height, :width]

    guide_mean, mean = average(reduce(guide)), average(reduce(levels))
    variance = average(reduce(guide.square())) - guide_mean.square()
    slope = (average(reduce(guide * levels)) - guide_mean * mean) / (variance + EPSILON)
    return enlarge(average(slope)) * guide + enlarge(average(mean - slope * guide_mean))
