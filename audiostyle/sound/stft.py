"""The short-time Fourier transform and its inverse: any length in, the same length out."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

FRAME_SECONDS = 0.093
"""The usual frame, 4096 samples at 44.1 kHz: long enough to tell the partials of low chords apart."""


@dataclass(frozen=True)
class Stft:
    """Frames of ``n_fft`` samples under a Hann window, one every ``hop`` samples, which divides ``n_fft``.

    Frame t is centred on sample t · hop; beyond both ends there is silence.
    """

    n_fft: int
    hop: int

    @classmethod
    def at(cls, sample_rate: float, *, overlap: int = 4, seconds: float = FRAME_SECONDS) -> "Stft":
        """Return the one whose frame is the power of two nearest to ``seconds``, or ``overlap`` hops."""
        n_fft = 2 ** max(5, round(math.log2(seconds * sample_rate)))
        return cls(n_fft, n_fft // overlap)

    @property
    def bins(self) -> int:
        """Number of frequencies, from 0 to half the sample rate."""
        return self.n_fft // 2 + 1

    def frames(self, samples: int) -> int:
        """Return how many frames a wave of ``samples`` has: 1 + ⌊samples / hop⌋."""
        return 1 + samples // self.hop

    def __call__(self, wave: Tensor) -> Tensor:
        """(samples,) or (B, samples), at least one sample → complex (bins, frames) or (B, bins, frames)."""
        return torch.stft(
            wave,
            self.n_fft,
            self.hop,
            window=self._window(wave),
            center=True,
            pad_mode="constant",
            return_complex=True,
        )

    def inverse(self, spectrum: Tensor, samples: int) -> Tensor:
        """Return the wave whose transform is nearest to ``spectrum`` (Griffin & Lim 1984, eq. 6).

        Args:
            spectrum: complex (bins, frames) or (B, bins, frames).
            samples: of the wave, which must have that many frames.
        """
        window = self._window(spectrum.real)
        return torch.istft(spectrum, self.n_fft, self.hop, window=window, center=True, length=samples)

    def _window(self, like: Tensor) -> Tensor:
        return torch.hann_window(self.n_fft, dtype=like.dtype, device=like.device)
