"""The tuning of a recording: by how much everything in it lies above or below 440 Hz.

Half a semitone off, every note lies between two keys, and some would be taken for the one, some for the
other.  Where all notes agree, they are therefore counted from their own tuning.
"""

from collections.abc import Sequence

import numpy as np

from audiostyle.translation.fragments import Fragment

_AGREEMENT = 0.7  # length of the mean of unit vectors from which notes share a tuning; 1: they are all alike
_FEWEST = 4  # notes


def estimate_tuning(fragments: Sequence[Fragment]) -> float:
    """Return the cents by which all notes are off, from −50 to 50; 0 where they do not agree.

    It is the circular mean of the fragments' deviations, weighted by their lengths.  Voices do not agree with
    themselves, and then the nearest keys are right.

    Example:
        >>> rows = [np.array([[1], [1], [cents], [0], [0]]) * np.ones(20) for cents in (46, 48, -49, 47)]
        >>> round(estimate_tuning([Fragment(40, 0, 0.9, [row]) for row in rows]))
        48
    """
    if len(fragments) < _FEWEST:
        return 0.0
    cents = np.array([np.sort(fragment.values[2])[fragment.values.shape[1] // 2] for fragment in fragments])
    lengths = np.array([fragment.values.shape[1] for fragment in fragments])
    mean = np.sum(lengths * np.exp(2j * np.pi * cents / 100)) / lengths.sum()
    return float(np.angle(mean) * 50 / np.pi) if abs(mean) >= _AGREEMENT else 0.0
