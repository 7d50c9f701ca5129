"""Measurement of a domain's phase table: advance, coherence and start of every bin of every key.

Only frames count in which one key contributes nearly all of a bin's power, by the trained excitation bank,
and which come after the onset: a window centered on the onset holds half a note, whose lobes are wide.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import torch

from audiostyle.models.frontend import PITCHES
from audiostyle.models.phase_table import (
    PhaseTable,
    compute_bin_advance,
    compute_bin_turn,
    compute_harmonic_advance,
)
from audiostyle.models.spectral_decoder import BINS, DECODER_HOP, N_FFT, SpectralDecoder
from audiostyle.translation.training.decoder import Item

_SHARE = 0.8  # of a bin's power that a key must contribute for the bin's phase to count as the key's
_MIN_STEPS = 6  # with fewer, a bin keeps the advance of the nearest harmonic
_SAME_NOTE = 1.5  # frames by which the age may grow between two frames of one note
_ATTACK = 4  # frames from the onset whose phases the start is measured from


def measure_phases(decoder: SpectralDecoder, excerpts: Iterable[Item]) -> PhaseTable:
    """Return the phase table of a domain, given its trained decoder and excerpts of its recordings.

    Args:
        decoder: whose excitation says to which key a bin's power belongs; it is not changed.
        excerpts: waves (samples,) at 44.1 kHz, each with the key states (1, T, 88) of its T frames.

    Returns:
        A table of (88, 1025) values in radians; where nothing is measured, it has those of pure harmonics.

    Example:
        >>> from audiostyle.models.excitation import KeyStates
        >>> rest = KeyStates(*torch.zeros(3, 1, 9, PITCHES))
        >>> decoder = SpectralDecoder(channels=2, templates=1)
        >>> measure_phases(decoder, [(np.zeros(8 * DECODER_HOP, np.float32), rest)]).advance.shape
        torch.Size([88, 1025])
    """
    excerpts = list(excerpts)
    table = PhaseTable()
    _measure_steps(decoder, excerpts, table)
    _measure_starts(decoder, excerpts, table)
    return table


def _measure_steps(decoder: SpectralDecoder, excerpts: list[Item], table: PhaseTable) -> None:
    """Set ``advance`` and ``coherence``: direction and length of the mean step between two frames."""
    steps = np.zeros((PITCHES, BINS), np.complex64)
    counts = np.zeros((PITCHES, BINS), np.float32)
    for key, note in _iterate_keys(decoder, excerpts):
        next_frame = np.diff(note.age) < _SAME_NOTE
        held = (note.released[1:] == 0) & (note.age[:-1] > 0) & next_frame
        own = note.own[1:] & note.own[:-1] & held[:, None]
        steps[key] += (note.unit[1:] * np.conj(note.unit[:-1]) * own).sum(axis=0)
        counts[key] += own.sum(axis=0)
    known = counts >= _MIN_STEPS
    measured = np.angle(steps * np.exp(-1j * compute_bin_advance().numpy()))
    table.advance = torch.from_numpy(np.where(known, measured, compute_harmonic_advance().numpy())).float()
    coherence = np.where(known, np.abs(steps) / np.maximum(counts, 1), 0)
    table.coherence = torch.from_numpy(coherence).float()


def _measure_starts(decoder: SpectralDecoder, excerpts: list[Item], table: PhaseTable) -> None:
    """Set ``start``: the mean phase of the first frames, extrapolated back to the onset."""
    turned = np.zeros((PITCHES, BINS), np.complex64)
    rate, turn = (
        part.numpy() for part in (compute_bin_advance() + table.advance, compute_bin_turn() + table.advance)
    )
    for key, note in _iterate_keys(decoder, excerpts):
        whole = np.round(note.age)
        back = np.outer(whole, rate[key]) + np.outer(note.age - whole, turn[key])
        own = note.own & ((note.age > 0) & (note.age < _ATTACK))[:, None]
        turned[key] += (note.unit * np.exp(-1j * back) * own).sum(axis=0)
    known = torch.from_numpy(np.abs(turned) > 0)
    table.start = torch.where(known, torch.from_numpy(np.angle(turned)).float(), table.start)


class _Sounding(NamedTuple):
    """The n frames in which a key sounds.

    Attributes:
        age, released: (n,), of the key's note.
        unit: (n, bins), phases as complex numbers of magnitude 1.
        own: (n, bins), where the key contributes nearly all of the power.
    """

    age: np.ndarray
    released: np.ndarray
    unit: np.ndarray
    own: np.ndarray


def _iterate_keys(decoder: SpectralDecoder, excerpts: list[Item]) -> Iterator[tuple[int, _Sounding]]:
    """Yield every key of every excerpt with the frames in which it sounds."""
    window = torch.hann_window(N_FFT)
    for wave, states in excerpts:
        spectrum = torch.stft(
            torch.from_numpy(wave),
            N_FFT,
            DECODER_HOP,
            window=window,
            pad_mode="constant",
            return_complex=True,
        ).T
        unit = (spectrum / spectrum.abs().clamp(min=1e-9)).numpy()
        with torch.no_grad():
            spectra, gains = decoder.excitation.spectra(), decoder.excitation.activations(states)[0]
        total = torch.full((len(gains), BINS), 1e-12)
        shares = {}
        for key in torch.nonzero(states.level[0].amax(dim=0))[:, 0].tolist():
            frames = torch.nonzero(states.level[0, :, key])[:, 0]
            shares[key] = frames, spectra.mix(gains[frames, key], key).detach().square()
            total[frames] += shares[key][1]
        for key, (frames, own_power) in shares.items():
            own = (own_power > _SHARE * total[frames]).numpy()
            age, released = (part[0, frames, key].numpy() for part in (states.age, states.released))
            yield key, _Sounding(age, released, unit[frames.numpy()], own)
