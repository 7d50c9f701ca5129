"""What every transfer method starts from: the styles, and what a first pass over the content found out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.equalizer import compute_equalizer
from audiostyle.spectrogram.levels import SILENCE_RMS, compute_rms
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum
from audiostyle.spectrogram.profile import StyleProfile
from audiostyle.style.weights import normalize_weights

CPU = torch.device("cpu")


@dataclass(frozen=True)
class TransferInputs:
    """The inputs of a transfer, checked.  All tensors are on the CPU; methods move what they need.

    Attributes:
        sample_rate: of the content and all styles, Hz.
        content_spectrum: the content's long-term average spectrum; it is not silent.
        excerpts: mono waves (n,): the whole content, or excerpts of a long one, see
            :mod:`audiostyle.spectrogram.excerpts`.
        styles: mono waves (n,), none of them silent, or profiles.
        weights: how much each style counts; their sum is 1.
        device: where methods are to compute.
    """

    sample_rate: int
    content_spectrum: LongTermSpectrum
    excerpts: Sequence[Tensor]
    styles: Sequence[Tensor | StyleProfile]
    weights: Sequence[float]
    device: torch.device = CPU

    @classmethod
    def check(
        cls,
        sample_rate: int,
        content_spectrum: LongTermSpectrum,
        excerpts: Sequence[Tensor],
        styles: Sequence[Tensor | StyleProfile],
        weights: Sequence[float] | None = None,
        names: Sequence[str] | None = None,
        device: torch.device = CPU,
    ) -> "TransferInputs":
        """Check styles and weights, and put all inputs together.

        Args:
            weights: a positive number for each style; None: all count alike.
            names: what messages call the styles; None: ``style 1`` and so on.

        Raises:
            ShapeError: there is no style, or the weights do not fit.
            AudiostyleError: a style is silent.
        """
        if not styles:
            raise ShapeError("no style was given; give at least one recording")
        for number, wave in enumerate(styles):
            if isinstance(wave, Tensor) and compute_rms(wave) < SILENCE_RMS:
                name = names[number] if names else f"style {number + 1}"
                raise AudiostyleError(f"{name}: is silent, there is no style in it; choose another recording")
        shares = normalize_weights(weights, len(styles))
        return cls(sample_rate, content_spectrum, list(excerpts), list(styles), shares, device)

    @classmethod
    def from_waves(
        cls,
        content: Tensor,
        *styles: Tensor | StyleProfile,
        sample_rate: int,
        weights: Sequence[float] | None = None,
        device: torch.device = CPU,
    ) -> "TransferInputs":
        """Make the inputs for a short content (samples,) that is held in memory and excerpted as a whole.

        Example:
            >>> tone = torch.sin(torch.arange(8000) / 5)
            >>> inputs = TransferInputs.from_waves(tone, tone.sign(), sample_rate=8000)
            >>> round(inputs.content_spectrum.rms, 1), inputs.weights, tuple(inputs.equalizer.shape)
            (0.7, [1.0], (513,))
        """
        spectrum = LongTermSpectrum.from_blocks([content], Stft.for_rate(sample_rate))
        return cls.check(sample_rate, spectrum, [content], styles, weights, device=device)

    @property
    def style_waves(self) -> list[Tensor]:
        """The styles, where all of them are recordings.

        Raises:
            AudiostyleError: one is a profile.
        """
        for style in self.styles:
            if not isinstance(style, Tensor):
                raise AudiostyleError(
                    f"{style.name}: a profile holds statistics and no sound; use --method wct, or recordings"
                )
        return [style for style in self.styles if isinstance(style, Tensor)]

    @cached_property
    def style_spectrum(self) -> LongTermSpectrum:
        """The long-term average spectrum of all styles, brought to one level and weighted."""
        transform = self.content_spectrum.transform
        spectra = [LongTermSpectrum.from_blocks([wave], transform) for wave in self.style_waves]
        return LongTermSpectrum.mix(spectra, self.weights)

    @cached_property
    def equalizer(self) -> Tensor:
        """Gains (bins,) that give the content the styles' long-term average spectrum."""
        return compute_equalizer(self.content_spectrum, self.style_spectrum)
