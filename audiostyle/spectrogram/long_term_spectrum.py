"""The long-term average spectrum (LTAS) of recordings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.sound.stft import Stft

_PIECE = 1 << 20  # samples that are transformed at a time


@dataclass(frozen=True)
class LongTermSpectrum:
    """Mean power of every frequency bin over a recording.

    Attributes:
        transform: the short-time Fourier transform whose frames were averaged.
        power: (bins,), the mean of |STFT|², in double precision, on the CPU.
        frames: how many frames were averaged.
    """

    transform: Stft
    power: Tensor
    frames: int

    @classmethod
    def from_blocks(cls, blocks: Iterable[Tensor], transform: Stft) -> "LongTermSpectrum":
        """Average a wave that comes in blocks.

        Args:
            blocks: (n,) each, on the CPU.  Every block is transformed by itself, with silence at its ends.
            transform: the short-time Fourier transform to use.

        Returns:
            The average; of no blocks, a power of 0.

        Example:
            >>> spectrum = LongTermSpectrum.from_blocks([torch.ones(4000)], Stft(256, 64))
            >>> spectrum.frames, tuple(spectrum.power.shape), int(spectrum.power.argmax())
            (63, (129,), 0)
        """
        total, frames = torch.zeros(transform.bins, dtype=torch.float64), 0
        for block in blocks:
            for piece in block.split(_PIECE):
                spectrum = torch.view_as_real(transform(piece))
                total += spectrum.square().sum(dim=(1, 2), dtype=torch.float64)
                frames += spectrum.shape[1]
        return cls(transform, total / max(frames, 1), frames)

    @property
    def rms(self) -> float:
        """The root mean square of the samples, by Parseval's theorem."""
        both_sides = 2 * self.power.sum() - self.power[0] - self.power[-1]
        window = 0.375 * self.transform.n_fft  # sum of a squared Hann window
        return float((both_sides / (self.transform.n_fft * window)).sqrt())

    @classmethod
    def mix(cls, spectra: Sequence["LongTermSpectrum"], weights: Sequence[float]) -> "LongTermSpectrum":
        """Average several recordings after bringing them to one level.

        Args:
            spectra: of the same transform, none of them silent.
            weights: how much each counts; their sum is 1.

        Returns:
            The weighted mean of the spectra, each divided by its total power.
        """
        power = torch.stack(
            [weight * part.power / part.power.sum() for part, weight in zip(spectra, weights, strict=True)]
        )
        return cls(spectra[0].transform, power.sum(dim=0), sum(part.frames for part in spectra))
