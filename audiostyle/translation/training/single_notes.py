"""The excitation of a domain, measured on single notes: no training, a minute for 88 keys.

Every key is played alone, at every dynamic, held and released.  The log spectra of a key at all ages and
dynamics are a peak each and a shape; shapes are a mean and a few principal components.  Bins and ages far
below the note's peak count little, as they are not heard.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH
from audiostyle.models.note_bank import AGES, RELEASES, STRIDE, NoteBank, list_age_ranges
from audiostyle.models.spectral_decoder import BINS, DECODER_RATE, N_FFT
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.music.samples.opening import PlayableInstrument
from audiostyle.progress import Progress

HELD = AGES[-1] * 1.2 / FRAME_RATE + 0.1
"""Seconds for which a note is held to be measured."""
_SHORT = 0.6  # seconds after which a note is released to measure that
_PAUSE = 1.6  # seconds between a release and the next note
_BEFORE = 0.1  # seconds before the first note
_RELEASED_VELOCITY = 96
_FLOOR = 1e-13  # power, −130 dB of full scale
_HEARD = 80.0  # decibels below a dynamic's peak down to which bins count
_LEAST = 0.1  # of the weight's root that bins below that have
_MOST_PLACES = 8  # in the range of an age, over which powers are averaged
_DEEPEST = -13.8  # natural logarithm of the softest bin beside its frame's peak, −120 dB
_NEAR_FLOOR = 0.7  # likewise; peaks within that of the floor are those of noise
_GONE = 3.0  # likewise; by which what has reached the floor falls below it


class NotePowers(NamedTuple):
    """Power spectra of single notes of n keys; a full-scale sine has power 1.

    Attributes:
        held: (n, V, A, bins), at each dynamic and each of :data:`~audiostyle.models.note_bank.AGES`.
        released: (n, R, bins), at each of :data:`~audiostyle.models.note_bank.RELEASES` after a short note.
    """

    held: Tensor
    released: Tensor


def measure_excitation(
    bank: NoteBank, instrument: PlayableInstrument, progress: Progress | None = None
) -> NoteBank:
    """Fill the tables of an excitation bank with what single notes of an instrument are like.

    Keys beyond the instrument's range are like its outermost one.

    Args:
        bank: filled in place.
        instrument: which plays them.
        progress: called with the number of dynamics that have been played, and that there are.

    Returns:
        The same bank.
    """
    powers = play_single_notes(instrument, len(bank.levels), progress)
    fit_excitation(bank, powers, instrument.lowest - LOWEST_PITCH)
    return bank


def play_single_notes(
    instrument: PlayableInstrument, dynamics: int, progress: Progress | None = None
) -> NotePowers:
    """Let an instrument play every key alone, at every dynamic, and return what it sounds like."""
    keys = range(instrument.lowest, instrument.highest + 1)
    held = []
    for number in range(dynamics):
        velocity = round(127 * (number + 1) / dynamics)
        notes = _space_notes(keys, velocity, HELD)
        wave = instrument.render(Performance(notes))
        held.append(torch.stack([_measure_ages(wave, float(onset)) for onset in notes["onset"]]))
        if progress:
            progress(number + 1, dynamics + 1)
    notes = _space_notes(keys, _RELEASED_VELOCITY, _SHORT)
    wave = instrument.render(Performance(notes))
    places = np.array(RELEASES) / FRAME_RATE
    released = torch.stack([_measure_powers(wave, float(offset) + places) for offset in notes["offset"]])
    return NotePowers(torch.stack(held, dim=1), released)


def fit_excitation(bank: NoteBank, powers: NotePowers, first: int) -> None:
    """Set the tables of a bank to what fits the powers of single notes best.

    Args:
        bank: whose number of dynamics is that of the powers.
        powers: of n keys.
        first: index of the first of the keys, 0 for A0.
    """
    keys, dynamics, ages, bins = powers.held.shape
    peaks, shapes = _split_peaks(powers.held.reshape(keys, dynamics * ages, bins))
    mean, components, amounts = _find_components(shapes, _weigh(powers.held), bank.held.shape[3] - 1)
    row = (torch.arange(len(bank.templates)) - first).clamp(0, keys - 1)
    held = torch.cat([peaks, amounts], dim=2).reshape(keys, dynamics, ages, -1)
    with torch.no_grad():
        bank.templates.copy_(torch.cat([mean, components], dim=1)[row] / STRIDE)
        bank.held.copy_(held[row] / STRIDE)
        bank.released.copy_(_fit_releases(bank, powers.released, mean, components, first)[row])


def _split_peaks(powers: Tensor) -> tuple[Tensor, Tensor]:
    """Return log-magnitudes (n, rows, bins) as their peaks (n, rows, 1), and what they are above these."""
    logarithms = (powers + _FLOOR).log() / 2
    peaks = logarithms.amax(dim=2, keepdim=True)
    return peaks, (logarithms - peaks).clamp(min=_DEEPEST)


def _find_components(
    shapes: Tensor, weights: tuple[Tensor, Tensor], count: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the weighted principal components of every key's shapes.

    Args:
        shapes: (n, rows, bins).
        weights: of rows (n, rows) and of bins (n, bins).
        count: of the components.

    Returns:
        The mean (n, 1, bins), the components (n, K, bins), and their amounts (n, rows, K).
    """
    by_row, by_bin = weights[0][:, :, None], weights[1][:, None]
    mean = (shapes * by_row).sum(dim=1, keepdim=True) / by_row.sum(dim=1, keepdim=True)
    left, values, right = torch.linalg.svd(
        (shapes - mean) * by_row.sqrt() * by_bin.sqrt(), full_matrices=False
    )
    left, values, right = left[:, :, :count], values[:, :count], right[:, :count]
    # Amounts of at most about 1 train as well as the rest; a key that does not change has none.
    scale = (values / left.abs().amax(dim=1)).clamp(min=1e-6)
    amounts = left * (values / scale)[:, None] / by_row.sqrt()
    return mean, right * scale[:, :, None] / by_bin.sqrt(), amounts


def _fit_releases(bank: NoteBank, powers: Tensor, mean: Tensor, components: Tensor, first: int) -> Tensor:
    """Return what releases add to peaks and amounts, (n, R, 1 + K), in the bank's unit."""
    peaks, shapes = _split_peaks(powers)
    by_bin = (powers.amax(dim=1) + _FLOOR).sqrt()[
        :, :, None
    ]  # of a note that falls, what is left of its partials
    by_bin = by_bin / by_bin.amax(dim=1, keepdim=True) + _LEAST**2
    basis = components.transpose(1, 2)
    normal = basis.transpose(1, 2) @ (basis * by_bin)
    # A key that does not sound has no components; its equations still have a solution, nothing.
    normal = normal + torch.diag_embed(1e-3 * normal.diagonal(dim1=1, dim2=2) + 1e-3)
    right = basis.transpose(1, 2) @ ((shapes - mean).transpose(1, 2) * by_bin)
    amounts = torch.linalg.solve(normal, right).transpose(1, 2)
    found = torch.cat([peaks, amounts], dim=2)
    key = torch.arange(first, first + len(powers)).repeat_interleave(len(RELEASES))
    age = (_SHORT * FRAME_RATE + torch.tensor(RELEASES)).repeat(len(powers))
    level = torch.full(age.shape, _RELEASED_VELOCITY / 127)
    held = bank.interpolate_held(key, level, age).detach().reshape(found.shape) * STRIDE
    added = found - held
    fallen = (peaks < np.log(_FLOOR) / 2 + _NEAR_FLOOR).float()
    added[:, :, 1:] *= 1 - fallen  # the shape of what cannot be heard is that of the floor
    added = added - added[:, :1]
    added[:, :, :1] -= fallen * _GONE
    return added / STRIDE


def _weigh(powers: Tensor) -> tuple[Tensor, Tensor]:
    """Return how much rows (n, V · A) and bins (n, bins) of powers (n, V, A, bins) count.

    Rows count by how far they are above −80 dB from their dynamic's peak, bins likewise from their key's.
    """
    by_age = powers.amax(dim=3) + _FLOOR
    rows = _count(by_age / by_age.amax(dim=2, keepdim=True))
    by_bin = powers.amax(dim=(1, 2)) + _FLOOR
    return rows.flatten(1), _count(by_bin / by_bin.amax(dim=1, keepdim=True))


def _count(ratio: Tensor) -> Tensor:
    return (1 + 10 * torch.log10(ratio) / _HEARD).clamp(min=_LEAST) ** 2


def _space_notes(keys: range, velocity: int, seconds: float) -> np.ndarray:
    """Return a note for each key, each held so long, far enough apart to be heard alone."""
    notes = np.zeros(len(keys), NOTE_DTYPE)
    notes["onset"] = _BEFORE + np.arange(len(keys)) * (seconds + _PAUSE)
    notes["offset"] = notes["onset"] + seconds
    notes["pitch"], notes["velocity"] = list(keys), velocity
    return notes


def _measure_ages(wave: np.ndarray, onset: float) -> Tensor:
    """Return the mean power spectra (A, bins) of a note at all ages."""
    places, rows = [], []
    for row, (low, high) in enumerate(list_age_ranges()):
        count = int(np.clip(np.ceil((high - low) * 2), 2, _MOST_PLACES))
        inner = low + (high - low) * (np.arange(count) + 0.5) / count
        places += (onset + inner / FRAME_RATE).tolist()
        rows += [row] * count
    powers = _measure_powers(wave, np.array(places))
    index = torch.tensor(rows)
    total = torch.zeros(len(AGES), BINS).index_add_(0, index, powers)
    return total / torch.bincount(index)[:, None]


def _measure_powers(wave: np.ndarray, seconds: np.ndarray) -> Tensor:
    """Return the power spectra (n, bins) of frames whose middles are at these seconds."""
    padded = np.pad(wave, N_FFT)  # so the frame at second 0 begins at sample N_FFT / 2
    starts = np.round(seconds * DECODER_RATE).astype(int) + N_FFT // 2
    starts = np.clip(starts, 0, len(padded) - N_FFT)
    frames = torch.from_numpy(padded[starts[:, None] + np.arange(N_FFT)])
    spectrum = torch.fft.rfft(frames * torch.hann_window(N_FFT))
    return (spectrum.real.square() + spectrum.imag.square()) / (N_FFT / 4) ** 2
