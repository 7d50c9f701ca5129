"""Where notes are let go: what is let go can ring on, and an encoder goes on hearing it.

A bar of a vibraphone that is let go falls by forty decibels a second or more, after it hardly fell at all;
for the half second or more that this takes it still sounds.  On another instrument it would be held for as
long.  So a note ends where its level begins to fall so fast.  What becomes softer slowly is not let go, nor
what comes back, nor what dies away by itself, as plucked and struck strings do, nor what moves its pitch, as
voices do.
"""

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH
from audiostyle.translation.level_curves import trace_level
from audiostyle.translation.pitch_curves import Contour

_FALL, _FALL_FRAMES = 6.0, 13  # decibels in 0.15 s: at least so fast does it fall
_STEADY, _STEADY_FRAMES = 2.5, 10  # decibels in the 0.12 s before: no more did it fall
_RINGING = 8.0  # decibels a second since it was loudest: no more did it, and below that in all
_SOON = 9  # frames (0.1 s) that it is at least said to have taken for that
_BACK = 3.0  # decibels below where it was that it must not come back to
_STILL = 6.0  # cents that its pitch moves at most: what is struck cannot be bent, what is sung moves more
_LOWEST = 45 - LOWEST_PITCH  # key, A2: below it a drum that was struck with a note falls like the note itself
_LATER = 8  # frames that the fall begins early by in a spectrum: half of its window


def cut_ringing(contour: Contour) -> Contour:
    """Return a note without what rings on after it was let go.

    Example:
        >>> ones = np.ones(140, np.float32)
        >>> level = np.concatenate([np.zeros(60), np.linspace(0, -60, 80)]).astype(np.float32)
        >>> change = np.diff(level, prepend=level[:1])
        >>> len(cut_ringing(Contour(0, 39, 0 * ones, ones, ones, level, change)).cents)
        63
    """
    if contour.key < _LOWEST:
        return contour
    frames = find_damping(trace_level(contour))
    if frames == len(contour.cents) or np.ptp(np.percentile(contour.cents[:frames], (10, 90))) > _STILL:
        return contour
    first, key, *rows = contour
    return Contour(first, key, *(row[:frames] for row in rows))


def find_damping(level: NDArray[np.floating]) -> int:
    """Return after how many frames a note is let go, or how many it has.

    Args:
        level: (n,), how its level moves, in decibels.

    Example:
        >>> let_go, softer = np.append(np.zeros(40), np.linspace(0, -40, 80)), np.linspace(0, -40, 120)
        >>> find_damping(let_go), find_damping(softer)
        (47, 120)
    """
    count = len(level)
    here = np.arange(_STEADY_FRAMES, count - _FALL_FRAMES)
    if not len(here):
        return count
    values = np.asarray(level, np.float64)
    loudest, later = np.maximum.accumulate(values), np.maximum.accumulate(values[::-1])[::-1]
    peaks = np.maximum.accumulate(np.where(values >= loudest, np.arange(count), 0))
    fallen = loudest[here] - values[here]
    damped = (
        (values[here] - values[here + _FALL_FRAMES] >= _FALL)
        & (values[here - _STEADY_FRAMES] - values[here] <= _STEADY)
        & (fallen <= _RINGING)
        & (fallen <= _RINGING / FRAME_RATE * np.maximum(here - peaks[here], _SOON))
        & (later[here + _FALL_FRAMES] <= values[here] - _BACK)
    )
    return min(count, int(here[damped][0]) + _LATER) if damped.any() else count
