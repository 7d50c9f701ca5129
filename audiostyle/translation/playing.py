"""Playing: notes through a domain's decoder to a stream of sound, in constant memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.models.decoder import DECODER_HOP, N_FFT, SpectralDecoder
from audiostyle.models.excitation import KeyStates
from audiostyle.models.frontend import FRAME_RATE
from audiostyle.models.phase import PhaseTable
from audiostyle.translation.grid import key_states
from audiostyle.translation.listening import STRETCH, fast_arithmetic
from audiostyle.translation.performance import Performance

_OVERLAP = N_FFT // DECODER_HOP  # frames that share a sample
_WINDOW_SUM = 1.5  # of the squares of Hann windows that overlap by three quarters
_CALM = 31  # frames over which a sound's level is its own and not its trembling
_LIVELINESS = 0.75  # 1 trembles as much as recordings do, 0 is nearest to them on average (by 0.2 dB of LSD)
_SILENCE = 1e-7
_TAIL = 86  # frames for which a released key may still sound


@dataclass(frozen=True)
class Player:
    """A domain's decoder with its phase table; ``rms`` is the level that its recordings have."""

    decoder: SpectralDecoder
    phases: PhaseTable
    rms: float

    def play(self, performance: Performance, samples: int, seed: int = 0) -> Iterator[np.ndarray]:
        """Yield ``samples`` samples at 44.1 kHz, mono float32 (n,), of a performance."""
        performance = _in_turn(performance)
        for start in range(0, samples, STRETCH * DECODER_HOP):
            size = min(STRETCH * DECODER_HOP, samples - start)
            frames = -(-size // DECODER_HOP)
            yield self._samples(performance, start // DECODER_HOP, frames, seed)[:size]

    def _samples(self, performance: Performance, first: int, frames: int, seed: int) -> np.ndarray:
        """Return the samples from the middle of frame ``first`` to that of ``first + frames``.

        One round of Griffin & Lim's projection (1984) makes neighbouring frames agree: measured phases are
        so near the truth that a second one gains little.
        """
        margin = _CALM // 2 + 2 * _OVERLAP
        spectrum = self._spectrum(performance, first - margin, frames + 2 * margin, seed)
        window = torch.hann_window(N_FFT)
        wave = _overlap_add(spectrum, window)
        again = torch.stft(wave, N_FFT, DECODER_HOP, window=window, center=False, return_complex=True)
        whole = slice(_OVERLAP - 1, 1 - _OVERLAP)  # frames all of whose neighbours are there
        projected = _projected(spectrum[whole].abs(), again.T[whole] / (N_FFT / 4))
        begin = N_FFT // 2 + (margin - _OVERLAP + 1) * DECODER_HOP
        return _overlap_add(projected, window)[begin : begin + frames * DECODER_HOP].numpy()

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


def _in_turn(performance: Performance) -> Performance:
    """End every note where its key is struck again, and count time finely enough for phases an hour in.

    Otherwise a note held over a shorter one of its key (which folding by octaves makes) would come back in
    the first window that does not see the shorter one.
    """
    kinds = performance.notes.dtype
    double = [(name, "f8" if kinds[name] == "f4" else kinds[name]) for name in kinds.names or ()]
    notes = performance.notes.astype(double)
    by_key = np.argsort(notes["pitch"], kind="stable")  # and by onset, as they are
    same = np.diff(notes["pitch"][by_key]) == 0
    struck_again = np.where(same, notes["onset"][by_key[1:]], np.inf)
    notes["offset"][by_key[:-1]] = np.minimum(notes["offset"][by_key[:-1]], struck_again)
    return Performance(notes, performance.programs)


def _window(performance: Performance, first: int, frames: int) -> Performance:
    """Return the notes that sound, or still ring, in frames ``first``, …; in seconds from that frame."""
    start, stop = first / FRAME_RATE, (first + frames + 4) / FRAME_RATE
    notes = performance.notes
    notes = notes[(notes["offset"] > start - (_TAIL + 1) / FRAME_RATE) & (notes["onset"] < stop)].copy()
    notes["onset"] -= start
    notes["offset"] -= start
    return Performance(notes, performance.programs)


def _projected(magnitude: Tensor, again: Tensor) -> Tensor:
    """Return (T, bins): the phases of ``again``, and the decoder's magnitude with some of its liveliness.

    A decoder gives the expected log-magnitude, which does not tremble as a section of strings does. Where
    voices wander against each other, ``again`` trembles in just that way; where they are steady, it does not.
    """
    tremble = torch.log((again.abs() + _SILENCE) / (magnitude + _SILENCE)).clamp(-3, 3)
    # Weighted by magnitude: what a bin does in silence says nothing of how it sounds.
    calm = _around(tremble * magnitude) / (_around(magnitude) + _SILENCE)
    return torch.polar(magnitude * torch.exp(_LIVELINESS * (tremble - calm)), again.angle())


def _around(values: Tensor) -> Tensor:
    """Return running means of (T, bins) over :data:`_CALM` frames."""
    return F.avg_pool1d(values.T[None], _CALM, 1, _CALM // 2, count_include_pad=False)[0].T


def _overlap_add(spectrum: Tensor, window: Tensor) -> Tensor:
    """Return the wave of frames (T, bins), from the beginning of the first window to the end of the last."""
    pieces = torch.fft.irfft(spectrum * (N_FFT / 4), dim=1) * (window / _WINDOW_SUM)
    length = (len(pieces) + _OVERLAP - 1) * DECODER_HOP
    folded = F.fold(pieces.T[None], (1, length), kernel_size=(1, N_FFT), stride=(1, DECODER_HOP))
    return folded[0, 0, 0]
