"""How a Gram network sees a spectrum: each with a transform, what is drawn of it, and the way back."""

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

_LEVELS = (1, 2, 3)  # of the encoder
_LOUDEST = 1.5  # on a decibel map: 60 dB over a full-scale sine, where no music goes


class SpectrumView(Protocol):
    """A spectrum as a network sees it."""

    @property
    def transform(self) -> Stft:
        """Whose spectra are seen."""

    @property
    def network(self) -> FeatureNetwork:
        """That sees them."""

    def __call__(self, spectrum: Tensor, gain: float) -> Tensor:
        """Complex (bins, frames), amplified by ``gain`` → what the network sees, frames last."""

    def wave(self, seen: Tensor, gain: float, near: Tensor) -> Tensor:
        """Undo it: return a wave (samples,), as long as the wave ``near``, from whose phases to start."""


def get_view(features: Features, sample_rate: int, seed: int) -> SpectrumView:
    """Return the view of these features at a sample rate."""
    return _VIEWS[features](sample_rate, seed)


@dataclass(frozen=True)
class LogMagnitudeView:
    """log(1 + gain · |X|), as if frames had 2,048 samples."""

    transform: Stft
    network: FeatureNetwork

    def __call__(self, spectrum: Tensor, gain: float) -> Tensor:
        return torch.log1p(gain * self._scale * spectrum.abs())

    def wave(self, seen: Tensor, gain: float, near: Tensor) -> Tensor:
        magnitude = torch.expm1(seen.clamp(min=0)) / (gain * self._scale)
        return griffin_lim(magnitude, self.transform, len(near), start=self.transform(near)).wave

    @property
    def _scale(self) -> float:
        return 2048 / self.transform.n_fft


@dataclass(frozen=True)
class LogSpectrogramView:
    """The map that the autoencoder sees, (1, 4, rows, frames)."""

    drawing: LogSpectrogram
    network: FeatureNetwork

    @property
    def transform(self) -> Stft:
        """The map's own."""
        return self.drawing.transform

    def __call__(self, spectrum: Tensor, gain: float) -> Tensor:
        return self.drawing(spectrum.abs(), gain)

    def wave(self, seen: Tensor, gain: float, near: Tensor) -> Tensor:
        magnitude = self.drawing.magnitude(self.drawing.flat(seen).clamp(0, _LOUDEST), gain)
        return griffin_lim(magnitude, self.transform, len(near), start=self.transform(near)).wave


@dataclass(frozen=True)
class ComplexView:
    """The spectrum itself, a full-scale sine being 1; there are no phases to find."""

    transform: Stft
    network: FeatureNetwork

    def __call__(self, spectrum: Tensor, gain: float) -> Tensor:
        return spectrum * (gain * self._full_scale)

    def wave(self, seen: Tensor, gain: float, near: Tensor) -> Tensor:
        return self.transform.inverse(seen / (gain * self._full_scale), len(near))

    @property
    def _full_scale(self) -> float:
        return 4 / self.transform.n_fft


def _wide(sample_rate: int, seed: int) -> SpectrumView:
    return LogMagnitudeView(Stft.at(sample_rate), WideFeatures())


def _random(sample_rate: int, seed: int) -> SpectrumView:
    transform = Stft.at(sample_rate)
    return LogMagnitudeView(transform, RandomFeatures(transform.bins, seed=seed))


def _encoder(sample_rate: int, seed: int) -> SpectrumView:
    encoder = SpectrogramAutoencoder.from_pretrained(device="cpu").encoder
    return LogSpectrogramView(LogSpectrogram.at(sample_rate), EncoderFeatures(encoder, _LEVELS))


def _complex(sample_rate: int, seed: int) -> SpectrumView:
    return ComplexView(Stft.at(sample_rate), ComplexPatchFeatures())


_VIEWS: dict[Features, Callable[[int, int], SpectrumView]] = {
    "wide": _wide,
    "random": _random,
    "encoder": _encoder,
    "complex": _complex,
}
