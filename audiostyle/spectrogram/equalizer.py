"""An equalizer that gives one recording the long-term average spectrum of another."""

import torch
from torch import Tensor

from audiostyle.sound.stft import Stft
from audiostyle.sound.units import db_to_amplitude
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum

OCTAVES = 1 / 3
"""Width over which both spectra are smoothed, so that partials of single notes do not show in the gains."""

MAX_GAIN = float(db_to_amplitude(24))
"""The largest gain (24 dB) and, inverted, the smallest: what a recording lacks would come up as noise."""


def compute_equalizer(content: LongTermSpectrum, style: LongTermSpectrum) -> Tensor:
    """Compute the gains with which the content has the style's long-term average spectrum.

    Args:
        content, style: spectra of the same transform, neither of them silent.

    Returns:
        Gains G (bins,) for amplitudes, in double precision.  The content's level stays: Σ G² P_c = Σ P_c.
    """
    own = content.power / content.power.sum()
    other = style.power / style.power.sum()
    tiny = torch.finfo(own.dtype).tiny
    ratio = smooth_spectrum(other, OCTAVES) / smooth_spectrum(own, OCTAVES).clamp(min=tiny)
    gains = ratio.sqrt().clamp(1 / MAX_GAIN, MAX_GAIN)
    return gains / (gains.square() * own).sum().sqrt()


def equalize(wave: Tensor, gains: Tensor, transform: Stft) -> Tensor:
    """Filter a wave (samples,) by amplitude gains (bins,), frame by frame of ``transform``; same length."""
    gains = gains[:, None].to(wave.dtype).to(wave.device)
    return transform.inverse(transform(wave) * gains, len(wave))


def smooth_spectrum(power: Tensor, octaves: float) -> Tensor:
    """Average every bin of a spectrum with its neighbors within ± ``octaves`` / 2.

    Args:
        power: (bins, …), ≥ 0.
        octaves: width of the average; 0 changes nothing.

    Returns:
        The smoothed spectrum, of the same shape, precision and device.

    Example:
        >>> smooth_spectrum(torch.tensor([0.0, 0.0, 3.0, 0.0, 0.0]), octaves=1.2).tolist()
        [0.0, 0.0, 1.5, 1.0, 0.0]
    """
    # MPS has no double precision, so there the sums are taken on the CPU.
    wide = power.cpu().double() if power.device.type == "mps" else power.double()
    bins = torch.arange(len(power))
    low = (bins * 2 ** (-octaves / 2)).ceil().long()
    high = (bins * 2 ** (octaves / 2)).floor().long().clamp(max=len(power) - 1) + 1
    summed = torch.cat([torch.zeros_like(wide[:1]), wide], dim=0).cumsum(dim=0)
    counts = (high - low).reshape(-1, *[1] * (power.ndim - 1)).to(wide.device)
    return ((summed[high] - summed[low]) / counts).clamp(min=0).to(power.dtype).to(power.device)
