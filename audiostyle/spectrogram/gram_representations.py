"""The representations of a spectrum in which Gram optimization works, each with its feature network.

A representation is what the feature network takes and what the optimizer changes: log-magnitudes, a
log-spectrogram with channels, or the complex spectrum itself.  From the optimized one there is a way back to
a wave.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Tensor

from audiostyle.sound.griffin_lim import griffin_lim
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.gram_features import (
    ComplexPatchFeatures,
    EncoderFeatures,
    FeatureNetwork,
    RandomFeatures,
    WideFeatures,
)
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram

Features = Literal["wide", "random", "encoder", "complex"]
"""Which features Gram optimization compares."""

_LEVELS = (1, 2, 3)  # of the encoder


class Representation(Protocol):
    """A representation of spectra, and the network that computes features of it."""

    @property
    def transform(self) -> Stft:
        """The short-time Fourier transform whose spectra are represented."""

    @property
    def network(self) -> FeatureNetwork:
        """The network that takes the representation."""

    def encode(self, spectrum: Tensor, gain: float) -> Tensor:
        """Represent a complex spectrum (bins, frames), amplified by ``gain``; frames stay last."""

    def decode(self, encoded: Tensor, gain: float, start: Tensor) -> Tensor:
        """Undo :meth:`encode` and the transform.

        Args:
            encoded: the representation.
            gain: the amplification that is undone.
            start: a wave (samples,) of the wanted length, whose phases are where phase retrieval starts.

        Returns:
            A wave (samples,).
        """


def get_representation(
    features: Features, sample_rate: int, seed: int, device: torch.device
) -> Representation:
    """Return the representation that belongs to a kind of features.

    Args:
        features: the kind.
        sample_rate: of the waves, Hz.
        seed: of random filters.
        device: where the waves are.
    """
    return _REPRESENTATIONS[features](sample_rate, seed, device)


@dataclass(frozen=True)
class LogMagnitudeRepresentation:
    """log(1 + gain · |X|), scaled as if frames had 2,048 samples."""

    transform: Stft
    network: FeatureNetwork

    def encode(self, spectrum: Tensor, gain: float) -> Tensor:
        """Complex (bins, frames) → (bins, frames)."""
        return torch.log1p(gain * self._scale * spectrum.abs())

    def decode(self, encoded: Tensor, gain: float, start: Tensor) -> Tensor:
        """(bins, frames) → a wave, by :func:`~audiostyle.sound.griffin_lim.griffin_lim`."""
        magnitude = torch.expm1(encoded.clamp(min=0)) / (gain * self._scale)
        return griffin_lim(magnitude, self.transform, len(start), start=self.transform(start)).wave

    @property
    def _scale(self) -> float:
        return 2048 / self.transform.n_fft


@dataclass(frozen=True)
class DecibelRepresentation:
    """The log-spectrogram that the autoencoder takes, (1, CHANNELS, rows, frames)."""

    log_spectrogram: LogSpectrogram
    network: FeatureNetwork

    @property
    def transform(self) -> Stft:
        """The log-spectrogram's own transform."""
        return self.log_spectrogram.transform

    def encode(self, spectrum: Tensor, gain: float) -> Tensor:
        """Complex (bins, frames) → (1, CHANNELS, rows, frames)."""
        return self.log_spectrogram(spectrum.abs(), gain)

    def decode(self, encoded: Tensor, gain: float, start: Tensor) -> Tensor:
        """(1, CHANNELS, rows, frames) → a wave, by :func:`~audiostyle.sound.griffin_lim.griffin_lim`."""
        levels = self.log_spectrogram.merge_channels(encoded).clamp(min=0)
        magnitude = self.log_spectrogram.to_magnitude(levels, gain)
        return griffin_lim(magnitude, self.transform, len(start), start=self.transform(start)).wave


@dataclass(frozen=True)
class ComplexRepresentation:
    """The complex spectrum itself, scaled so that a full-scale sine is 1; there are no phases to estimate."""

    transform: Stft
    network: FeatureNetwork

    def encode(self, spectrum: Tensor, gain: float) -> Tensor:
        """Complex (bins, frames) → the same, scaled."""
        return spectrum * (gain * self._full_scale)

    def decode(self, encoded: Tensor, gain: float, start: Tensor) -> Tensor:
        """Complex (bins, frames) → a wave, by the inverse transform."""
        return self.transform.inverse(encoded / (gain * self._full_scale), len(start))

    @property
    def _full_scale(self) -> float:
        return 4 / self.transform.n_fft


def _make_wide(sample_rate: int, seed: int, device: torch.device) -> Representation:
    return LogMagnitudeRepresentation(Stft.for_rate(sample_rate), WideFeatures())


def _make_random(sample_rate: int, seed: int, device: torch.device) -> Representation:
    transform = Stft.for_rate(sample_rate)
    return LogMagnitudeRepresentation(transform, RandomFeatures(transform.bins, seed=seed, device=device))


def _make_encoder(sample_rate: int, seed: int, device: torch.device) -> Representation:
    encoder = SpectrogramAutoencoder.from_pretrained(device=str(device)).encoder
    return DecibelRepresentation(LogSpectrogram.for_rate(sample_rate), EncoderFeatures(encoder, _LEVELS))


def _make_complex(sample_rate: int, seed: int, device: torch.device) -> Representation:
    return ComplexRepresentation(Stft.for_rate(sample_rate), ComplexPatchFeatures())


_REPRESENTATIONS: dict[Features, Callable[[int, int, torch.device], Representation]] = {
    "wide": _make_wide,
    "random": _make_random,
    "encoder": _make_encoder,
    "complex": _make_complex,
}
