"""Curves of notes at the times of frames: factors of velocity, and pitch with the turns that it makes.

The frames of decoders are as long as the steps of :class:`~audiostyle.music.curves.NoteCurves`, but begin at
any fraction of a frame after a note's onset.
"""

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.bending import OCTAVE
from audiostyle.models.frontend import FRAME_RATE
from audiostyle.music.curves import STEP, NoteCurves

LOUDNESS_DECIBELS = 40
"""Decibels for a factor of 10 in velocity: a synthesizer's amplitude is the square of the velocity."""

_SOFTEST = -200.0  # decibels that stand for minus infinity
_FARTHEST = 4 * OCTAVE  # cents that stand for infinity
_POINTS = 1 / (STEP * FRAME_RATE)  # of a curve in a frame: 1


def sample_level(curves: NoteCurves, note: int, frames: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return by what factors (n,) a note's velocity is to be multiplied, so many frames after its onset.

    Example:
        >>> curves = NoteCurves.from_lists([[0.0, 0.0]], [[0.0, -40.0]])
        >>> sample_level(curves, 0, np.array([-1.0, 0.0, 1.0, 9.0])).round(2).tolist()
        [1.0, 1.0, 0.1, 0.1]
    """
    level = curves.get_level(note)
    if not level.any():
        return np.ones(len(frames))
    decibels = np.maximum(np.nan_to_num(level.astype(float), neginf=_SOFTEST), _SOFTEST)
    return 10 ** (np.interp(frames * _POINTS, np.arange(len(level)), decibels) / LOUDNESS_DECIBELS)


def sample_pitch(
    curves: NoteCurves, note: int, frames: NDArray[np.floating]
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return a note's pitch in cents (n,), and the frames (n,) an unbent note takes to turn as often.

    The latter is the integral of the ratio of frequencies from the onset on, by the trapezoidal rule over the
    points of the curve, so that it does not depend on which frames are asked for.

    Example:
        >>> curves = NoteCurves.from_lists([[0.0, 1200.0]], [[0.0, 0.0]])
        >>> [values.tolist() for values in sample_pitch(curves, 0, np.array([-1.0, 0.0, 1.0, 9.0]))]
        [[0.0, 0.0, 1200.0, 1200.0], [-1.0, 0.0, 1.5, 17.5]]
    """
    given = curves.get_cents(note)
    if not given.any():  # as most are
        return np.zeros(len(frames)), frames
    cents = np.clip(np.nan_to_num(given.astype(float)), -_FARTHEST, _FARTHEST)
    points = np.arange(len(cents))
    ratio = 2 ** (cents / OCTAVE)
    gained = np.concatenate([[0.0], np.cumsum((ratio[1:] + ratio[:-1]) / 2 - 1)])
    now = frames * _POINTS
    outside = np.minimum(now, 0) * (ratio[0] - 1) + np.maximum(now - points[-1], 0) * (ratio[-1] - 1)
    later = np.interp(now, points, gained) + outside
    return np.interp(now, points, cents), frames + later / _POINTS
