"""The pitch and the level of notes whose pitch is known: what a listener who knows the tune hears them do.

The pitch is where the partials of a note have the most power together, near the pitch that it should have.
That finds a voice of a chorus as well as a sine; what it cannot do is tell that a note is not there, so
frames in which the partials stand out by less than a few decibels are left out.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from audiostyle.music.curves import STEP

WINDOW = 0.05  # seconds: half a period of the fastest vibrato
SHORTEST = 4.5  # periods of the pitch in a window, at least
PADDING = 4  # factor by which spectra are made finer
GRID = 4.0  # cents between candidates
PARTIALS = 8
CONTRAST = 3.0  # dB by which the best candidate exceeds the mean of all
SMOOTHING = 3  # frames of the median filter

Array = NDArray[np.float64]


def cut_frames(wave: np.ndarray, rate: int, times: Array, size: int) -> Array:
    """Return windows (times, size) that are centered at times in seconds."""
    padded = np.pad(wave.astype(np.float64), size)
    starts = np.round(times * rate).astype(int) + size - size // 2
    windows = sliding_window_view(padded, size)
    return windows[np.clip(starts, 0, len(windows) - 1)]


def measure_cents(wave: np.ndarray, rate: int, times: Array, pitch: float, low: float, high: float) -> Array:
    """Return how far the pitch that sounds is above a note's, in cents; NaN where none stands out.

    Args:
        wave: (samples,).
        rate: in hertz.
        times: in seconds, (points,), at which it is measured.
        pitch: MIDI number of the note.
        low: cents, from which it is sought; negative is below.
        high: cents, up to which it is sought.
    """
    base = 440.0 * 2 ** ((pitch - 69) / 12)
    size = round(max(WINDOW, SHORTEST / base) * rate)
    frames = cut_frames(wave, rate, times, size) * np.hanning(size)
    length = PADDING * 2 ** int(np.ceil(np.log2(size)))
    spectra = np.abs(np.fft.rfft(frames, length))
    candidates = np.arange(low, high + GRID, GRID)
    power = np.zeros((len(times), len(candidates)))
    for partial in range(1, PARTIALS + 1):
        places = partial * base * 2 ** (candidates / 1200) * length / rate
        if places[-1] >= spectra.shape[1] - 2:
            break
        left = places.astype(int)
        share = places - left
        power += (1 - share) * spectra[:, left] + share * spectra[:, left + 1]
    best = np.clip(power.argmax(axis=1), 1, len(candidates) - 2)
    rows = np.arange(len(times))
    before, peak, after = (power[rows, best + step] for step in (-1, 0, 1))
    curvature = np.minimum(before - 2 * peak + after, -1e-12)
    cents = candidates[best] + GRID * np.clip(0.5 * (before - after) / curvature, -1, 1)
    loud = 20 * np.log10((peak + 1e-12) / (power.mean(axis=1) + 1e-12)) >= CONTRAST
    smooth = median_filter(cents, SMOOTHING, mode="nearest")
    return np.where(loud, smooth, np.nan)


def measure_level(wave: np.ndarray, rate: int, times: Array, window: float = 0.05) -> Array:
    """Return the level around times in seconds, in decibels of full scale, −120 dB for silence."""
    frames = cut_frames(wave, rate, times, round(window * rate))
    return 10 * np.log10(np.square(frames).mean(axis=1) + 1e-12)


def list_times(onset: float, offset: float, skip: float, leave: float) -> Array:
    """Return the times of a note's curve points, without what is near its ends."""
    points = onset + STEP * np.arange(int((offset - onset) / STEP) + 1)
    return points[(points >= onset + skip) & (points <= offset - leave)]
