"""Synthesis with a spectral decoder: notes to a stream of sound at 44.1 kHz, in constant memory.

The decoder gives log-magnitudes of the short-time Fourier transform, the phase table their phases.  One round
of Griffin and Lim's projection (1984) makes neighboring frames agree; then they are overlapped and added.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.errors import AudiostyleError
from audiostyle.models.bending import BentSum, find_source_bins, interpolate
from audiostyle.models.device import autocast_bfloat16, get_device
from audiostyle.models.excitation import KeyStates
from audiostyle.models.loading import explain_misfits, load_weights
from audiostyle.models.manifest import WeightFile
from audiostyle.models.note_bank import NoteBank
from audiostyle.models.note_spectra import AddedTemplates, NoteSpectra, ShapedNotes
from audiostyle.models.phase_table import PhaseTable
from audiostyle.models.spectral_decoder import BINS, DECODER_HOP, DECODER_RATE, N_FFT, SpectralDecoder
from audiostyle.music.performance import Performance
from audiostyle.progress import Progress
from audiostyle.sound.stft import get_magnitude
from audiostyle.translation.note_grid import compute_window_bends, compute_window_states, truncate_overlaps
from audiostyle.translation.segments import SegmentLength, map_segments

_OVERLAP = N_FFT // DECODER_HOP  # frames that share a sample
_WINDOW_SUM = 1.5  # of the squares of Hann windows that overlap by three quarters
_SMOOTHING_SPAN = 31  # frames (0.36 s) over which fluctuations of magnitudes average out
_FLUCTUATION_SHARE = 0.75  # 1 fluctuates as recordings do, 0 is nearest to them on average (by 0.2 dB of LSD)
_SILENCE = 1e-7  # magnitude, 140 dB below a full-scale sine
_NOTHING = 1e-30  # added to a magnitude that is divided by


@dataclass(frozen=True)
class SpectralSynthesizer:
    """The :class:`~.synthesizers.Synthesizer` of a domain's spectral decoder.

    Attributes:
        decoder: key states to log-magnitudes; in evaluation mode, on the device that it is to compute on.
        phases: how the partials of every key turn; on the CPU.
        rms: root mean square of the domain's recordings.

    Example:
        >>> from audiostyle.models import zoo
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> piano = load_synthesizer(zoo.find_model("universal").domain("piano"), torch.device("cpu"))
        >>> middle_c = Performance(np.array([(0.0, 0.4, 60, 100, 0)], NOTE_DTYPE))
        >>> sum(len(block) for block in piano.synthesize(middle_c, samples=22050))
        22050
    """

    decoder: SpectralDecoder
    phases: PhaseTable
    rms: float
    sample_rate: ClassVar[int] = DECODER_RATE
    bends: ClassVar[bool] = True

    def configure(
        self, *, temperature: float | None = None, chunks: int | None = None
    ) -> "SpectralSynthesizer":
        """Return the synthesizer itself: it has no such settings.

        Raises:
            AudiostyleError: one of them is asked for.
        """
        if temperature is not None or chunks is not None:
            raise AudiostyleError("temperature and chunks are a WaveNet's; ask for the decoder 'wavenet'")
        return self

    def synthesize(
        self,
        performance: Performance,
        samples: int,
        *,
        latent: NDArray[np.float32] | None = None,
        seed: int = 0,
        segment: SegmentLength | None = None,
        progress: Progress | None = None,
    ) -> Iterator[NDArray[np.float32]]:
        """Yield ``samples`` samples at 44.1 kHz as mono blocks (n,) float32.

        Args:
            performance: notes in seconds, with expression and curves.
            samples: how many samples to make.
            latent: not used.
            seed: of the phases of bins that are not steady partials.
            segment: how much is made at a time.
            progress: called with the seconds made and the seconds in all.
        """
        performance, segment = truncate_overlaps(performance), segment or SegmentLength()
        total, length = -(-samples // DECODER_HOP), segment.frames
        render = partial(self._render, performance, seed)

        def work(first: int) -> NDArray[np.float32]:
            return segment.compute(self.decoder, render, first, min(length, total - first))

        done = 0
        for wave in map_segments(work, range(0, total, length), self.decoder):
            yield wave[: samples - done]
            done = min(samples, done + len(wave))
            if progress:
                progress(done / DECODER_RATE, samples / DECODER_RATE)

    @torch.inference_mode()
    def _render(self, performance: Performance, seed: int, first: int, frames: int) -> NDArray[np.float32]:
        """Return the samples from the middle of frame ``first`` to that of ``first + frames``.

        Measured phases are so near the truth that a second round of projection gains little.
        """
        edge, margin = _OVERLAP // 2, _OVERLAP // 2 + _OVERLAP - 1 + _SMOOTHING_SPAN // 2
        magnitude, spectrum = self._compute_spectrum(performance, seed, first - margin, frames + 2 * margin)
        window = torch.hann_window(N_FFT)
        wave = _overlap_add(spectrum, window)
        again = torch.stft(wave, N_FFT, DECODER_HOP, window=window, center=False, return_complex=True)
        whole = slice(_OVERLAP - 1, 1 - _OVERLAP)  # frames all of whose neighbors are there
        projected = _project(magnitude[whole], again.T[whole])
        begin = N_FFT // 2 + edge * DECODER_HOP
        return _overlap_add(projected, window)[begin : begin + frames * DECODER_HOP].numpy()

    def _compute_spectrum(
        self, performance: Performance, seed: int, first: int, frames: int
    ) -> tuple[Tensor, Tensor]:
        """Return the magnitude and the complex spectrum, each (frames, bins), from frame ``first`` on."""
        inside = slice(self.decoder.context, self.decoder.context + frames)
        states = _compute_surrounding_states(self.decoder, performance, first, frames)
        own = KeyStates(*(part[:, inside] for part in states))
        bank = self.decoder.excitation
        gains = bank.activations(own)[0].cpu()
        on_cpu, spectra = KeyStates(*(part.cpu() for part in own)), _move_to_cpu(bank.spectra())
        bends = compute_window_bends(performance, first, frames)
        if bends is None:
            total = self.phases.sum_notes(on_cpu, gains, spectra, first, seed)
            magnitude = _compute_magnitude(self.decoder, states)
        else:
            total, bent = self.phases.sum_bent_notes(on_cpu, bends, gains, spectra, first, seed)
            magnitude = _compute_bent_magnitude(self.decoder, states, bent)
        return magnitude, _apply_phases(magnitude, total)


def load_synthesizer(
    weights: WeightFile, device: torch.device, domain: WeightFile | None = None
) -> SpectralSynthesizer:
    """Load a decoder of the kind ``spectral``, with its phase table.

    Args:
        weights: its tensors are called ``decoder.…`` and ``phases.…``.
        device: where the decoder is to compute.
        domain: not needed by this kind.

    Raises:
        ModelNotFound: the file is missing or damaged, or does not fit its configuration.
    """
    sizes = {name: size for name, size in weights.config.items() if name != "kind"}
    with explain_misfits(weights.file):
        rms = float(sizes.pop("rms"))
        decoder, phases = SpectralDecoder(**sizes), PhaseTable()
    load_weights(nn.ModuleDict({"decoder": decoder, "phases": phases}), weights)
    return SpectralSynthesizer(decoder.eval().to(device), phases, rms)


@torch.inference_mode()
def compute_spectra(decoder: SpectralDecoder, performance: Performance, first: int, frames: int) -> Tensor:
    """Return the magnitudes (frames, bins) that a decoder gives from frame ``first`` of a performance on.

    Args:
        decoder: of the domain.
        performance: as :func:`~.note_grid.truncate_overlaps` returns it.
        first: the first frame; it may be negative.
        frames: how many.
    """
    return _compute_magnitude(decoder, _compute_surrounding_states(decoder, performance, first, frames))


def _compute_magnitude(decoder: SpectralDecoder, states: KeyStates) -> Tensor:
    """(1, context + frames + context, 88) → (frames, bins)."""
    with autocast_bfloat16():
        logarithms = decoder(states).float()[0]
    return logarithms[decoder.context : len(logarithms) - decoder.context].exp().cpu()


def _compute_bent_magnitude(decoder: SpectralDecoder, states: KeyStates, bent: BentSum) -> Tensor:
    """Return the magnitudes (frames, bins) where some notes are bent.

    The network has seen straight notes only.  So it corrects the spectrum that the notes have when they are
    played straight, and every bin's correction goes where the note goes that has the most power there.

    Args:
        decoder: of the domain.
        states: (1, context + frames + context, 88).
        bent: the bent notes of the frames.
    """
    bank, inside = decoder.excitation, slice(decoder.context, decoder.context + len(bent.bent))
    with autocast_bfloat16():
        activations = bank.activations(states)
        moved = F.pad(bent.bent, (0, 0, decoder.context, decoder.context)).to(activations.device)[..., None]
        parts = bank.mix(activations * ~moved), bank.mix(activations * moved)
        source = torch.hypot(*parts) if isinstance(bank, NoteBank) else parts[0] + parts[1]
        corrected = torch.log(source + bank.floor)
        corrected = corrected + decoder.correct(states, corrected)
    corrected, source, straight = (part[0, inside].float().cpu() for part in (corrected, source, parts[0]))
    correction = corrected - torch.log(source + bank.floor)  # with what was lost in half precision
    octaves = bent.octaves / (bent.power + straight.square() + _NOTHING)
    rows = octaves.any(dim=1)
    correction[rows] = interpolate(correction[rows], find_source_bins(octaves[rows], BINS))
    if isinstance(bank, NoteBank):
        return correction.exp_() * ((straight.square() + bent.power).sqrt_() + bank.floor)
    return correction.exp_() * (straight + bent.amplitude + bank.floor)


def _compute_surrounding_states(
    decoder: SpectralDecoder, performance: Performance, first: int, frames: int
) -> KeyStates:
    """Return the states of ``frames`` frames and of the decoder's context on both sides, on its device."""
    states = compute_window_states(performance, first - decoder.context, frames + 2 * decoder.context)
    device = get_device(decoder)
    return KeyStates(*(part.to(device) for part in states))


def _project(magnitude: Tensor, again: Tensor) -> Tensor:
    """Return the phases of ``again`` with the decoder's magnitude and some of the fluctuation of ``again``.

    A decoder gives the expected log-magnitude, which does not fluctuate as that of a section of strings does.
    Where voices beat against each other, ``again`` fluctuates in just that way; where they are steady, it
    does not.

    Args:
        magnitude: (T, bins), the decoder's.
        again: (T, bins) complex, the spectrum of the wave that it gave.

    Returns:
        (T − _SMOOTHING_SPAN + 1, bins), the middle frames.
    """
    size = get_magnitude(again)
    reached = size * (4 / N_FFT)
    fluctuation = torch.log((reached + _SILENCE) / (magnitude + _SILENCE)).clamp(-3, 3)
    # Weighted by magnitude: what a bin does in silence says nothing about how it sounds.
    mean = _sum_running(fluctuation * magnitude) / (_sum_running(magnitude) + _SMOOTHING_SPAN * _SILENCE)
    middle = slice(_SMOOTHING_SPAN // 2, len(magnitude) - _SMOOTHING_SPAN // 2)
    fluctuating = magnitude[middle] * torch.exp(_FLUCTUATION_SHARE * (fluctuation[middle] - mean))
    return again[middle] * (fluctuating / (size[middle] + _NOTHING))


def _move_to_cpu(spectra: AddedTemplates | ShapedNotes) -> NoteSpectra:
    """Return the spectra with their tensor on the CPU, where phases are computed."""
    return type(spectra)(spectra[0].cpu())


def _apply_phases(magnitude: Tensor, like: Tensor) -> Tensor:
    """Return ``magnitude`` with the phases of ``like``, and nothing where ``like`` is nothing."""
    return like * (magnitude / (get_magnitude(like) + _NOTHING))


def _sum_running(values: Tensor) -> Tensor:
    """Return (T − _SMOOTHING_SPAN + 1, bins): running sums of (T, bins) over :data:`_SMOOTHING_SPAN` frames.

    Sums of 1, 2, 4, … frames are put together: a tenth of the additions, and exact where a cumulative sum
    would lose soft frames behind loud ones.
    """
    length, taken = len(values) - _SMOOTHING_SPAN + 1, 0
    total, power, span = torch.zeros_like(values[:length]), values, 1
    while True:
        if _SMOOTHING_SPAN & span:
            total += power[taken : taken + length]
            taken += span
        if taken == _SMOOTHING_SPAN:
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
