"""Companding: a wave as the 256 mu-law codes that a WaveNet reads and writes, after a gain of the domain.

The gain brings the domain's recordings to where mu-law codes are finest, without clipping.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from audiostyle.models.wavenet import mulaw
from audiostyle.translation.transcription import SILENCE_RMS, TRANSCRIPTION_RMS

_PEAK = 0.9  # where all but one sample in ten thousand stay below after the gain


@dataclass(frozen=True)
class Companding:
    """Mu-law of a wave times ``gain``.

    Example:
        >>> companding = Companding(gain=4.0)
        >>> codes = companding.encode(np.array([0.0, 0.1, -0.2]))
        >>> codes.tolist()
        [128, 234, 5]
    """

    gain: float

    @classmethod
    def from_peaks(cls, waves: Iterable[NDArray[np.float32]]) -> "Companding":
        """Return the companding whose gain brings the peaks of waves (N,) close to full scale."""
        peaks = [float(np.quantile(np.abs(wave), 0.9999)) for wave in waves]
        return cls(round(float(_PEAK / max(np.median(peaks), 1e-4)), 4))

    @classmethod
    def from_level(cls, waves: Iterable[NDArray[np.float32]]) -> "Companding":
        """Return the companding whose gain brings waves (N,) to the level at which recordings are encoded."""
        rms = np.sqrt(np.mean([np.mean(wave**2) for wave in waves]))
        return cls(round(float(TRANSCRIPTION_RMS / max(rms, SILENCE_RMS)), 4))

    def encode(self, wave: NDArray[np.floating]) -> NDArray[np.uint8]:
        """Return the mu-law codes (N,) of a wave (N,)."""
        scaled = torch.from_numpy(np.asarray(self.gain * wave, np.float32))
        return mulaw.encode(scaled).to(torch.uint8).numpy()

    def expand(self, blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """Yield the wave that blocks (n,) of decoded amplitudes stand for: the gain is taken out again."""
        for block in blocks:
            yield block / np.float32(self.gain)
