"""Phases for a decoder's magnitudes: the phase of every note's partials advances at its measured rate.

A magnitude spectrogram alone leaves the phases open, and the usual ways to find them (Griffin–Lim, a network
with an adversary) are slow or need long training.  But the note grid says which notes sound, and the domain's
recordings show by how much the phase of each spectral bin of each key advances from frame to frame.  So a
note's phases are its age times that rate; notes are summed as complex spectra, weighted by their shares in
the excitation; and the decoder's magnitude takes the phase of the sum.  Partials stay coherent for as long as
a note lasts, at their true, slightly inharmonic frequencies.
"""

import math
from functools import cache, lru_cache

import numpy as np
import torch
from torch import Tensor, nn

from audiostyle.models.bending import OCTAVE, Bends, BentSum, find_source_bins, interpolate
from audiostyle.models.excitation import KeyStates
from audiostyle.models.frontend import LOWEST_PITCH, PITCHES
from audiostyle.models.note_spectra import NoteSpectra
from audiostyle.models.spectral_decoder import BINS, DECODER_HOP, DECODER_RATE
from audiostyle.sound.units import midi_to_hz

TONAL = 0.9
"""Mean resultant length of phase steps, in [0, 1], above which a bin counts as a steady partial."""

_QUIET = 1e-4  # of the loudest key's magnitude in a frame (−80 dB); keys below it do not affect the phases
_PERIOD = 2048  # frames (24 s) after which the steps of the random walk repeat


class PhaseTable(nn.Module):
    """The phase of every key's bins over the age of a note; measured, not trained by gradient.

    Attributes:
        advance: (88, bins), radians a frame beyond those of the bin's own frequency.
        coherence: (88, bins) in [0, 1], the mean resultant length of the measured steps.
        start: (88, bins), radians at the onset.

    Example:
        >>> from audiostyle.models.note_spectra import AddedTemplates
        >>> table = PhaseTable()
        >>> age = torch.arange(5.0)[:, None].expand(5, 88)
        >>> states = KeyStates(torch.ones(1, 5, 88), age[None], torch.zeros(1, 5, 88))
        >>> gains, spectra = torch.ones(5, 88, 1), AddedTemplates(torch.ones(88, 1, BINS))
        >>> table.sum_notes(states, gains, spectra, first=0, seed=0).shape
        torch.Size([5, 1025])
    """

    advance: Tensor
    coherence: Tensor
    start: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("advance", compute_harmonic_advance())
        self.register_buffer("coherence", torch.ones(PITCHES, BINS))
        # A sinusoid's main lobe alternates in sign from bin to bin: its phase refers to the window's start.
        self.register_buffer("start", math.pi * (torch.arange(BINS) % 2).expand(PITCHES, -1).clone())

    def sum_notes(
        self, states: KeyStates, gains: Tensor, spectra: NoteSpectra, first: int, seed: int
    ) -> Tensor:
        """Return the complex sum (T, bins) of all notes, each with its own phases.

        Args:
            states: (1, T, 88), of the frames from ``first`` on.
            gains: (T, 88, K), the excitation's activations.
            spectra: what turns them into magnitudes.
            first: number of the first frame in the piece; with ``seed`` it fixes the random phases of every
                note, however the piece is cut.
            seed: of the random walk that incoherent bins follow.
        """
        age = states.age[0]
        sounding = (states.level[0] > 0) & _find_loud(spectra.find_peaks(gains))
        real, imaginary = torch.zeros(2, len(age), BINS)
        for key in torch.nonzero(sounding.any(dim=0))[:, 0].tolist():
            for start, stop in _find_runs(sounding[:, key], age[:, key]):
                amplitude = spectra.mix(gains[start:stop, key], key)
                phase = self._phase(key, age[start:stop, key], first + start, seed)
                real[start:stop].addcmul_(amplitude, phase.cos())
                imaginary[start:stop].addcmul_(amplitude, phase.sin_())
        return torch.complex(real, imaginary)

    def sum_bent_notes(
        self, states: KeyStates, bends: Bends, gains: Tensor, spectra: NoteSpectra, first: int, seed: int
    ) -> tuple[Tensor, BentSum]:
        """Return what :meth:`sum_notes` does where some notes are bent, and what the bent ones come to.

        Args:
            states: (1, T, 88), of the frames from ``first`` on.
            bends: of the same frames.
            gains: (T, 88, K), the excitation's activations.
            spectra: what turns them into magnitudes.
            first: number of the first frame in the piece.
            seed: of the random walk that incoherent bins follow.
        """
        age = states.age[0]
        sounding = (states.level[0] > 0) & _find_loud(spectra.find_peaks(gains))
        total = torch.zeros(2, len(age), BINS)
        bent = BentSum(torch.zeros_like(sounding), *torch.zeros(3, len(age), BINS))
        for key in torch.nonzero(sounding.any(dim=0))[:, 0].tolist():
            for start, stop in _find_runs(sounding[:, key], age[:, key]):
                run = slice(start, stop)
                if bends.bent[start, key]:
                    octaves = bends.cents[run, key, None] / OCTAVE
                    places = find_source_bins(octaves, BINS)
                    finer = spectra.mix_finely(gains[run, key], key)
                    amplitude = interpolate(finer, 2 * places)
                    turned = bends.age[run, key]
                    phase = self._bent_phase(key, age[run, key], turned, places, first + start, seed)
                    bent.add(run, key, amplitude, octaves)
                else:
                    amplitude = spectra.mix(gains[run, key], key)
                    phase = self._phase(key, age[run, key], first + start, seed)
                total[0, run].addcmul_(amplitude, phase.cos())
                total[1, run].addcmul_(amplitude, phase.sin_())
        return torch.complex(*total), bent

    def _bent_phase(
        self, key: int, age: Tensor, turned: Tensor, places: Tensor, frame: int, seed: int
    ) -> Tensor:
        """Return a bent note's phases (frames, bins): those of the bins they come from, at another age."""
        turns = torch.floor(turned + 0.5)
        advance = self.advance[key].float()
        phase = torch.outer(turns.float(), compute_bin_advance() + advance)
        phase.addcmul_((turned - turns).float()[:, None], compute_bin_turn() + advance)
        begin, walk, deviation = self._walk(key, age, frame, seed)
        phase.addcmul_(walk, deviation)
        # A lobe alternates in sign from bin to bin, see `start`; so does one that has moved.
        signs = math.pi * (torch.arange(BINS) % 2)
        phase += self.start[key] - begin * deviation - signs
        return phase.gather(1, (places + 0.5).long()).add_(signs)

    def _phase(self, key: int, age: Tensor, frame: int, seed: int) -> Tensor:
        """Return a note's phases (frames, bins) at its ages (frames,), the first of them in ``frame``."""
        whole = int(torch.floor(age[0] + 0.5))
        fraction = float(age[0]) - whole  # the same in every frame of a note
        advance, (begin, walk, deviation) = self.advance[key].float(), self._walk(key, age, frame, seed)
        steps = torch.arange(whole, whole + len(age))[:, None].float()
        first = self.start[key] + fraction * (compute_bin_turn() + advance) - begin * deviation
        phase = torch.addmm(first[None], steps, (compute_bin_advance() + advance)[None])
        return phase.addcmul_(walk, deviation)

    def _walk(self, key: int, age: Tensor, frame: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return a note's random walk: its beginning (bins,), itself (frames, bins), and its size (bins,)."""
        whole = int(torch.floor(age[0] + 0.5))
        steps = torch.arange(whole, whole + len(age))
        coherence = self.coherence[key].float()
        deviation = (-2 * torch.log(coherence.clamp(min=0.05))).sqrt() * (coherence < TONAL)
        walk = draw_random_walk(seed)
        # Every note starts at its own place in the walk, which depends only on its key and its onset.
        place = (1103 * (frame - whole) + 389 * key) % _PERIOD
        return walk[place], _follow_walk(walk, place + steps), deviation


@lru_cache(maxsize=2)
def draw_random_walk(seed: int) -> Tensor:
    """Return the position of each bin's walk of normal steps after 0, …, 2048 of them, (2049, bins)."""
    steps = np.random.default_rng(seed).standard_normal((_PERIOD, BINS), dtype=np.float32)
    return torch.from_numpy(np.concatenate([np.zeros((1, BINS), np.float32), steps.cumsum(axis=0)]))


def _follow_walk(walk: Tensor, places: Tensor) -> Tensor:
    """Return the walk (n, bins) at consecutive places; after the last step, the steps repeat."""
    first, last = int(places[0]), int(places[-1])
    if first >= 0 and last < _PERIOD:
        return walk[first : last + 1]  # no copy
    rounds = torch.div(places, _PERIOD, rounding_mode="floor")
    position = walk[places - _PERIOD * rounds]
    return position + torch.outer(rounds.float(), walk[-1]) if rounds.any() else position


def _find_loud(peaks: Tensor) -> Tensor:
    """Return which keys are loud enough beside the loudest of their frame to affect phases, (T, 88)."""
    return peaks > _QUIET * peaks.amax(dim=1, keepdim=True)


def _find_runs(sounding: Tensor, age: Tensor) -> list[tuple[int, int]]:
    """Return [start, stop) of every run of frames of one note: unbroken sounding with growing age."""
    continued = sounding[1:] & sounding[:-1] & (age[1:] > age[:-1] + 0.5)  # within a note, by 1
    begins, ends = sounding.clone(), sounding.clone()
    begins[1:] &= ~continued
    ends[:-1] &= ~continued
    starts, lasts = (torch.nonzero(edge)[:, 0].tolist() for edge in (begins, ends))
    return [(start, last + 1) for start, last in zip(starts, lasts, strict=True)]


@cache
def compute_bin_turn() -> Tensor:
    """Return the phase advance in one hop of a sinusoid at each bin's center, radians, (bins,)."""
    return torch.arange(BINS) * (2 * math.pi * DECODER_HOP / (2 * (BINS - 1)))


@cache
def compute_bin_advance() -> Tensor:
    """Return :func:`compute_bin_turn` modulo 2π: without whole turns, single precision keeps the rest."""
    return torch.remainder(torch.arange(BINS) * DECODER_HOP, 2 * (BINS - 1)) * (math.pi / (BINS - 1))


def compute_harmonic_advance() -> Tensor:
    """Return the phase advance (88, bins), beyond the bin's own, of the key's harmonic nearest to it."""
    spacing = DECODER_RATE / (2 * (BINS - 1))
    pitch = torch.arange(PITCHES) + LOWEST_PITCH
    fundamental = midi_to_hz(pitch[:, None])
    frequency = torch.arange(BINS) * spacing
    harmonic = torch.clamp(torch.round(frequency / fundamental), min=1)
    turns = (harmonic * fundamental - frequency) * DECODER_HOP / DECODER_RATE
    return torch.remainder(turns * 2 * math.pi + math.pi, 2 * math.pi) - math.pi
