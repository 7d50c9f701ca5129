"""Phases: a note's partials turn at their own frequencies, and cutting a piece changes nothing."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.models.excitation import LEAD, KeyStates
from audiostyle.models.frontend import LOWEST_PITCH, PITCHES
from audiostyle.models.note_spectra import AddedTemplates
from audiostyle.models.phase_table import (
    PhaseTable,
    compute_bin_advance,
    compute_bin_turn,
    compute_harmonic_advance,
)
from audiostyle.models.spectral_decoder import BINS, DECODER_HOP, DECODER_RATE, N_FFT


def near(angles: torch.Tensor, others: torch.Tensor, tolerance: float) -> bool:
    """Are angles the same up to whole turns?"""
    return bool(((angles - others).cos() > math.cos(tolerance)).all())


def frequency(pitch: int) -> float:
    return 440 * 2 ** ((pitch - 69) / 12)


def states_of(notes: list[tuple[int, float, float]], frames: int) -> KeyStates:
    """Notes (pitch, onset, last sounding frame) in frames; a later note of a key ends the earlier."""
    states = KeyStates(*(torch.zeros(1, frames, PITCHES) for _ in range(3)))
    for pitch, onset, stop in notes:
        first, key = max(0, round(onset) - LEAD), pitch - LOWEST_PITCH
        states.level[0, first:, key] = 0
        states.level[0, first : round(stop), key] = 0.8
        states.age[0, first : round(stop), key] = torch.arange(first, max(first, round(stop))) - onset
    return states


def unsteady_table(seed: int = 0) -> PhaseTable:
    """A table as if measured: every rate and start its own, half of the bins noisy."""
    torch.manual_seed(seed)
    table = PhaseTable()
    table.advance = (torch.rand(PITCHES, BINS) - 0.5) * 2
    table.coherence = torch.rand(PITCHES, BINS) * 0.2 + 0.8
    table.start = torch.rand(PITCHES, BINS) * 6
    return table


def test_turns_in_known_places():
    assert compute_bin_advance()[:6].tolist() == pytest.approx([n % 4 * math.pi / 2 for n in range(6)])
    assert compute_bin_turn()[4].item() == pytest.approx(2 * math.pi)
    assert near(compute_bin_turn().double(), compute_bin_advance().double(), 2e-3)


@pytest.mark.parametrize("pitch", [40, 69, 100])
def test_a_bin_turns_with_the_harmonic_nearest_to_it(pitch):
    f0 = frequency(pitch)
    for harmonic in range(1, 6):
        bin_ = round(harmonic * f0 * N_FFT / DECODER_RATE)
        turn = (compute_bin_advance() + compute_harmonic_advance()[pitch - LOWEST_PITCH])[bin_].double()
        truth = torch.tensor(2 * math.pi * harmonic * f0 * DECODER_HOP / DECODER_RATE).double()
        assert near(turn, truth, 0.01)


@pytest.mark.parametrize("pitch", [45, 60, 69, 90])
@pytest.mark.parametrize("onset", [2.0, 2.4])
def test_a_held_note_is_a_coherent_sinusoid_of_its_frequency(pitch, onset):
    """One lobe of magnitude, the default phases, the inverse transform: a cosine that begins at the onset."""
    frames = 100
    center = frequency(pitch) * N_FFT / DECODER_RATE
    away = torch.arange(BINS) - center
    lobe = (torch.sinc(away) / (1 - away**2 + 1e-9)).abs() * (away.abs() < 2)  # of the Hann window
    templates = torch.zeros(PITCHES, 1, BINS)
    templates[pitch - LOWEST_PITCH, 0] = lobe
    states = states_of([(pitch, onset, frames)], frames)
    gains = (states.level[0] > 0).float()[..., None]
    spectrum = PhaseTable().sum_notes(states, gains, AddedTemplates(templates), 0, 0)
    wave = torch.istft(spectrum.T * N_FFT / 4, N_FFT, DECODER_HOP, window=torch.hann_window(N_FFT))
    middle = wave[20 * DECODER_HOP : 80 * DECODER_HOP]
    peak = torch.fft.rfft(middle * torch.hann_window(len(middle)), 8 * len(middle)).abs().argmax()
    assert float(peak) * DECODER_RATE / (8 * len(middle)) == pytest.approx(frequency(pitch), abs=0.5)
    time = torch.arange(20 * DECODER_HOP, 80 * DECODER_HOP).double() - onset * DECODER_HOP
    cosine = torch.cos(2 * math.pi * frequency(pitch) / DECODER_RATE * time).float()
    assert torch.allclose(middle, cosine, atol=0.05)


# Notes of a key at least three frames apart, as the encoder tells them.
NOTES = st.lists(
    st.tuples(st.sampled_from([40, 60]), st.integers(0, 12), st.floats(-0.49, 0.49), st.integers(2, 20)),
    max_size=6,
    unique_by=lambda note: note[:2],
)


@settings(deadline=None, max_examples=40)
@given(NOTES, st.integers(1, 59), st.integers(0, 9))
def test_a_piece_in_two_is_the_piece_in_one(notes, cut, seed):
    """The noise too: it belongs to the note, not to the place where the piece was cut."""
    frames = 60
    played = [(pitch, 3 * n + shift, 3 * n + shift + length) for pitch, n, shift, length in sorted(notes)]
    states = states_of(sorted(played, key=lambda note: note[1]), frames)
    table, templates = unsteady_table(), torch.ones(PITCHES, 1, BINS)
    gains = states.level[0][..., None]

    def piece(first: int, stop: int) -> torch.Tensor:
        part = KeyStates(*(field[:, first:stop] for field in states))
        return table.sum_notes(part, gains[first:stop], AddedTemplates(templates), 1000 + first, seed)

    whole = piece(0, frames)
    assert torch.allclose(torch.cat([piece(0, cut), piece(cut, frames)]), whole, atol=0.02)


def test_notes_add_up_and_silence_is_zero():
    table, templates = unsteady_table(), torch.rand(PITCHES, 2, BINS)

    def sum_notes(*notes: tuple[int, float, float]) -> torch.Tensor:
        states = states_of(list(notes), 30)
        return table.sum_notes(
            states, states.level[0][..., None].repeat(1, 1, 2), AddedTemplates(templates), 0, 0
        )

    one, two = (60, 4.0, 20.0), (67, 8.3, 30.0)
    assert torch.allclose(sum_notes(one, two), sum_notes(one) + sum_notes(two), atol=1e-5)
    assert not sum_notes().any()


def test_the_seed_and_only_the_seed_changes_the_noise():
    states = states_of([(60, 4.3, 30.0)], 30)
    arguments = states, states.level[0][..., None], AddedTemplates(torch.ones(PITCHES, 1, BINS)), 0
    table = unsteady_table()
    torch.manual_seed(1)
    first = table.sum_notes(*arguments, 5)
    torch.manual_seed(2)
    assert torch.equal(table.sum_notes(*arguments, 5), first)
    noisy = table.coherence[60 - LOWEST_PITCH] < 0.9
    moved = (table.sum_notes(*arguments, 6) - first).abs()[10:]
    assert (moved[:, noisy].amax(dim=0) > 0.01).float().mean() > 0.9
    assert not moved[:, ~noisy].any()


@pytest.mark.parametrize("onset", [4.0, 4.3, 3.7])
def test_an_unsteady_bin_wanders_from_frame_to_frame(onset):
    """Its steps differ by about as much as its coherence says, however the onset lies between two frames."""
    table = PhaseTable()
    table.coherence = torch.full((PITCHES, BINS), 0.6)
    states = states_of([(60, onset, 60.0)], 60)
    total = table.sum_notes(
        states, states.level[0][..., None], AddedTemplates(torch.ones(PITCHES, 1, BINS)), 0, 0
    )[3:]
    steps = total[1:] * total[:-1].conj()
    rate = compute_bin_advance() + table.advance[60 - LOWEST_PITCH]
    resultant = (steps / steps.abs() * torch.polar(torch.ones(BINS), -rate)).mean().abs()
    assert resultant == pytest.approx(0.6, abs=0.03)
