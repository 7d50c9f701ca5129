"""Which part of a content's finest detail its result shows: all of it, or none where the method smooths.

In every window the result is modeled as the content times one number, by least squares, as the guided filter
does it (He, Sun & Tang 2010, eq. 5).  Where the content is flat that number tends to zero: what is seen there
is grain, which need not be carried over from every frame.
"""

import numpy as np

from audiostyle.video.flow import Floats, load_opencv

WINDOW = 5
"""Pixels a side."""

EPSILON = 8e-3
"""Variance of the content, in squares of its whole range, below which a window counts as flat."""


def find_share(content: Floats, result: Floats) -> Floats:
    """Return how much of a content's finest detail is in a result, (H, W) in [0, 1].

    Args:
        content, result: (H, W, 3) in [0, 1].

    Example:
        >>> stripes = np.zeros((16, 16, 3), np.float32)
        >>> stripes[:, ::2] = 1
        >>> [round(float(find_share(stripes, gain * stripes)[8, 8]), 1) for gain in (0, 0.5, 1)]
        [0.0, 0.5, 1.0]
    """
    cv2 = load_opencv()

    def average(picture: Floats) -> Floats:
        averaged: Floats = cv2.blur(picture, (WINDOW, WINDOW))
        return averaged

    mean, other = average(content), average(result)
    shared = average(content * result) - mean * other
    own = average(content * content) - mean * mean
    share: Floats = (shared.sum(axis=2) / (own.sum(axis=2) + np.float32(3 * EPSILON))).clip(0, 1)
    return share
