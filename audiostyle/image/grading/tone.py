"""The tone curve: luminance of the content mapped to that of the style, smoothly and in order.

In one dimension optimal transport is the monotone map that takes quantiles to quantiles.  As it stands it is
steep where the content has few pixels and flat where it has many, which a photographer calls posterized.  So
its slopes are averaged over neighboring tones, weighted by how many pixels have them, and limited.  Because
the curve never falls, what was brighter in the content stays brighter: skies keep the direction of their
gradients.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""Weights of R, G and B in Rec. 709."""

TONES = 256
"""Intervals of the curve."""

STIFFNESS = 3e-4
"""λ of the smoothing spline."""

ENDS = 0.005
"""Share of the pixels beyond the black point, and beyond the white point."""

ANCHOR = 0.05
"""How much the black and the white point count, of all pixels."""

GENTLEST, STEEPEST = 0.4, 2.5
"""Least and largest slope.  Below the first, objects lose their shape; above the second, grain shows."""

KNEE = 0.06
"""How far from black and from white, of 1, tones begin to be compressed where others would be clipped."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ToneCurve:
    """A curve of luminance that never falls.

    Attributes:
        values: (TONES + 1,), what the evenly spaced luminances from 0 to 1 become, in [0, 1].

    Example:
        >>> ToneCurve(np.linspace(0.2, 0.7, TONES + 1))(np.array([0.0, 0.5, 1.0])).round(3).tolist()
        [0.2, 0.45, 0.7]
    """

    values: Floats

    def __call__(self, luminance: Floats) -> Floats:
        """Map luminances of any shape; those outside [0, 1] become the curve's ends."""
        return np.asarray(np.interp(luminance, np.linspace(0, 1, len(self.values)), self.values))


def measure_luminance(colors: NDArray[np.floating]) -> Floats:
    """Return the luminance (…,) of gamma-coded RGB colors (…, 3)."""
    return np.asarray(colors @ LUMINANCE, np.float64)


def fit_tone(
    own: Floats,
    wanted: Floats,
    own_weights: Floats | None = None,
    wanted_weights: Floats | None = None,
) -> ToneCurve:
    """Fit the curve that takes one distribution of luminance near another.

    Args:
        own: luminances (n,) of the content, in [0, 1].
        wanted: luminances (m,) of the style, in [0, 1].
        own_weights, wanted_weights: how much each counts, (n,) and (m,); None for all alike.

    Returns:
        The curve; with it the content's mean luminance becomes about the style's.

    Example:
        >>> dark = np.random.default_rng(0).random(10_000) / 2
        >>> curve = fit_tone(dark, dark + 0.3)
        >>> bool(np.abs(curve(dark) - dark - 0.3).max() < 0.03)
        True
    """
    mass, aim = _count(own, own_weights), _count(wanted, wanted_weights)
    target = _match_quantiles(mass, aim)
    anchored = mass.copy()
    for share in (ENDS, 1 - ENDS):  # black and white points
        place, there = (int(np.searchsorted(np.cumsum(part), share)) for part in (mass, aim))
        place = min(place, TONES - 1)
        whole = anchored[place] + ANCHOR
        target[place] = (anchored[place] * target[place] + ANCHOR * (there + 0.5) / TONES) / whole
        anchored[place] = whole
    smoothed = _smooth(target, anchored)
    slopes = (np.diff(smoothed) * TONES).clip(GENTLEST, STEEPEST)
    at_edges = np.concatenate([slopes[:1], (slopes[1:] + slopes[:-1]) / 2, slopes[-1:]])  # of the intervals
    values = np.concatenate([[0.0], np.cumsum(at_edges / TONES)])
    middles = (values[1:] + values[:-1]) / 2
    values += np.average(smoothed, weights=anchored) - np.average(middles, weights=anchored)
    present = np.flatnonzero(mass)
    return ToneCurve(compress(values, values[present[0]], values[present[-1] + 1]))


def compress(values: Floats, darkest: float, brightest: float) -> Floats:
    """Bring tones into [0, 1] such that none of those that a picture has is clipped.

    Near an end that the picture goes beyond, tones are bent in, with a slope that falls from 1; the others
    stay.

    Args:
        values: tones, of any shape.
        darkest, brightest: the extremes of those that the picture has.

    Example:
        >>> compress(np.array([0.0, 0.5, 1.2]), 0.0, 1.2).round(3).tolist()
        [0.0, 0.5, 1.0]
    """
    bent = _bend(values, brightest)
    return np.asarray((1 - _bend(1 - bent, 1 - darkest)).clip(0, 1))


def _bend(values: Floats, largest: float) -> Floats:
    """Bend values so that the largest becomes 1, if it is above: v − c (v − start)² beyond a start."""
    if largest <= 1:
        return values
    start = min(1 - KNEE, 2 - largest)  # from farther below, the slope would be negative at the largest
    above = np.clip(values, start, largest) - start
    return np.asarray(np.minimum(values, largest) - (largest - 1) / (largest - start) ** 2 * above**2)


def _count(values: Floats, weights: Floats | None) -> Floats:
    """Return which share of the values is in each of the intervals, (TONES,)."""
    places = (values * TONES).astype(np.intp).clip(0, TONES - 1)
    counts = np.bincount(places, weights, minlength=TONES)
    return np.asarray(counts / counts.sum(), np.float64)


def _match_quantiles(mass: Floats, aim: Floats) -> Floats:
    """Return what each interval becomes (TONES,): the mean of the tones that have its place in the order."""
    edges = np.linspace(0, 1, TONES + 1)
    fine = np.linspace(0, 1, 16 * TONES + 1)
    quantiles = np.interp(fine, _accumulate(aim), edges)
    integral = np.concatenate([[0.0], np.cumsum((quantiles[1:] + quantiles[:-1]) / 2 / (len(fine) - 1))])
    bounds = _accumulate(mass)
    return np.asarray(np.diff(np.interp(bounds, fine, integral)) / np.diff(bounds))


def _accumulate(mass: Floats) -> Floats:
    """Return the distribution function at the intervals' edges, (TONES + 1,), growing from 0 to 1."""
    grown = np.cumsum(mass + 1e-6)
    return np.concatenate([[0.0], grown / grown[-1]])


def _smooth(target: Floats, mass: Floats) -> Floats:
    """Return the smoothing spline of tones (TONES,), each of which counts by its mass.

    It minimizes Σ m (g − t)² + λ ∫ g″², so that with a large λ it is the straight line of least squares.
    """
    bending = np.diff(np.eye(TONES), 2, axis=0) * TONES**1.5
    return np.asarray(np.linalg.solve(np.diag(mass + 1e-9) + STIFFNESS * bending.T @ bending, mass * target))
