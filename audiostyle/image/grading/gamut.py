"""Colors outside RGB's cube, brought back by taking saturation and not luminance."""

import numpy as np
from numpy.typing import NDArray

from audiostyle.image.grading.tone import measure_luminance

Floats = NDArray[np.float64]


def desaturate(colors: Floats) -> Floats:
    """Move colors (…, 3) towards the gray of their luminance, just as far as it takes to be in [0, 1].

    Colors that are in the cube stay as they are.  Where the luminance itself is outside, it is clipped.

    Example:
        >>> desaturate(np.array([[0.2, 0.4, 0.6], [1.5, 0.5, 0.5]])).round(3).tolist()
        [[0.2, 0.4, 0.6], [1.0, 0.635, 0.635]]
    """
    gray = measure_luminance(colors).clip(0, 1)[..., None]
    away = colors - measure_luminance(colors)[..., None]
    room = np.where(away > 0, 1 - gray, gray) / np.maximum(np.abs(away), 1e-12)
    return (gray + away * np.minimum(room.min(axis=-1, keepdims=True), 1)).clip(0, 1)
