"""Measurement of a domain's phase table: how fast each bin of each key turns, how steadily, and from where.

Only frames count in which one key makes nearly all of a bin's magnitude by itself, as the trained
excitation bank sees it.
"""

from collections.abc import Iterable

import numpy as np
import torch

from audiostyle.models.decoder import BINS, DECODER_HOP, N_FFT, SpectralDecoder
from audiostyle.models.frontend import PITCHES
from audiostyle.models.phase import PhaseTable, bin_advance, bin_turn, harmonic_advance
from audiostyle.translation.training.decoder import Item

_SHARE = 0.8  # of a bin's power that a key must have for the bin's phase to be called its own
_ENOUGH = 6  # steps without which a bin keeps the nearest harmonic's rate
_ATTACK = 4  # frames from the onset whose phases tell where a note starts


def measure_phases(decoder: SpectralDecoder, excerpts: Iterable[Item]) -> PhaseTable:
    """Return the table of a domain from excerpts (wave at 44.1 kHz, key states)."""
    steps = np.zeros((PITCHES, BINS), np.complex64)
    counts = np.zeros((PITCHES, BINS), np.float32)
    excerpts = list(excerpts)
    for spectrum, states, shares in _dominated(decoder, excerpts):
        unit = _unit(spectrum)
        for key, share in shares.items():
            held = (
                (states.level[0, :, key] > 0)
                & (states.released[0, :, key] == 0)
                & (states.age[0, :, key] >= 0.5)
            )
            own = (share[1:] > _SHARE) & (share[:-1] > _SHARE) & (held[1:] & held[:-1]).numpy()[:, None]
            steps[key] += np.where(own, unit[1:] * np.conj(unit[:-1]), 0).sum(axis=0)
            counts[key] += own.sum(axis=0)
    table = PhaseTable()
    known = counts >= _ENOUGH
    measured = np.angle(steps * np.exp(-1j * bin_advance().numpy()))
    table.advance = torch.from_numpy(np.where(known, measured, harmonic_advance().numpy())).float()
    coherence = np.abs(steps) / np.maximum(counts, 1)
    table.coherence = torch.from_numpy(np.where(known, coherence, 0)).float()
    _measure_starts(decoder, excerpts, table)
    return table


def _measure_starts(decoder: SpectralDecoder, excerpts: list[Item], table: PhaseTable) -> None:
    """Fill in ``start``: the mean phase of the first frames, turned back to the onset."""
    turned = np.zeros((PITCHES, BINS), np.complex64)
    rate, turn = bin_advance() + table.advance, bin_turn() + table.advance
    for spectrum, states, shares in _dominated(decoder, excerpts):
        unit = _unit(spectrum)
        for key, share in shares.items():
            age = states.age[0, :, key]
            early = (states.level[0, :, key] > 0) & (age >= 0) & (age < _ATTACK)
            whole = torch.floor(age)
            back = torch.outer(whole, rate[key]) + torch.outer(age - whole, turn[key])
            own = (share > _SHARE) & early.numpy()[:, None]
            turned[key] += np.where(own, unit * np.exp(-1j * back.numpy()), 0).sum(axis=0)
    known = torch.from_numpy(np.abs(turned) > 0)
    table.start = torch.where(known, torch.from_numpy(np.angle(turned)).float(), table.start)


def _dominated(decoder: SpectralDecoder, excerpts: list[Item]):
    """Yield (spectrum (T, bins), states, {key: its share of the power (T, bins)}) of every excerpt."""
    window = torch.hann_window(N_FFT)
    power = decoder.excitation.spectra().detach() ** 2
    for wave, states in excerpts:
        spectrum = torch.stft(
            torch.from_numpy(wave),
            N_FFT,
            DECODER_HOP,
            window=window,
            pad_mode="constant",
            return_complex=True,
        ).T
        with torch.no_grad():
            gains = decoder.excitation.activations(states)[0] ** 2
            total = torch.einsum("tpk,pkb->tb", gains, power) + 1e-12
            keys = torch.nonzero(states.level[0].amax(dim=0))[:, 0].tolist()
            shares = {key: (gains[:, key] @ power[key] / total).numpy() for key in keys}
        yield spectrum.numpy(), states, shares


def _unit(spectrum: np.ndarray) -> np.ndarray:
    return spectrum / np.maximum(np.abs(spectrum), 1e-9)
