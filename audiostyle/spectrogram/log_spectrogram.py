"""Log-spectrograms as the autoencoder sees them: decibels, with four neighboring bins as channels.

A picture has three numbers at every pixel.  Here the decibels of four neighboring frequency bins are the
channels of one position (space-to-depth along frequency), so that the network visits a quarter of the
positions.  Frames last equally long and bins lie equally far apart at every sample rate, so that one set of
weights, and the statistics of one style, serve all of them.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.sound.stft import FRAME_SECONDS, Stft

CHANNELS = 4
"""Frequency bins that form the channels of one position."""

FLOOR = -120.0
"""Decibels, relative to a full-scale sine, that stand for silence.  They are 0 in a log-spectrogram, and
full scale is 1."""

LOUDEST = 1.5
"""The largest level that becomes a magnitude: 60 dB above a full-scale sine, which no music reaches."""

_GRAIN = 64  # frame lengths are multiples of it: fast to transform, and near enough to the wanted duration


@dataclass(frozen=True)
class LogSpectrogram:
    """Turns the magnitudes of a short-time Fourier transform into a log-spectrogram, and back.

    Attributes:
        transform: the short-time Fourier transform.
        row_hertz: width of a row of the log-spectrogram, which is CHANNELS bins high, in Hz.
    """

    transform: Stft
    row_hertz: float

    @classmethod
    def for_rate(cls, sample_rate: float) -> "LogSpectrogram":
        """Return the one for a sample rate in Hz, with frames of about 93 ms that overlap by half.

        Example:
            >>> log_spectrogram = LogSpectrogram.for_rate(44_100)
            >>> log_spectrogram.transform, log_spectrogram.rows, round(log_spectrogram.row_hertz)
            (Stft(n_fft=4096, hop=2048), 512, 43)
        """
        n_fft = _GRAIN * max(1, round(FRAME_SECONDS * sample_rate / _GRAIN))
        return cls(Stft(n_fft, n_fft // 2), CHANNELS * sample_rate / n_fft)

    @property
    def rows(self) -> int:
        """Height of a log-spectrogram.  The bin of the highest frequency is left out."""
        return -(-(self.transform.bins - 1) // CHANNELS)

    @property
    def full_scale(self) -> float:
        """Factor for magnitudes that makes a full-scale sine 1: under a Hann window, 4 / N."""
        return 4 / self.transform.n_fft

    def __call__(self, magnitude: Tensor, gain: float = 1.0) -> Tensor:
        """Compute the log-spectrogram of magnitudes.

        Args:
            magnitude: |STFT|, (bins, frames).
            gain: amplification before the logarithm.

        Returns:
            (1, CHANNELS, rows, frames), 1 + dB / 120, cut off at 0.
        """
        kept = magnitude[:-1] * (gain * self.full_scale)
        decibels = 20 * kept.clamp(min=10 ** (FLOOR / 20)).log10()
        padded = torch.nn.functional.pad(1 - decibels / FLOOR, (0, 0, 0, CHANNELS * self.rows - len(kept)))
        return padded.unflatten(0, (self.rows, CHANNELS)).transpose(0, 1)[None]

    def merge_channels(self, log_spec: Tensor) -> Tensor:
        """Put the channels (1, CHANNELS, rows, frames) below each other again: (bins − 1, frames)."""
        return log_spec[0].transpose(0, 1).flatten(0, 1)[: self.transform.bins - 1]

    def to_magnitude(self, levels: Tensor, gain: float = 1.0) -> Tensor:
        """Undo the logarithm.

        Args:
            levels: (bins − 1, frames), from :meth:`merge_channels`.
            gain: the amplification that was given to :meth:`__call__`.

        Returns:
            Magnitudes (bins, frames); what lies on the floor is silent, what lies above :data:`LOUDEST` is as
            loud as that, and the highest bin is as loud as the one below it.
        """
        nepers = (FLOOR * math.log(10) / 20) * (1 - levels.clamp(max=LOUDEST))
        magnitude = nepers.exp() * (levels > 0) / (gain * self.full_scale)
        return torch.cat([magnitude, magnitude[-1:]])
