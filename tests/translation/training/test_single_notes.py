"""Measuring an excitation: what notes are made of comes back, at every age, dynamic and release."""

import numpy as np
import pytest
import torch

from audiostyle.models.excitation import KeyStates
from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH, PITCHES
from audiostyle.models.note_bank import NoteBank
from audiostyle.models.spectral_decoder import BINS, DECODER_RATE, N_FFT
from audiostyle.music.performance import Performance
from audiostyle.music.samples.opening import PlayableInstrument
from audiostyle.translation.training.single_notes import measure_excitation

KEYS = (69, 70)
RELEASE = 0.08  # seconds
AUDIBLE = -65.0  # decibels; below, a partial need only be soft


def render(performance: Performance) -> np.ndarray:
    """Three harmonics; the higher ones decay faster, and are stronger in loud notes."""
    wave = np.zeros(round((performance.seconds + 2) * DECODER_RATE), np.float32)
    for note in performance.notes:
        time = np.arange(len(wave)) / DECODER_RATE - float(note["onset"])
        level, hertz = note["velocity"] / 127, 440 * 2 ** ((int(note["pitch"]) - 69) / 12)
        over = np.maximum(time - float(note["offset"] - note["onset"]), 0)
        tone = sum(
            level ** (1 + n) * np.sin(2 * np.pi * n * hertz * time) * np.exp(-n * time) / n for n in (1, 2, 3)
        )
        wave += np.where(time >= 0, 0.2 * tone * np.exp(-over / RELEASE), 0).astype(np.float32)
    return wave


@pytest.fixture(scope="module")
def bank() -> NoteBank:
    torch.manual_seed(0)
    instrument = PlayableInstrument("harmonics", render, *KEYS)
    return measure_excitation(NoteBank(BINS, DECODER_RATE / N_FFT, templates=5, dynamics=3), instrument)


def predict(bank: NoteBank, level: float, age: float, released: float = 0.0) -> torch.Tensor:
    states = KeyStates(*torch.zeros(3, 1, 1, PITCHES))
    for part, value in zip(states, (level, age, released), strict=True):
        part[0, 0, KEYS[0] - LOWEST_PITCH] = value
    with torch.no_grad():
        return bank.mix(bank.activations(states))[0, 0]


def decibels(magnitude: torch.Tensor, harmonic: int) -> float:
    place = round(harmonic * 440 * N_FFT / DECODER_RATE)
    return float(20 * torch.log10(magnitude[place - 1 : place + 2].square().sum().sqrt()))


@pytest.mark.parametrize("level", [1 / 3, 2 / 3, 1.0])
@pytest.mark.parametrize("age", [4.0, 30.0, 150.0])
@pytest.mark.parametrize("harmonic", [1, 2, 3])
def test_partials_have_their_levels(bank, level, age, harmonic):
    found = decibels(predict(bank, level, age), harmonic)
    seconds = age / FRAME_RATE
    amplitude = 0.2 * level ** (1 + harmonic) * np.exp(-harmonic * seconds) / harmonic
    expected = 20 * np.log10(amplitude) + 1.76  # of a Hann window's three largest bins together
    if expected > AUDIBLE:
        assert found == pytest.approx(expected, abs=2.0)
    else:
        assert found < AUDIBLE + 6


def test_loud_notes_are_brighter(bank):
    soft, loud = (predict(bank, level, 8.0) for level in (1 / 3, 1.0))
    assert decibels(loud, 3) - decibels(loud, 1) > decibels(soft, 3) - decibels(soft, 1) + 10


def test_releases_fall_as_they_do(bank):
    frames = 10.0
    fall = decibels(predict(bank, 0.75, 60.0, frames), 1) - decibels(predict(bank, 0.75, 60.0), 1)
    assert fall == pytest.approx(-8.686 * frames / FRAME_RATE / RELEASE, abs=2.5)


def test_before_its_onset_a_note_is_silent(bank):
    assert predict(bank, 1.0, -2.5).max() < 1e-3 * predict(bank, 1.0, 2.0).max()


def test_other_keys_are_like_the_outermost_ones(bank):
    first = KEYS[0] - LOWEST_PITCH
    assert torch.equal(bank.held[0], bank.held[first])
    assert torch.equal(bank.templates[-1], bank.templates[first + 1])


def test_keys_that_are_silent_are_no_numbers_gone_wrong():
    bank = NoteBank(BINS, DECODER_RATE / N_FFT, templates=2, dynamics=2)
    silent = PlayableInstrument("silence", lambda performance: np.zeros(DECODER_RATE, np.float32), 60, 61)
    measure_excitation(bank, silent)
    assert all(torch.isfinite(table).all() for table in bank.parameters())
