"""The map that the autoencoder of spectrograms sees: decibels, four neighbouring frequencies as colours.

A picture has three numbers at every pixel; here four bins side by side are the numbers of a position, so that
a quarter of the positions has to be visited.  Frames last the same and bins lie equally far apart at any
sample rate, so that one set of weights, and one style's statistics, do for all.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.sound.stft import FRAME_SECONDS, Stft

CHANNELS = 4
FLOOR = -120.0
"""Decibels under a full-scale sine that stand for silence, and are 0 on the map; full scale is 1."""

_GRAIN = 64  # frames are whole multiples of it, which is quick to transform and near enough


@dataclass(frozen=True)
class LogSpectrogram:
    """Magnitudes of ``transform`` to maps and back; a row is ``hertz`` wide."""

    transform: Stft
    hertz: float

    @classmethod
    def at(cls, sample_rate: float) -> "LogSpectrogram":
        """Return the one for a sample rate: frames of 93 ms, half overlapping."""
        n_fft = _GRAIN * max(1, round(FRAME_SECONDS * sample_rate / _GRAIN))
        return cls(Stft(n_fft, n_fft // 2), CHANNELS * sample_rate / n_fft)

    @property
    def rows(self) -> int:
        """Height of a map: groups of bins; the highest frequency is left out."""
        return -(-(self.transform.bins - 1) // CHANNELS)

    def __call__(self, magnitude: Tensor, gain: float = 1.0) -> Tensor:
        """(bins, frames), ≥ 0, amplified by ``gain`` → (1, COLOURS, rows, frames), ≥ 0."""
        kept = magnitude[:-1] * (gain * self.full_scale)
        decibels = 20 * kept.clamp(min=10 ** (FLOOR / 20)).log10()
        padded = torch.nn.functional.pad(1 - decibels / FLOOR, (0, 0, 0, CHANNELS * self.rows - len(kept)))
        return padded.unflatten(0, (self.rows, CHANNELS)).transpose(0, 1)[None]

    def flat(self, drawn: Tensor) -> Tensor:
        """Return a map (1, COLOURS, rows, frames) with its bins in one column, (bins − 1, frames)."""
        return drawn[0].transpose(0, 1).flatten(0, 1)[: self.transform.bins - 1]

    def magnitude(self, flat: Tensor, gain: float = 1.0) -> Tensor:
        """Undo it: (bins − 1, frames) → (bins, frames); what is on the floor is silent."""
        nepers = (FLOOR * math.log(10) / 20) * (1 - flat)
        magnitude = nepers.exp() * (flat > 0) / (gain * self.full_scale)
        return torch.cat([magnitude, magnitude[-1:]])

    @property
    def full_scale(self) -> float:
        """What to multiply a magnitude by, so that a full-scale sine is 1: under a Hann window 4 / N."""
        return 4 / self.transform.n_fft
