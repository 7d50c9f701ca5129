"""The stereo balance of a recording: measured, and applied to a mono sound that was made from it.

The balance is an array of gains (channels, frames).  Frame *f* lasts from sample f · hop to (f + 1) · hop,
and its gains hold in its middle.

Both functions can be used on a part of a recording: give them a part that starts at a multiple of ``hop`` and
reaches :func:`compute_context` samples further on both sides than is wanted, or to the recording's ends.
Without that surplus, the result is then the same as for the whole recording at once.
"""

from __future__ import annotations

import numpy as np

SMOOTHING = 0.25
"""Seconds over which loudness is averaged.  If it is shorter the balance follows the attacks of single notes,
if it is longer it lags behind."""

_SILENCE = 1e-5  # RMS (-100 dB) of a channel below which it makes no difference


def compute_context(hop: int, sample_rate: int) -> int:
    """Return how many samples beyond both ends of a part its balance depends on.

    It is half of the smoothing, and one hop for the interpolation.

    Args:
        hop: samples of a frame.
        sample_rate: in hertz.

    Example:
        >>> compute_context(1024, 44100)
        6144
    """
    return (_get_reach(hop, sample_rate) + 1) * hop


def measure_balance(wave: np.ndarray, hop: int, sample_rate: int) -> np.ndarray:
    """Measure how loud each channel is beside the others.

    Args:
        wave: (channels, samples) float.
        hop: samples of a frame.
        sample_rate: in hertz.

    Returns:
        (channels, ⌈samples / hop⌉) float32: each channel's RMS over about 0.25 s, about its own mean, so that
        an offset is no sound, divided by the mean of all channels.  It is 1 for mono, for equal channels and
        for silence, and nearly (2, 0) for sound on the left only.

    Example:
        >>> left_only = np.array([[1.0, -1.0, 1.0, -1.0], [0.0, 0.0, 0.0, 0.0]])
        >>> measure_balance(left_only, hop=4, sample_rate=44100).round().tolist()
        [[2.0], [0.0]]
    """
    channels, samples = wave.shape
    frames = -(-samples // hop)
    padded = np.pad(wave, ((0, 0), (0, frames * hop - samples))).reshape(channels, frames, hop)
    power = np.einsum("cfh,cfh->cf", padded, padded, dtype=np.float64) / hop
    mean = padded.sum(axis=2, dtype=np.float64) / hop
    window = _make_window(_get_reach(hop, sample_rate))

    def smooth(rows: np.ndarray) -> np.ndarray:
        return np.stack([np.convolve(row, window)[window.size // 2 :][:frames] for row in rows])

    share = smooth(np.ones((1, frames)))  # of the window that lies in the recording
    rms = np.sqrt(np.maximum(smooth(power) - smooth(mean) ** 2 / share, 0)) + _SILENCE
    return (rms / rms.mean(axis=0)).astype(np.float32)


def apply_balance(mono: np.ndarray, balance: np.ndarray, hop: int) -> np.ndarray:
    """Spread a mono sound over channels.

    Between the middles of frames gains are interpolated linearly; before the first and behind the last middle
    they stay as they are.

    Args:
        mono: (samples,) or (1, samples) float.
        balance: (channels, frames), from :func:`measure_balance`.
        hop: samples of a frame.

    Returns:
        (channels, samples).

    Example:
        >>> apply_balance(np.ones(2), np.array([[2.0], [0.0]]), hop=4).tolist()
        [[2.0, 2.0], [0.0, 0.0]]
    """
    mono = mono.reshape(-1)
    positions = (np.arange(mono.size) + 0.5) / hop - 0.5  # in frames
    frames = np.arange(balance.shape[1])
    return np.stack([mono * np.interp(positions, frames, row).astype(mono.dtype) for row in balance])


def _get_reach(hop: int, sample_rate: int) -> int:
    """Return how many frames the smoothing window extends to either side."""
    return round(SMOOTHING / 2 * sample_rate / hop)


def _make_window(reach: int) -> np.ndarray:
    """Return a Hann window of ``2 · reach + 1`` frames with sum 1; it is finite, so that context suffices."""
    window = np.hanning(2 * reach + 3)[1:-1]
    return window / window.sum()
