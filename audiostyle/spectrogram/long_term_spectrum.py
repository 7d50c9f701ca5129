"""The average spectrum of a recording, and the filter that gives one recording the average of another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.sound.stft import Stft

OCTAVES = 1 / 3
"""Width over which averages are compared: partials of single notes are not to show in the filter."""

MOST = 10 ** (24 / 20)
"""The filter's largest and, inverted, smallest gain: what a recording lacks would come up as noise."""

_PIECE = 1 << 20  # samples transformed at a time


@dataclass(frozen=True)
class LongTermSpectrum:
    """Mean power of each bin, (bins,), over ``frames`` frames of ``transform``, in double precision."""

    transform: Stft
    power: Tensor
    frames: int

    @classmethod
    def of(cls, blocks: Iterable[Tensor], transform: Stft) -> "LongTermSpectrum":
        """Return the average of a wave that comes in blocks (n,); each block's ends are seen as silence."""
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
    def mixed(cls, averages: Sequence["LongTermSpectrum"], shares: Sequence[float]) -> "LongTermSpectrum":
        """Return the average of recordings brought to one level, each counting by its share."""
        power = torch.stack(
            [share * part.power / part.power.sum() for part, share in zip(averages, shares, strict=True)]
        )
        return cls(averages[0].transform, power.sum(dim=0), sum(part.frames for part in averages))


def compute_equalizer(content: LongTermSpectrum, style: LongTermSpectrum) -> Tensor:
    """Return the gain of each bin, (bins,), with which the content has the style's average spectrum.

    Neither may be silent.  The content's level stays: Σ G² P_c = Σ P_c.
    """
    own = content.power / content.power.sum()
    other = style.power / style.power.sum()
    tiny = torch.finfo(own.dtype).tiny
    ratio = smooth_spectrum(other, OCTAVES) / smooth_spectrum(own, OCTAVES).clamp(min=tiny)
    gains = ratio.sqrt().clamp(1 / MOST, MOST)
    return gains / (gains.square() * own).sum().sqrt()


def smooth_spectrum(power: Tensor, octaves: float) -> Tensor:
    """Return (bins, …) averaged over the bins within ± ``octaves`` / 2 of each; 0 octaves change nothing."""
    bins = torch.arange(len(power))
    low = (bins * 2 ** (-octaves / 2)).ceil().long()
    high = (bins * 2 ** (octaves / 2)).floor().long().clamp(max=len(power) - 1) + 1
    summed = torch.cat([torch.zeros_like(power[:1]), power], dim=0).double().cumsum(dim=0)
    counts = (high - low).reshape(-1, *[1] * (power.ndim - 1))
    return ((summed[high] - summed[low]) / counts).clamp(min=0).to(power.dtype)
