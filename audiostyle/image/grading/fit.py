"""Tone and color together: a table that gives the content's colors the style's distribution, smoothly.

Luminance carries structure, and the eye sees its errors first.  So it goes through a monotone curve of the
content's own luminance, and through nothing else: gradients keep their direction, edges their place.  What is
left are two dimensions of color, which may go farther: linear optimal transport brings the Gaussians
together, and entropic transport of palettes what is not Gaussian.  Of both only the color counts, luminance
is the curve's.
"""

import numpy as np
from numpy.typing import NDArray

from audiostyle.image.grading.gamut import desaturate
from audiostyle.image.grading.samples import Colors
from audiostyle.image.grading.table import ColorTable, make_grid
from audiostyle.image.grading.tone import fit_tone, measure_luminance
from audiostyle.image.grading.transport import fit_linear, fit_transport

SIZE = 33
"""Grid points of a table along each channel, as video programs have them."""

EPSILON = 0.03
"""ε of the transport of palettes: colors within √ε = 0.17 of each other in RGB are moved alike."""

FLOOR = 1e-4
"""Variance that is added to both pictures' colors, of 1: what varies by less than 2 of 255 is grain."""

MOST_COLORFUL = 1.5
"""Largest factor of linear transport.  Beyond it a sky of one hue falls into a green and a purple half."""

_COARSE = 13  # grid points at which the transport is computed; in between it is as good as linear

Floats = NDArray[np.float64]


def fit_table(own: Colors, wanted: Colors, size: int = SIZE) -> ColorTable:
    """Fit the table that gives one distribution of colors the tones and colors of another.

    Args:
        own: of the content.
        wanted: of the style.
        size: grid points along each channel.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> own, wanted = Colors.of(rng.random((999, 3))), Colors.of(rng.random((999, 3)) / 2 + 0.3)
        >>> mapped = fit_table(own, wanted)(own.values.astype(np.float32))
        >>> np.allclose(mapped.mean(axis=0), wanted.mean, atol=0.02)
        True
    """
    lights = [measure_luminance(colors.values) for colors in (own, wanted)]
    tone = fit_tone(lights[0], lights[1], own.weights, wanted.weights)
    toned = Colors(_set_luminance(own.values, tone(lights[0])), own.weights)
    matrix, bias = fit_linear(toned, wanted, FLOOR, MOST_COLORFUL)

    def align(colors: Floats) -> Floats:
        """Tone and linear transport of colors (n, 3)."""
        light = tone(measure_luminance(colors))
        return _set_luminance(_set_luminance(colors, light) @ matrix.T + bias, light)

    aligned = Colors(align(own.values), own.weights).make_palette()
    transport = fit_transport(aligned, wanted.make_palette(), EPSILON)
    coarse = align(make_grid(_COARSE).reshape(-1, 3))
    moved = ColorTable.from_values((transport(coarse) - coarse).reshape(_COARSE, _COARSE, _COARSE, 3))
    grid = make_grid(size).reshape(-1, 3)
    colors = align(grid) + moved(grid.astype(np.float32))
    colors = _set_luminance(colors, tone(measure_luminance(grid)))
    return ColorTable.from_values(desaturate(colors).reshape(size, size, size, 3))


def _set_luminance(colors: Floats, luminance: Floats) -> Floats:
    """Shift colors (n, 3) along the gray axis to luminances (n,)."""
    return np.asarray(colors + (luminance - measure_luminance(colors))[:, None])
