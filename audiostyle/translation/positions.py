"""Where the notes of a recording are between its channels: the powers of their partials in each."""

import numpy as np
from numpy.typing import NDArray

from audiostyle.sound.blocks import mark_last
from audiostyle.sound.recording import Recording
from audiostyle.sound.units import midi_to_hz

_SECONDS = 0.093  # of a frame, a power of two samples
_PARTIALS = 5
_APART = 3.0  # bins between partials that are told apart: the main lobe of a Hann window, and one more
_TINY = 1e-20

Gains = NDArray[np.float64]


def measure_positions(recording: Recording, notes: NDArray[np.void]) -> Gains:
    """Return how loud every note is in every channel beside the others.

    Args:
        recording: read once from its start.
        notes: (n,) of :data:`~audiostyle.music.notes.NOTE_DTYPE`, sorted by onset.

    Returns:
        (n, channels), root mean squares whose mean over the channels is 1.
    """
    size = 2 ** round(np.log2(_SECONDS * recording.sample_rate))
    powers = np.zeros((len(notes), recording.channels))
    waiting, first = np.zeros((recording.channels, 0), np.float32), 0
    window = np.hanning(size).astype(np.float32)
    for (block, _), last in mark_last(recording.read_parts()):
        waiting = np.concatenate([waiting, block], axis=1)
        if last:
            waiting = np.pad(waiting, ((0, 0), (0, size)))
        while waiting.shape[1] >= size:
            time = (first + size / 2) / recording.sample_rate
            sounding = np.flatnonzero((notes["onset"] <= time) & (notes["offset"] > time))
            if len(sounding):
                spectrum = np.abs(np.fft.rfft(waiting[:, :size] * window)) ** 2
                powers[sounding] += _sum_partials(
                    spectrum, notes["pitch"][sounding], recording.sample_rate, size
                )
            waiting, first = waiting[:, size // 2 :], first + size // 2
    roots = np.sqrt(powers + _TINY)
    return np.asarray(roots / roots.mean(axis=1, keepdims=True))


def find_balance(gains: Gains) -> NDArray[np.float64]:
    """Return the places of notes from left, −1, to right, 1, given their gains (n, channels ≥ 2).

    Example:
        >>> find_balance(np.array([[2.0, 0.0], [1.0, 1.0]])).tolist()
        [-1.0, 0.0]
    """
    return np.asarray((gains[:, 1] - gains[:, 0]) / (gains[:, 0] + gains[:, 1] + _TINY))


def _sum_partials(spectrum: NDArray[np.float32], pitches: NDArray[np.int16], rate: int, size: int) -> Gains:
    """Return the power of the first partials of pitches (n,) in spectra (channels, bins): (n, channels).

    A partial that another note has too does not count, unless a note has no other.
    """
    hertz = np.asarray(midi_to_hz(pitches.astype(float)))[:, None] * np.arange(1, _PARTIALS + 1)
    bins = np.clip(np.round(hertz * size / rate).astype(int), 0, spectrum.shape[1] - 1)
    apart = np.abs(hertz[:, :, None, None] - hertz) > _APART * rate / size
    apart[np.arange(len(hertz)), :, np.arange(len(hertz))] = True
    own = apart.all(axis=(2, 3))
    alone = own | ~np.any(own, axis=1)[:, None]
    inside = (hertz < rate / 2) & alone
    return np.asarray((spectrum[:, bins] * inside).sum(axis=2).T, np.float64)
