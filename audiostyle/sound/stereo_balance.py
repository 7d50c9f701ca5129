"""The stereo balance of one recording put onto a mono sound made from it.

Conventions: gains ``(channels, frames)`` belong to the middles of hops: frame *f* is at sample (f + ½)·hop.

Streaming: give both functions a stretch that starts at a multiple of ``hop`` and reaches `overlap` samples
further on both sides than what is wanted (or to the recording's ends); after dropping that surplus the result
is the same as for the whole recording at once.
"""

from __future__ import annotations

import numpy as np

SMOOTHING = 0.25  # seconds; shorter and the balance follows single notes' attacks, longer and it lags
_SILENCE = 1e-5  # RMS (-100 dB) below which there is no balance to speak of


def overlap(hop: int, sample_rate: int) -> int:
    """Samples of context that the gains need on either side: half the smoothing, and a hop to interpolate."""
    return (_reach(hop, sample_rate) + 1) * hop


def channel_gains(block: np.ndarray, hop: int, sample_rate: int) -> np.ndarray:
    """How loud each channel is beside the mean of all, float32 ``(channels, ⌈samples/hop⌉)``.

    ``block`` is float ``(channels, samples)``.  Each channel's RMS over about 0.25 s, divided by the mean
    over channels: 1 for mono, for identical channels and for silence; (2, 0) for sound on the left alone.
    """
    channels, samples = block.shape
    frames = -(-samples // hop)
    padded = np.pad(block, ((0, 0), (0, frames * hop - samples))).reshape(channels, frames, hop)
    power = np.einsum("cfh,cfh->cf", padded, padded, dtype=np.float64) / hop
    window = _window(_reach(hop, sample_rate))
    smooth = np.stack([np.convolve(row, window)[window.size // 2 :][:frames] for row in power])
    rms = np.sqrt(smooth) + _SILENCE
    return (rms / rms.mean(axis=0)).astype(np.float32)


def apply_gains(mono: np.ndarray, gains: np.ndarray, hop: int) -> np.ndarray:
    """``mono`` ``(samples,)`` or ``(1, samples)`` as ``(channels, samples)``, each channel by its gains.

    Between the middles of hops gains are interpolated linearly; before the first and after the last they
    stay as they are.
    """
    mono = mono.reshape(-1)
    positions = (np.arange(mono.size) + 0.5) / hop - 0.5  # in frames
    frames = np.arange(gains.shape[1])
    return np.stack([mono * np.interp(positions, frames, row).astype(mono.dtype) for row in gains])


def _reach(hop: int, sample_rate: int) -> int:
    """Frames that the smoothing window extends to either side."""
    return round(SMOOTHING / 2 * sample_rate / hop)


def _window(reach: int) -> np.ndarray:
    """Hann over ``2·reach + 1`` frames with sum 1: finite, so that streaming needs a finite overlap."""
    window = np.hanning(2 * reach + 3)[1:-1]
    return window / window.sum()
