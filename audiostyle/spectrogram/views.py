"""How a Gram network sees a spectrum: each with a transform, what is drawn of it, and the way back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Tensor

from audiostyle.sound.phase import griffin_lim
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.decibels import DecibelMap
from audiostyle.spectrogram.features import (
    ComplexNetwork,
    EncoderNetwork,
    Network,
    RandomNetwork,
    WideNetwork,
)
from audiostyle.spectrogram.networks import Networks

Features = Literal["wide", "random", "encoder", "complex"]

_LEVELS = (1, 2, 3)  # of the encoder
_LOUDEST = 1.5  # on a decibel map: 60 dB over a full-scale sine, where no music goes


class View(Protocol):
    """A spectrum as a network sees it."""

    @property
    def transform(self) -> Stft:
        """Whose spectra are seen."""

    @property
    def network(self) -> Network:
        """That sees them."""

    def __call__(self, spectrum: Tensor, gain: float) -> Tensor:
        """Complex (bins, frames), amplified by ``gain`` → what the network sees, frames last."""

    def wave(self, seen: Tensor, gain: float, near: Tensor) -> Tensor:
        """Undo it: return a wave (samples,), as long as the wave ``near``, from whose phases to start."""


def view(features: Features, sample_rate: int, seed: int) -> View:
    """Return the view of these features at a sample rate."""
    return _VIEWS[features](sample_rate, seed)


@dataclass(frozen=True)
class LogMagnitudes:
    """log(1 + gain · |X|), as if frames had 2,048 samples."""

    transform: Stft
    network: Network

    def __call__(self, spectrum: Tensor, gain: float) -> Tensor:
        return torch.log1p(gain * self._scale * spectrum.abs())

    def wave(self, seen: Tensor, gain: float, near: Tensor) -> Tensor:
        magnitude = torch.expm1(seen.clamp(min=0)) / (gain * self._scale)
        return griffin_lim(magnitude, self.transform, len(near), start=self.transform(near)).wave

    @property
    def _scale(self) -> float:
        return 2048 / self.transform.n_fft


@dataclass(frozen=True)
class Decibels:
    """The map that the autoencoder sees, (1, 4, rows, frames)."""

    drawing: DecibelMap
    network: Network

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
class Complex:
    """The spectrum itself, a full-scale sine being 1; there are no phases to find."""

    transform: Stft
    network: Network

    def __call__(self, spectrum: Tensor, gain: float) -> Tensor:
        return spectrum * (gain * self._full_scale)

    def wave(self, seen: Tensor, gain: float, near: Tensor) -> Tensor:
        return self.transform.inverse(seen / (gain * self._full_scale), len(near))

    @property
    def _full_scale(self) -> float:
        return 4 / self.transform.n_fft


def _wide(sample_rate: int, seed: int) -> View:
    return LogMagnitudes(Stft.at(sample_rate), WideNetwork())


def _random(sample_rate: int, seed: int) -> View:
    transform = Stft.at(sample_rate)
    return LogMagnitudes(transform, RandomNetwork(transform.bins, seed=seed))


def _encoder(sample_rate: int, seed: int) -> View:
    encoder = Networks.from_pretrained(device="cpu").encoder
    return Decibels(DecibelMap.at(sample_rate), EncoderNetwork(encoder, _LEVELS))


def _complex(sample_rate: int, seed: int) -> View:
    return Complex(Stft.at(sample_rate), ComplexNetwork())


_VIEWS: dict[Features, Callable[[int, int], View]] = {
    "wide": _wide,
    "random": _random,
    "encoder": _encoder,
    "complex": _complex,
}
