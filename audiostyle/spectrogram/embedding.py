"""Recordings as points: what the trained encoder of spectrograms sees in them on average.

Sets of such points are what a Fréchet distance compares.  They show color and grain, lows, middles and highs
apart, and neither level nor order nor time.
"""

from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.levels import FEATURE_RMS, SILENCE_RMS, compute_rms
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram

LEVEL = 3
"""Of the encoder: its positions are four rows and four frames apart."""

EDGES = (0.0, 500.0, 2000.0, 8000.0)
"""In Hz, of the regions whose means are kept apart."""

_PIECE = 20.0  # seconds that are encoded at a time


def embed_recording(wave: NDArray[np.floating], sample_rate: int) -> NDArray[np.float64]:
    """Return the mean features of a recording in each of three regions of frequency.

    Args:
        wave: (samples,), of any level.
        sample_rate: in Hz.

    Returns:
        (3 · channels,); a region that the sample rate does not reach is zero.

    Example:
        >>> noise = np.random.default_rng(0).normal(0, 0.1, 16_000)
        >>> embed_recording(noise, 16_000).shape
        (192,)
    """
    encoder = SpectrogramAutoencoder.from_pretrained(device="cpu").encoder
    log_spectrogram = LogSpectrogram.for_rate(sample_rate)
    sound = torch.from_numpy(np.ascontiguousarray(wave, dtype=np.float32))
    gain = FEATURE_RMS / max(compute_rms(sound), SILENCE_RMS)
    row_hertz = log_spectrogram.row_hertz * 2 ** (LEVEL - 1)
    total, weight = torch.zeros(0), 0
    with torch.no_grad():
        for piece in sound.split(round(_PIECE * sample_rate)):
            if weight and len(piece) < log_spectrogram.transform.n_fft:
                continue  # what is left at the end is shorter than a frame
            spectrum = log_spectrogram.transform(piece).abs()
            features, _ = encoder(log_spectrogram(spectrum, gain), LEVEL)
            means = _average_regions(features[0], row_hertz)
            total = means * len(piece) if not weight else total + means * len(piece)
            weight += len(piece)
    return (total / weight).double().numpy()


def _average_regions(features: Tensor, row_hertz: float) -> Tensor:
    """Return the means (3 · channels,) of features (channels, rows, frames) over regions of rows."""
    rows = [round(edge / row_hertz) for edge in EDGES]
    regions = [features[:, low : max(high, low + 1)] for low, high in pairwise(rows)]
    empty = features.new_zeros(len(features))
    return torch.cat([part.mean(dim=(1, 2)) if part.shape[1] else empty for part in regions])
