"""Local contrast, brought towards the style's: crisp stays crisp beside a crisp style, and a soft style
softens.

The base of a picture is what the guided filter leaves of its luminance, and its detail is the rest.  How
strong detail is belongs to a style as its colors do (Bae, Paris & Durand, "Two-scale tone management for
photographic look", SIGGRAPH 2006).  The base follows strong edges, so that they get no halos, whatever is
done to the detail.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiostyle.image.grading.tone import measure_luminance
from audiostyle.image.smoothing.fast_guided import LocalModels

SIDE = 320
"""Pixels of the shorter side at which detail is measured."""

RADIUS = 8
"""Pixels of such a picture: a window holds leaves, windows, faces in a crowd."""

EPSILON = 0.01
"""Variance of luminance in a window at which half of it counts as detail, of 1."""

SOFTEST, CRISPEST = 0.7, 1.5
"""Least and largest factor of detail."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Detail:
    """The detail of a picture's luminance.

    Attributes:
        models: of the base, by the luminance of the small picture.
        strength: the detail of the small picture squared, (h, w).
    """

    models: LocalModels
    strength: Floats

    @classmethod
    def of(cls, small: NDArray[np.floating]) -> "Detail":
        """Return the detail of a picture (h, w, 3) with a shorter side of about `SIDE` pixels."""
        light = measure_luminance(small)[..., None]
        models = LocalModels.fit(light, light, RADIUS, EPSILON)
        base = models(light.astype(np.float32))[0]
        return cls(models, (light[..., 0] - base) ** 2)


def choose_factor(own: float, wanted: float) -> float:
    """Return the factor for detail of one mean square, so that it comes nearer to that of another.

    Example:
        >>> choose_factor(0.01, 0.01), choose_factor(0.01, 1.0), choose_factor(0.01, 0.0)
        (1.0, 1.5, 0.7)
    """
    ratio = np.sqrt(max(wanted, 0.0) / max(own, 1e-8))
    return float(np.clip(ratio, SOFTEST, CRISPEST))
