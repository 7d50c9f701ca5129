"""Playing: notes through a domain's decoder to a stream of sound, in constant memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from audiostyle.models.device import autocast_bfloat16
from audiostyle.models.excitation import KeyStates
from audiostyle.models.frontend import FRAME_RATE
from audiostyle.models.phase_table import PhaseTable
from audiostyle.models.spectral_decoder import DECODER_HOP, DECODER_RATE, N_FFT, SpectralDecoder
from audiostyle.music.performance import Performance, select_notes, shift_performance
from audiostyle.translation.note_grid import SUBFRAMES, compute_key_states
from audiostyle.translation.segments import SegmentLength, map_segments

_OVERLAP = N_FFT // DECODER_HOP  # frames that share a sample
_WINDOW_SUM = 1.5  # of the squares of Hann windows that overlap by three quarters
_CALM = 31  # frames over which a sound's level is its own and not its trembling
_LIVELINESS = 0.75  # 1 trembles as much as recordings do, 0 is nearest to them on average (by 0.2 dB of LSD)
_SILENCE = 1e-7
_NOTHING = 1e-30
_TAIL = 86  # frames for which a released key may still sound


@dataclass(frozen=True)
class SpectralSynthesizer:
    """A domain's decoder with its phase table; ``rms`` is the level that its recordings have."""

    decoder: SpectralDecoder
    phases: PhaseTable
    rms: float
    sample_rate: int = DECODER_RATE

    def play(
        self,
        performance: Performance,
        samples: int,
        seed: int = 0,
        segment: SegmentLength | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Iterator[np.ndarray]:
        """Yield ``samples`` samples at 44.1 kHz, mono float32 (n,), of a performance."""
        performance, segment = truncate_overlaps(performance), segment or SegmentLength()
        total = -(-samples // DECODER_HOP)
        rendered = partial(self._samples, performance, seed)

        def work(first: int) -> np.ndarray:
            return segment.fitted(self.decoder, rendered, first, min(segment.frames, total - first))

        left = samples
        for wave in map_segments(work, range(0, total, segment.frames), self.decoder):
            yield wave[:left]
            if progress:
                progress(min(left, len(wave)) / DECODER_RATE)
            left -= len(wave)

    @torch.inference_mode()
    def _samples(self, performance: Performance, seed: int, first: int, frames: int) -> np.ndarray:
        """Return the samples from the middle of frame ``first`` to that of ``first + frames``.

        One round of Griffin & Lim's projection (1984) makes neighbouring frames agree: measured phases are
        so near the truth that a second one gains little.
        """
        edge, margin = _OVERLAP // 2, _OVERLAP // 2 + _OVERLAP - 1 + _CALM // 2
        magnitude, spectrum = self._spectrum(performance, seed, first - margin, frames + 2 * margin)
        window = torch.hann_window(N_FFT)
        wave = _overlap_add(spectrum, window)
        again = torch.stft(wave, N_FFT, DECODER_HOP, window=window, center=False, return_complex=True)
        whole = slice(_OVERLAP - 1, 1 - _OVERLAP)  # frames all of whose neighbours are there
        projected = _project(magnitude[whole], again.T[whole])
        begin = N_FFT // 2 + edge * DECODER_HOP
        return _overlap_add(projected, window)[begin : begin + frames * DECODER_HOP].numpy()

    def _spectrum(
        self, performance: Performance, seed: int, first: int, frames: int
    ) -> tuple[Tensor, Tensor]:
        """Return the magnitude and the complex spectrum, each (frames, bins), of frames ``first``, …"""
        inside = slice(self.decoder.context, self.decoder.context + frames)
        states = _surrounding_states(self.decoder, performance, first, frames)
        own = KeyStates(*(part[:, inside] for part in states))
        bank = self.decoder.excitation
        gains = bank.activations(own)[0].cpu()
        here = KeyStates(*(part.cpu() for part in own))
        total = self.phases.sum_notes(here, gains, bank.spectra().cpu(), first, seed)
        magnitude = _magnitude(self.decoder, states)
        return magnitude, _apply_phases(magnitude, total)


@torch.inference_mode()
def compute_spectra(decoder: SpectralDecoder, performance: Performance, first: int, frames: int) -> Tensor:
    """Return the magnitudes (frames, bins) of frames ``first``, … of a performance (see :func:`truncate_overlaps`)."""
    return _magnitude(decoder, _surrounding_states(decoder, performance, first, frames))


def _magnitude(decoder: SpectralDecoder, states: KeyStates) -> Tensor:
    """(1, context + frames + context, 88) → (frames, bins)."""
    with autocast_bfloat16():
        logarithms = decoder(states).float()[0]
    return logarithms[decoder.context : len(logarithms) - decoder.context].exp().cpu()


def _surrounding_states(
    decoder: SpectralDecoder, performance: Performance, first: int, frames: int
) -> KeyStates:
    """Return what keys do in frames ``first``, … and in those around them that the decoder looks at."""
    begin, count = first - decoder.context, frames + 2 * decoder.context
    states = compute_key_states(_crop_window(performance, begin, count), count, _TAIL)
    device = decoder.exit.weight.device
    return KeyStates(*(part.to(device) for part in states))


def truncate_overlaps(performance: Performance) -> Performance:
    """End every note where its key is struck again, and let times be those that :func:`compute_key_states` knows.

    Otherwise a note held over a shorter one of its key (which folding by octaves makes) would come back in
    the first window that does not see the shorter one.
    """
    kinds = performance.notes.dtype
    double = [(name, "f8" if kinds[name] == "f4" else kinds[name]) for name in kinds.names or ()]
    notes = performance.notes.astype(double)
    for end in ("onset", "offset"):
        notes[end] = np.round(notes[end] * (FRAME_RATE * SUBFRAMES)) / (FRAME_RATE * SUBFRAMES)
    by_key = np.argsort(notes["pitch"], kind="stable")  # and by onset, as they are
    same = np.diff(notes["pitch"][by_key]) == 0
    struck_again = np.where(same, notes["onset"][by_key[1:]], np.inf)
    notes["offset"][by_key[:-1]] = np.minimum(notes["offset"][by_key[:-1]], struck_again)
    return replace(performance, notes=notes)


def _crop_window(performance: Performance, first: int, frames: int) -> Performance:
    """Return the notes that sound, or still ring, in frames ``first``, …; in seconds from that frame."""
    start, stop = first / FRAME_RATE, (first + frames + 4) / FRAME_RATE
    sounding = select_notes(performance, start - (_TAIL + 1) / FRAME_RATE, stop)
    return shift_performance(sounding, start)


def _project(magnitude: Tensor, again: Tensor) -> Tensor:
    """Return the phases of ``again``, and the decoder's magnitude with some of its liveliness.

    A decoder gives the expected log-magnitude, which does not tremble as a section of strings does. Where
    voices wander against each other, ``again`` trembles in just that way; where they are steady, it does not.

    Args:
        magnitude, again: (T, bins).

    Returns:
        (T − _CALM + 1, bins), the middle frames.
    """
    reached = again.abs() * (4 / N_FFT)
    tremble = torch.log((reached + _SILENCE) / (magnitude + _SILENCE)).clamp(-3, 3)
    # Weighted by magnitude: what a bin does in silence says nothing of how it sounds.
    calm = _running_sum(tremble * magnitude) / (_running_sum(magnitude) + _CALM * _SILENCE)
    middle = slice(_CALM // 2, len(magnitude) - _CALM // 2)
    lively = magnitude[middle] * torch.exp(_LIVELINESS * (tremble[middle] - calm))
    return _apply_phases(lively, again[middle])


def _apply_phases(magnitude: Tensor, like: Tensor) -> Tensor:
    """Return ``magnitude`` with the phases of ``like``, and nothing where that is nothing."""
    return like * (magnitude / (like.abs() + _NOTHING))


def _running_sum(values: Tensor) -> Tensor:
    """Return (T − _CALM + 1, bins): running sums of (T, bins) over :data:`_CALM` frames.

    Sums of 1, 2, 4, … frames are put together: a tenth of the additions, and exact where a cumulative sum
    would lose soft frames behind loud ones.
    """
    length, taken = len(values) - _CALM + 1, 0
    total, power, span = torch.zeros_like(values[:length]), values, 1
    while True:
        if _CALM & span:
            total += power[taken : taken + length]
            taken += span
        if taken == _CALM:
            return total
        power = power[:-span] + power[span:]
        span *= 2


def _overlap_add(spectrum: Tensor, window: Tensor) -> Tensor:
    """Return the wave of frames (T, bins), from the beginning of the first window to the end of the last."""
    pieces = torch.fft.irfft(spectrum, dim=1) * (window * (N_FFT / 4 / _WINDOW_SUM))
    wave = torch.zeros(len(pieces) + _OVERLAP - 1, DECODER_HOP)
    for n, part in enumerate(pieces.split(DECODER_HOP, dim=1)):
        wave[n : n + len(pieces)] += part
    return wave.flatten()
