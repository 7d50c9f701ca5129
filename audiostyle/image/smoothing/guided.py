"""The guided filter with a color guide (He, Sun and Tang, 2010), in one pass over the rows.

In every window the picture p is modeled as affine in the guide I: a_kᵀI_i + b_k with a_k = (Σ_k + ε Id)⁻¹
cov_k(I, p).  A pixel becomes the mean of the models of all windows that hold it.  Box sums are running sums,
so that the time does not depend on the radius, and only the rows of one window's height are held, so that
memory does not grow with the picture's height.

Windows lie wholly inside the picture, as those of the matting affinity do: pixels at the border are in fewer
of them.  So radius 1 with ε/9 is D⁻¹W exactly.

The transfers between recordings have another guided filter, :mod:`audiostyle.spectrogram.guided_filter`: its
guide has one channel, and its models are found at half the resolution.  The two share no arithmetic: three
channels need a 3 × 3 solve in each window, radii of 60 pixels need running sums in float64, and windows are
cut at the border in another way, where for one channel a few box filters of torch in float32 are all.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from audiostyle.checks import check_count, check_number
from audiostyle.compilation import njit
from audiostyle.image.arrays import AnyPicture, Picture, check_same_size, open_picture, to_floats
from audiostyle.image.smoothing.parallel import map_ranges

Array = NDArray[np.float64]
RADIUS, EPSILON = 60, 1e-3
"""Pixels, and squared deviation of colors of 1; found by ``benchmarks/stylization.py --only guided``.

What decoders leave in smooth skies is no structure of the content, whose own deviation there is far below
√ε = 0.03.  With the matting affinity's ε, 1e-7 / 9, and a radius of 30 pixels the result is nearest to the
exact solution with the published α, grain included.
"""

_STRIPS = 4  # at most; each repeats a window's height of its neighbor's work


def guided_filter(
    guide: AnyPicture, image: Picture, radius: int = RADIUS, epsilon: float = EPSILON
) -> Picture:
    """Filter ``image`` so that it is locally affine in the colors of ``guide``.

    Args:
        guide: (H, W, 3) RGB, floats in [0, 1] or uint8, array or tensor.
        image: (H, W, 3), of the same size.
        radius: windows have 2·radius + 1 pixels a side, or the picture's where that is less.
        epsilon: > 0, variance of the guide below which a window counts as flat.

    Returns:
        A picture of the shape, kind and data type of ``image``; floats are not clipped.

    Raises:
        ShapeError: these are not such pictures, or they have different sizes.
        AudiostyleError: ``radius`` is below 0 or ``epsilon`` is not positive.

    Example:
        >>> flat = np.full((9, 9, 3), 0.5)
        >>> noise = np.random.default_rng(0).random((9, 9, 3))
        >>> bool(np.allclose(guided_filter(flat, noise), noise.mean((0, 1))))  # a flat guide blurs
        True
    """
    radius = check_count("radius", radius, 0)
    check_number("epsilon", epsilon, 0, above=True)
    structure = to_floats(guide, "guide", np.float64)
    opened = open_picture(image, "image", np.float64, any_scale=True)
    values = opened.seen
    check_same_size(structure, values)
    height, width, _ = values.shape
    window = min(2 * radius + 1, height), min(2 * radius + 1, width)
    shifts = structure.mean((0, 1)), values.mean((0, 1))  # covariances of centered numbers lose fewer digits
    out = np.empty_like(values)
    map_ranges(
        lambda first, last: _filter_rows(structure, values, out, *shifts, window, epsilon, first, last),
        _split_strips(height, window[0]),
    )
    restored: Picture = opened.restore(out)
    return restored


def _split_strips(height: int, window: int) -> list[tuple[int, int]]:
    """Return strips for the threads, each at least four windows high; the same on every machine."""
    count = max(1, min(_STRIPS, height // (4 * window)))
    bounds = [height * part // count for part in range(count + 1)]
    return list(pairwise(bounds))


@njit(nogil=True, error_model="numpy", fastmath={"contract"})
def _filter_rows(guide, image, out, guide_mean, image_mean, window, epsilon, first, last):
    """Compute rows first … last − 1 of the result.  Windows enter from below as their upper row k grows."""
    height, width, _ = image.shape
    tall, wide = window
    sums = np.zeros((width, 21))  # of each column over the window's rows: I, p, II, Ip
    models = np.zeros((tall, width, 12))  # a and b of the windows in the last ``tall`` rows
    total = np.zeros((width, 12))  # of each column's models, over those windows that hold the row
    start = max(0, first - tall + 1)  # the first window that holds row ``first``
    for y in range(start, start + tall - 1):
        _add_row(sums, guide[y], image[y], guide_mean, image_mean, 1.0)
    for k in range(start, last):  # k: a window's upper row, and the row that is finished by it
        slot = models[k % tall]
        for x in range(width):
            for q in range(12):
                total[x, q] -= slot[x, q]
        slot[:] = 0.0
        if k + tall <= height:
            _add_row(sums, guide[k + tall - 1], image[k + tall - 1], guide_mean, image_mean, 1.0)
            _fit_models(sums, slot, tall, wide, epsilon)
            _add_row(sums, guide[k], image[k], guide_mean, image_mean, -1.0)
            for x in range(width):
                for q in range(12):
                    total[x, q] += slot[x, q]
        if k >= first:
            holding = min(k, height - tall) - max(0, k - tall + 1) + 1
            _apply_models(total, guide[k], out[k], guide_mean, image_mean, wide, holding)


@njit(nogil=True, fastmath={"contract"})
def _add_row(sums, guide, image, guide_mean, image_mean, sign):
    """Add (sign 1) or subtract (sign −1) a row of guide and image to the sums of each column."""
    for x in range(len(guide)):
        i0, i1, i2 = guide[x, 0] - guide_mean[0], guide[x, 1] - guide_mean[1], guide[x, 2] - guide_mean[2]
        s = sums[x]
        s[0] += sign * i0
        s[1] += sign * i1
        s[2] += sign * i2
        s[3] += sign * i0 * i0
        s[4] += sign * i0 * i1
        s[5] += sign * i0 * i2
        s[6] += sign * i1 * i1
        s[7] += sign * i1 * i2
        s[8] += sign * i2 * i2
        for c in range(3):
            p = sign * (image[x, c] - image_mean[c])
            s[9 + 4 * c] += p
            s[10 + 4 * c] += p * i0
            s[11 + 4 * c] += p * i1
            s[12 + 4 * c] += p * i2


@njit(nogil=True, error_model="numpy", fastmath={"contract"})
def _fit_models(sums, models, tall, wide, epsilon):
    """Fit (a, b) of each channel in each window, stored at its left column; Σ + ε Id = L Δ Lᵀ is solved."""
    count = tall * wide
    s = np.zeros(21)
    for x in range(wide - 1):
        s += sums[x]
    for x in range(len(sums) - wide + 1):
        for q in range(21):
            s[q] += sums[x + wide - 1, q]
        m0, m1, m2 = s[0] / count, s[1] / count, s[2] / count
        s01, s02 = s[4] / count - m0 * m1, s[5] / count - m0 * m2
        d0 = max(s[3] / count - m0 * m0, 0.0) + epsilon
        l10, l20 = s01 / d0, s02 / d0
        d1 = max(s[6] / count - m1 * m1 - l10 * s01, 0.0) + epsilon
        l21 = (s[7] / count - m1 * m2 - l20 * s01) / d1
        d2 = max(s[8] / count - m2 * m2 - l20 * s02 - l21 * l21 * d1, 0.0) + epsilon
        for c in range(3):
            mean = s[9 + 4 * c] / count
            c0 = s[10 + 4 * c] / count - mean * m0
            c1 = s[11 + 4 * c] / count - mean * m1 - l10 * c0
            a2 = (s[12 + 4 * c] / count - mean * m2 - l20 * c0 - l21 * c1) / d2
            a1 = c1 / d1 - l21 * a2
            a0 = c0 / d0 - l10 * a1 - l20 * a2
            models[x, 4 * c] = a0
            models[x, 4 * c + 1] = a1
            models[x, 4 * c + 2] = a2
            models[x, 4 * c + 3] = mean - a0 * m0 - a1 * m1 - a2 * m2
        for q in range(21):
            s[q] -= sums[x, q]


@njit(nogil=True, fastmath={"contract"})
def _apply_models(total, guide, out, guide_mean, image_mean, wide, holding):
    """Compute one row of the result: the mean model of the windows that hold a pixel, at its color."""
    width = len(guide)
    t = np.zeros(12)
    for x in range(width):
        for q in range(12):
            t[q] += total[x, q]
        if x >= wide:
            for q in range(12):
                t[q] -= total[x - wide, q]
        windows = holding * (min(x, width - wide) - max(0, x - wide + 1) + 1)
        i0, i1, i2 = guide[x, 0] - guide_mean[0], guide[x, 1] - guide_mean[1], guide[x, 2] - guide_mean[2]
        for c in range(3):
            k = 4 * c
            out[x, c] = (t[k] * i0 + t[k + 1] * i1 + t[k + 2] * i2 + t[k + 3]) / windows + image_mean[c]
