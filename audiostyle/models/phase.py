"""Phases for a decoder's magnitudes: every note's partials turn at the rate they were measured to turn.

A magnitude spectrogram alone leaves the phases open, and the usual ways to find them (Griffin–Lim, a network
and an adversary) are slow or need long training.  But the code says which notes sound, and the domain's
recordings show how fast each spectral bin of each key turns from frame to frame.  So a note's phases are its
age times that rate; notes are summed as complex spectra, weighted by what the excitation bank says of each
of them; and the sum's phase goes to the decoder's magnitude.  Partials stay coherent for as long as a note
lasts, at their true, slightly inharmonic frequencies.
"""

import math

import numpy as np
import torch
from torch import Tensor, nn

from audiostyle.models.decoder import BINS, DECODER_HOP, SAMPLE_RATE
from audiostyle.models.excitation import LEAD, KeyStates
from audiostyle.models.frontend import LOWEST_PITCH, PITCHES

TONAL = 0.9
"""Mean resultant length of phase steps above which a bin counts as a steady partial."""


class PhaseTable(nn.Module):
    """How fast, how steadily and from where the bins of every key turn; measured, not trained by gradient.

    Buffers, each (88, bins): ``advance``, radians a frame beyond the bin's own frequency; ``coherence`` in
    [0, 1], the mean resultant length of those steps; ``start``, radians at the onset.
    """

    advance: Tensor
    coherence: Tensor
    start: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("advance", harmonic_advance())
        self.register_buffer("coherence", torch.ones(PITCHES, BINS))
        # A sinusoid's main lobe alternates in sign from bin to bin: its phase refers to the window's start.
        self.register_buffer("start", math.pi * (torch.arange(BINS) % 2).expand(PITCHES, -1).clone())

    def sum_notes(self, states: KeyStates, gains: Tensor, templates: Tensor, first: int, seed: int) -> Tensor:
        """Return the complex sum (T, bins) of all notes, each with its own phases.

        Args:
            states: (1, T, 88) of the frames from ``first`` on.
            gains: (T, 88, K), how much of each template sounds.
            templates: (88, K, bins), magnitudes.
            first: number of the first frame in the piece; with ``seed`` it fixes the noise of every note,
                however the piece is cut.
        """
        level, age = states.level[0], states.age[0]
        total = torch.zeros(len(level), BINS, dtype=torch.complex64)
        for key in torch.nonzero(level.amax(dim=0))[:, 0].tolist():
            spectra = templates[key, :, : _audible(templates[key])]
            for start, stop in _runs(level[:, key] > 0, age[:, key]):
                amplitude = gains[start:stop, key] @ spectra
                phase = self._phase(key, spectra.shape[1], age[start:stop, key], first + start, seed)
                total[start:stop, : spectra.shape[1]] += torch.polar(amplitude, phase)
        return total

    def _phase(self, key: int, bins: int, age: Tensor, frame: int, seed: int) -> Tensor:
        """Return the phases (frames, bins) of a note of the given ages, the first of them in ``frame``."""
        whole = torch.round(age[0])  # not floor: notes often begin on a frame, where rounding errors decide
        part = float(age[0] - whole)  # the same in every frame of a note
        advance = self.advance[key, :bins].float()
        steps = whole + torch.arange(len(age))
        phase = torch.outer(steps, bin_advance()[:bins] + advance)
        phase += self.start[key, :bins].float() + part * (bin_turn()[:bins] + advance)
        coherence = self.coherence[key, :bins].float()
        unsteady = coherence < TONAL
        if unsteady.any():
            # NumPy's normals, unlike torch's, come one after another: a longer walk begins with the shorter.
            noise = np.random.default_rng([seed, key, max(0, frame - int(whole))])
            before = max(0, int(whole) + LEAD)
            drift = noise.standard_normal((before + len(age), int(unsteady.sum())), dtype=np.float32)
            walk = torch.from_numpy(drift).cumsum(dim=0)
            deviation = (-2 * torch.log(coherence[unsteady].clamp(min=0.05))).sqrt()
            phase[:, unsteady] += walk[before:] * deviation
        return phase


def _runs(sounding: Tensor, age: Tensor) -> list[tuple[int, int]]:
    """Return [start, stop) of every note of one key: unbroken sounding with growing age."""
    begins = sounding.clone()
    begins[1:] &= ~sounding[:-1] | (age[1:] < age[:-1] + 0.5)  # within a note, by 1
    starts = torch.nonzero(begins)[:, 0].tolist()
    rests = [*torch.nonzero(~sounding)[:, 0].tolist(), len(sounding)]
    edges = [*starts[1:], len(sounding)]
    return [
        (start, min(edge, next(rest for rest in rests if rest > start)))
        for start, edge in zip(starts, edges, strict=True)
    ]


def _audible(spectra: Tensor) -> int:
    """Return how many bins of a key's spectra (K, bins) reach within 100 dB of the loudest."""
    peaks = spectra.amax(dim=0)
    return int(torch.nonzero(peaks > 1e-5 * peaks.max()).max()) + 1


def bin_turn() -> Tensor:
    """Return how far a sinusoid at each bin's centre turns in one hop, radians, (bins,)."""
    return torch.arange(BINS) * (2 * math.pi * DECODER_HOP / (2 * (BINS - 1)))


def bin_advance() -> Tensor:
    """Return :func:`bin_turn` less its whole turns, which keep single precision from losing the rest."""
    return torch.remainder(torch.arange(BINS) * DECODER_HOP, 2 * (BINS - 1)) * (math.pi / (BINS - 1))


def harmonic_advance() -> Tensor:
    """Return (88, bins): the turn, beyond the bin's own, of the harmonic nearest to each bin."""
    spacing = SAMPLE_RATE / (2 * (BINS - 1))
    pitch = torch.arange(PITCHES) + LOWEST_PITCH
    fundamental = 440.0 * 2 ** ((pitch[:, None] - 69) / 12)
    frequency = torch.arange(BINS) * spacing
    harmonic = torch.clamp(torch.round(frequency / fundamental), min=1)
    turns = (harmonic * fundamental - frequency) * DECODER_HOP / SAMPLE_RATE
    return torch.remainder(turns * 2 * math.pi + math.pi, 2 * math.pi) - math.pi
