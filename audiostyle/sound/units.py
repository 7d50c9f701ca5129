"""Units of sound: MIDI numbers and hertz, amplitudes and decibels, root mean squares.

All functions take numbers, or arrays of any shape, and return arrays of that shape in double precision.
:func:`midi_to_hz` takes tensors too and keeps their precision.
"""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Union, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from torch import Tensor

A4_PITCH = 69
"""MIDI number of concert pitch."""

A4_HERTZ = 440.0
"""Frequency of concert pitch, in hertz."""


@overload
def midi_to_hz(pitch: "Tensor") -> "Tensor": ...


@overload
def midi_to_hz(pitch: ArrayLike) -> NDArray[np.float64]: ...


def midi_to_hz(pitch: Union["Tensor", ArrayLike]) -> Union["Tensor", NDArray[np.float64]]:
    """Return the frequencies of MIDI numbers, in equal temperament at 440 Hz.

    Args:
        pitch: MIDI numbers of any shape, which may be fractions.

    Returns:
        Frequencies in hertz of the same shape; a tensor for a tensor.

    Example:
        >>> float(midi_to_hz(57))
        220.0
    """
    torch = sys.modules.get("torch")  # who passes a tensor has loaded it; nobody else waits for the import
    if torch is not None and isinstance(pitch, torch.Tensor):
        return A4_HERTZ * 2.0 ** ((pitch - A4_PITCH) / 12)
    return np.asarray(A4_HERTZ * 2.0 ** ((np.asarray(pitch, np.float64) - A4_PITCH) / 12))


def hz_to_midi(hertz: ArrayLike) -> NDArray[np.float64]:
    """Return the MIDI numbers of frequencies, in equal temperament at 440 Hz.

    Args:
        hertz: frequencies above 0 of any shape.

    Returns:
        MIDI numbers of the same shape, in general fractions.

    Example:
        >>> float(hz_to_midi(880.0))
        81.0
    """
    return np.asarray(A4_PITCH + 12 * np.log2(np.asarray(hertz, np.float64) / A4_HERTZ))


def db_to_amplitude(decibels: ArrayLike) -> NDArray[np.float64]:
    """Return the amplitudes of levels, 10^(L / 20).

    Args:
        decibels: of any shape.

    Returns:
        Amplitudes of the same shape; 0 dB is amplitude 1.

    Example:
        >>> float(db_to_amplitude(-40.0))
        0.01
    """
    return np.asarray(10.0 ** (np.asarray(decibels, np.float64) / 20))


def compute_rms(blocks: Iterable[NDArray[np.float32]]) -> float:
    """Return the root mean square of a stream.

    Args:
        blocks: mono blocks (n,) of any lengths.

    Returns:
        The amplitude of a constant with the same power; 0 for an empty stream.

    Example:
        >>> compute_rms([np.full(4, 0.5, np.float32), np.full(4, -0.5, np.float32)])
        0.5
    """
    power, count = 0.0, 0
    for block in blocks:
        power += float(np.dot(block, block))
        count += block.size
    return (power / max(count, 1)) ** 0.5
