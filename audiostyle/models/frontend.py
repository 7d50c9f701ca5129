"""The encoder's front end: a waveform to harmonic stacks of log-frequency spectra.

Two short-time Fourier transforms, a long one that separates neighboring semitones and a short one that
locates onsets, are warped to a log-frequency axis on which an interval is the same distance everywhere.
Shifting the axis then brings the harmonics of a pitch together (the harmonic stacking of Bittner et al., "A
Lightweight Instrument-Agnostic Model for Polyphonic Note Transcription", ICASSP 2022), so that one small
filter serves all 88 keys.
"""

import math
from typing import cast

import torch
from torch import Tensor, nn

from audiostyle.sound.stft import get_magnitude
from audiostyle.sound.units import midi_to_hz

ENCODER_RATE = 22050
"""Sample rate in hertz of what encoders read."""
HOP = 256
"""Samples at 22,050 Hz from one frame to the next."""
FRAME_RATE = ENCODER_RATE / HOP
"""Frames per second of harmonic stacks and note grids: 86.13."""

LOWEST_PITCH = 21
"""MIDI number of the lowest key: A0."""
PITCHES = 88
"""Keys of a piano, A0 to C8."""

_BINS_PER_SEMITONE = 3
_BINS = 3 * 103  # from A0 to 10.5 kHz, just under the Nyquist frequency
_HARMONICS = (0.5, 1, 2, 3, 4, 5, 6, 7, 8)
_WINDOWS = (4096, 1024)
FLOOR = 1e-5
"""What is added to magnitudes before their logarithm: that of a full-scale sine is about 0.5, 94 dB above."""


class HarmonicStack(nn.Module):
    """Turn waves (B, N) at 22,050 Hz into harmonic stacks (B, 18, T, 264), T = N // 256 + 1.

    Values are log10 magnitudes plus 2.5: levels in units of 20 dB.  Channel ``w * 9 + h`` holds harmonic
    ``h`` of window ``w``; the last axis has three bins a semitone, the middle one in tune, for the 88 keys of
    a piano.

    Example:
        >>> HarmonicStack()(torch.zeros(1, 2560)).shape
        torch.Size([1, 18, 11, 264])
    """

    channels = len(_WINDOWS) * len(_HARMONICS)

    warp_0: Tensor
    warp_1: Tensor
    shifts: Tensor

    def __init__(self) -> None:
        super().__init__()
        for n, size in enumerate(_WINDOWS):
            self.register_buffer(f"window_{n}", torch.hann_window(size), persistent=False)
            self.register_buffer(f"warp_{n}", log_frequency_filters(size), persistent=False)
        steps = [round(12 * _BINS_PER_SEMITONE * math.log2(h)) for h in _HARMONICS]
        self.register_buffer("shifts", torch.tensor(steps), persistent=False)

    def forward(self, wave: Tensor) -> Tensor:
        """Return the stack; silence is about −2.5 everywhere, a loud partial about +1."""
        return self.stack(self.spectra(wave))

    def spectra(self, wave: Tensor) -> Tensor:
        """Return the log-frequency levels (B, 2, T, 309) of waves (B, N), one channel a window."""
        levels = []
        for n, size in enumerate(_WINDOWS):
            window = cast(Tensor, getattr(self, f"window_{n}"))
            spectrum = torch.stft(
                wave, size, HOP, window=window, center=True, pad_mode="constant", return_complex=True
            )
            magnitude = get_magnitude(spectrum).transpose(1, 2) / (size / 2)
            warped = magnitude @ cast(Tensor, getattr(self, f"warp_{n}"))
            levels.append(torch.log10(warped + FLOOR) + 2.5)
        return torch.stack(levels, dim=1)

    def stack(self, levels: Tensor) -> Tensor:
        """Shift log-frequency levels (B, 2, T, 309) to the harmonics of every key, (B, 18, T, 264)."""
        width = PITCHES * _BINS_PER_SEMITONE
        silence = math.log10(FLOOR) + 2.5
        below, above = -int(self.shifts.min()), int(self.shifts.max()) + width - _BINS
        padded = nn.functional.pad(levels, (below, above), value=silence)
        shifted = [padded[..., below + s : below + s + width] for s in self.shifts.tolist()]
        stacked = torch.stack(shifted, dim=2)
        return stacked.flatten(1, 2)


def log_frequency_filters(n_fft: int) -> Tensor:
    """Return triangular filters (n_fft // 2 + 1, 309) on the log-frequency axis.

    Half of a triangle is a third of a semitone wide, but at least one bin of the FFT.
    """
    bins = torch.arange(_BINS, dtype=torch.float64)
    pitch = LOWEST_PITCH + (bins - 1) / _BINS_PER_SEMITONE
    center = midi_to_hz(pitch) * n_fft / ENCODER_RATE
    half_width = torch.clamp(center * (2 ** (1 / 36) - 1), min=1.0)
    index = torch.arange(n_fft // 2 + 1, dtype=torch.float64)
    triangles = torch.clamp(1 - (index[:, None] - center).abs() / half_width, min=0)
    return triangles.float()
