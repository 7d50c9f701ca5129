"""Waves of a domain as the codes that its WaveNet speaks, and back.

A filter 1 − e z⁻¹ before mu-law, and its inverse afterwards, tilt the noise of 256 codes towards low
frequencies, where music has its power (as in LPCNet, Valin & Skoglund 2019, §3.1); a gain puts the domain's
recordings where the codes are finest without clipping.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy.signal import lfilter

from audiostyle.models import mulaw
from audiostyle.translation.listening import LISTENING_RMS, QUIETEST

_FULL = 0.9  # where all but one sample in ten thousand stay below


@dataclass(frozen=True)
class Companding:
    """``gain`` and ``emphasis`` e in [0, 1) of a domain."""

    gain: float
    emphasis: float = 0.5

    @classmethod
    def fitted(cls, waves: Iterable[np.ndarray]) -> "Companding":
        """Return one whose gain suits the waves (N,)."""
        emphasis = cls.emphasis
        peaks = [float(np.quantile(np.abs(lfilter([1, -emphasis], [1], wave)), 0.9999)) for wave in waves]
        return cls(round(float(_FULL / max(np.median(peaks), 1e-4)), 4))

    @classmethod
    def levelled(cls, waves: Iterable[np.ndarray]) -> "Companding":
        """Return a plain one, without emphasis, that brings the waves (N,) to the level of listening."""
        rms = np.sqrt(np.mean([np.mean(wave**2) for wave in waves]))
        return cls(round(float(LISTENING_RMS / max(rms, QUIETEST)), 4), emphasis=0.0)

    def encode(self, wave: np.ndarray) -> np.ndarray:
        """(N,) float → (N,) uint8."""
        filtered = lfilter([self.gain, -self.gain * self.emphasis], [1], wave).astype(np.float32)
        return mulaw.encode(torch.from_numpy(filtered)).to(torch.uint8).numpy()

    def restore(self, blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield the wave of blocks of decoded amplitudes (n,), float32."""
        state = np.zeros(1)
        for block in blocks:
            wave, state = lfilter([1 / self.gain], [1, -self.emphasis], block, zi=state)
            yield wave.astype(np.float32)
