"""Playing: notes through a domain's decoder to a stream of sound, in constant memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from audiostyle.models.decoder import DECODER_HOP, N_FFT, SpectralDecoder
from audiostyle.models.excitation import KeyStates
from audiostyle.models.frontend import FRAME_RATE
from audiostyle.models.phase import PhaseTable
from audiostyle.translation.grid import key_states
from audiostyle.translation.listening import STRETCH, fast_arithmetic
from audiostyle.translation.performance import Performance

_OVERLAP = N_FFT // DECODER_HOP  # frames that share a sample
_TAIL = 86  # frames for which a released key may still sound


@dataclass(frozen=True)
class Player:
    """A domain's decoder with its phase table; ``rms`` is the level that its recordings have."""

    decoder: SpectralDecoder
    phases: PhaseTable
    rms: float

    def play(self, performance: Performance, samples: int, seed: int = 0) -> Iterator[np.ndarray]:
        """Yield ``samples`` samples at 44.1 kHz, mono float32 (n,), of a performance."""
        for start in range(0, samples, STRETCH * DECODER_HOP):
            size = min(STRETCH * DECODER_HOP, samples - start)
            frames = -(-size // DECODER_HOP)
            yield self._samples(performance, start // DECODER_HOP, frames, seed)[:size]

    def _samples(self, performance: Performance, first: int, frames: int, seed: int) -> np.ndarray:
        """Return the samples from the middle of frame ``first`` to that of ``first + frames``."""
        half = _OVERLAP // 2
        spectrum = self._spectrum(performance, first - half, frames + _OVERLAP, seed)
        window = torch.hann_window(N_FFT)
        pieces = torch.fft.irfft(spectrum * (N_FFT / 4), dim=1) * (window / (1.5))
        length = (len(pieces) + _OVERLAP - 1) * DECODER_HOP
        wave = torch.nn.functional.fold(
            pieces.T[None], (1, length), kernel_size=(1, N_FFT), stride=(1, DECODER_HOP)
        )[0, 0, 0]
        begin = N_FFT // 2 + half * DECODER_HOP
        return wave[begin : begin + frames * DECODER_HOP].numpy()

    def _spectrum(self, performance: Performance, first: int, frames: int, seed: int) -> Tensor:
        """Return the complex spectrum (frames, bins) of frames ``first``, …"""
        context = self.decoder.context
        begin, count = first - context, frames + 2 * context
        inside = slice(context, context + frames)
        states = key_states(_window(performance, begin, count), count, _TAIL)
        device = self.decoder.exit.weight.device
        moved = KeyStates(*(part.to(device) for part in states))
        bank = self.decoder.excitation
        with torch.inference_mode():
            with fast_arithmetic():
                log_magnitude = self.decoder(moved).float()[0, inside].cpu()
            gains = bank.activations(moved)[0, inside].cpu()
            own = KeyStates(*(part[:, inside] for part in states))
            total = self.phases.sum_notes(own, gains, bank.spectra().cpu(), first, seed)
            return torch.polar(log_magnitude.exp(), total.angle())


def _window(performance: Performance, first: int, frames: int) -> Performance:
    """Return the notes that sound, or still ring, in frames ``first``, …; in seconds from that frame."""
    start, stop = first / FRAME_RATE, (first + frames + 4) / FRAME_RATE
    notes = performance.notes
    notes = notes[(notes["offset"] > start - (_TAIL + 1) / FRAME_RATE) & (notes["onset"] < stop)].copy()
    notes["onset"] -= start
    notes["offset"] -= start
    return Performance(notes, performance.programs)
