"""One pitch, one key: a voice between two keys sounds on both, and is heard as the nearer one.

Where the pitches that two neighboring keys stand for agree, they are the same sound: a singer between two
semitones, vibrato, or a whole recording half a semitone off.  The larger probability then takes the smaller
one's share, so that the voice is as present between the keys as on one of them, and sounds once.
"""

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float32]

_SAME_PITCH = 50.0  # cents between two pitches that are one
_PRESENT = 0.08  # probability from which a key has a pitch at all


def fuse_pitches(onset: Grid, sounding: Grid, cents: Grid) -> tuple[Grid, Grid]:
    """Return onset and sounding with every pitch on one key.

    Args:
        onset: (T, K), the probability that a note begins.
        sounding: (T, K), the probability that a key sounds.
        cents: (T, K), how far the pitch that is heard lies above the key's.

    Returns:
        Onset, of two keys the larger one; and sounding, the sum of both, at most 1.

    Example:
        >>> onset, sounding = np.zeros((1, 2), np.float32), np.array([[0.5, 0.4]], np.float32)
        >>> between = np.array([[45, -55]], np.float32)
        >>> fuse_pitches(onset, sounding, between)[1].round(2).tolist()
        [[0.8999999761581421, 0.0]]
        >>> fuse_pitches(onset, sounding, 0 * between)[1].round(2).tolist()
        [[0.5, 0.4000000059604645]]
    """
    low, high = sounding[:, :-1], sounding[:, 1:]
    apart = 100 + cents[:, 1:] - cents[:, :-1]
    one = (np.minimum(low, high) > _PRESENT) & (np.abs(apart) < _SAME_PITCH)
    upward, downward = one & (high >= low), one & (high < low)
    total, begins = sounding.copy(), onset.copy()
    total[:, 1:] += np.where(upward, low, 0) - np.where(downward, high, 0)
    total[:, :-1] += np.where(downward, high, 0) - np.where(upward, low, 0)
    begins[:, 1:] = np.where(upward, np.maximum(onset[:, :-1], begins[:, 1:]), begins[:, 1:])
    begins[:, :-1] = np.where(downward, np.maximum(onset[:, 1:], begins[:, :-1]), begins[:, :-1])
    begins[:, :-1][upward] = 0
    begins[:, 1:][downward] = 0
    return begins, np.clip(total, 0, 1)
