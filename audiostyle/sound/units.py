"""Units of sound: MIDI numbers and hertz, amplitudes and decibels, root mean squares.

All functions take numbers or NumPy arrays of any shape and return the same.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

A4_PITCH, A4_HERTZ = 69, 440.0
"""MIDI number and frequency of concert pitch."""


def midi_to_hz(pitch: ArrayLike) -> NDArray[np.float64]:
    """Return the frequency in hertz of MIDI numbers, in equal temperament at 440 Hz.

    Example:
        >>> float(midi_to_hz(57))
        220.0
    """
    return np.asarray(A4_HERTZ * 2.0 ** ((np.asarray(pitch, np.float64) - A4_PITCH) / 12))


def hz_to_midi(hertz: ArrayLike) -> NDArray[np.float64]:
    """Return the (fractional) MIDI number of frequencies in hertz above 0.

    Example:
        >>> float(hz_to_midi(880.0))
        81.0
    """
    return np.asarray(A4_PITCH + 12 * np.log2(np.asarray(hertz, np.float64) / A4_HERTZ))


def amplitude_to_db(amplitude: ArrayLike, floor: float = -240.0) -> NDArray[np.float64]:
    """Return 20 log₁₀ of amplitudes ≥ 0, no less than ``floor`` decibels.

    Example:
        >>> float(amplitude_to_db(0.1)), float(amplitude_to_db(0.0, floor=-120.0))
        (-20.0, -120.0)
    """
    return np.asarray(20 * np.log10(np.maximum(np.asarray(amplitude, np.float64), 10 ** (floor / 20))))


def db_to_amplitude(decibels: ArrayLike) -> NDArray[np.float64]:
    """Return the amplitudes of levels in decibels.

    Example:
        >>> float(db_to_amplitude(-40.0))
        0.01
    """
    return np.asarray(10.0 ** (np.asarray(decibels, np.float64) / 20))


def compute_rms(blocks: Iterable[NDArray[np.float32]]) -> float:
    """Return the root mean square of a stream of mono blocks (n,); 0 for an empty stream.

    Example:
        >>> compute_rms([np.full(4, 0.5, np.float32), np.full(4, -0.5, np.float32)])
        0.5
    """
    power, count = 0.0, 0
    for block in blocks:
        power += float(np.dot(block, block))
        count += block.size
    return (power / max(count, 1)) ** 0.5
