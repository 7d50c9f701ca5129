"""Waves of a domain as the codes that its WaveNet speaks, and back: mu-law, after a gain.

The gain puts the domain's recordings where the codes are finest without clipping.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from audiostyle.models.wavenet import mulaw
from audiostyle.translation.transcription import QUIETEST, TRANSCRIPTION_RMS

_FULL = 0.9  # where all but one sample in ten thousand stay below


@dataclass(frozen=True)
class Companding:
    """The ``gain`` of a domain."""

    gain: float

    @classmethod
    def fitted(cls, waves: Iterable[np.ndarray]) -> "Companding":
        """Return one whose gain suits the waves (N,)."""
        peaks = [float(np.quantile(np.abs(wave), 0.9999)) for wave in waves]
        return cls(round(float(_FULL / max(np.median(peaks), 1e-4)), 4))

    @classmethod
    def levelled(cls, waves: Iterable[np.ndarray]) -> "Companding":
        """Return one that brings the waves (N,) to the level of listening."""
        rms = np.sqrt(np.mean([np.mean(wave**2) for wave in waves]))
        return cls(round(float(TRANSCRIPTION_RMS / max(rms, QUIETEST)), 4))

    def encode(self, wave: np.ndarray) -> np.ndarray:
        """(N,) float → (N,) uint8."""
        loud = torch.from_numpy(np.asarray(self.gain * wave, np.float32))
        return mulaw.encode(loud).to(torch.uint8).numpy()

    def expand(self, blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield the wave of blocks of decoded amplitudes (n,), float32."""
        for block in blocks:
            yield block / np.float32(self.gain)
