"""The phase table measured from recordings whose partials are known."""

import numpy as np
import pytest
import torch

from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH
from audiostyle.models.phase_table import PhaseTable, compute_bin_turn, compute_harmonic_advance
from audiostyle.models.spectral_decoder import BINS, DECODER_HOP, DECODER_RATE, N_FFT, SpectralDecoder
from audiostyle.music.performance import Performance
from audiostyle.translation.note_grid import compute_key_states
from audiostyle.translation.training.phases import measure_phases

KEY = 60 - LOWEST_PITCH
F0 = 440 * 2 ** ((60 - 69) / 12)
STRETCHED = [n * F0 * np.sqrt(1 + 4e-4 * n * n) for n in range(1, 7)]  # as those of a stiff string
START = 0.7


@pytest.fixture(scope="module")
def decoder() -> SpectralDecoder:
    torch.manual_seed(0)
    return SpectralDecoder(channels=2, templates=1)


def partials(onsets: list[float], seconds: float, wander: float = 0.0) -> np.ndarray:
    """(N,) at 44.1 kHz: at each onset partials that begin in phase ``START``, 0.8 s long."""
    wave, rng = np.zeros(round(seconds * DECODER_RATE)), np.random.default_rng(0)
    for onset in onsets:
        begin, stop = (round(t * DECODER_RATE) for t in (onset, onset + 0.8))
        time = np.arange(begin, stop) / DECODER_RATE - onset
        for n, hertz in enumerate(STRETCHED, 1):
            noise = np.cumsum(rng.normal(size=len(time))) * wander / np.sqrt(DECODER_HOP)
            wave[begin:stop] += 0.1 / n * np.cos(2 * np.pi * hertz * time + START + noise)
    return wave.astype(np.float32)


def measure(decoder: SpectralDecoder, make_notes, onsets: list[float], wander: float = 0.0) -> PhaseTable:
    seconds = onsets[-1] + 1.0
    wave = partials(onsets, seconds, wander)
    notes = make_notes(*((onset, onset + 0.8, 60) for onset in onsets))
    frames = len(wave) // DECODER_HOP + 1
    return measure_phases(decoder, [(wave, compute_key_states(Performance(notes), frames))])


def angle_between(one: float, other: float) -> float:
    return abs((one - other + np.pi) % (2 * np.pi) - np.pi)


# On frames, and between them.
ONSETS = {"on frames": [20 / FRAME_RATE, 150 / FRAME_RATE], "between": [0.2013, 1.3377, 2.4561]}


@pytest.mark.parametrize("onsets", ONSETS.values(), ids=ONSETS)
def test_rates_and_starts_of_partials_are_found(decoder, make_notes, onsets):
    """Not those of the nearest harmonic: a stiff string's, and from where they began."""
    table = measure(decoder, make_notes, onsets)
    for hertz in STRETCHED:
        bin_ = round(hertz * N_FFT / DECODER_RATE)
        turn = float(compute_bin_turn()[bin_] + table.advance[KEY, bin_])
        assert angle_between(turn, 2 * np.pi * hertz * DECODER_HOP / DECODER_RATE) < 0.01
        assert table.coherence[KEY, bin_] > 0.98
        assert angle_between(float(table.start[KEY, bin_]), START + np.pi * (bin_ % 2)) < 0.15
    assert abs(float(table.advance[KEY, round(STRETCHED[-1] * N_FFT / DECODER_RATE)])) > 0.01


def test_what_wanders_is_found_less_coherent(decoder, make_notes):
    steady, wandering = (measure(decoder, make_notes, ONSETS["between"], wander) for wander in (0.0, 0.7))
    bins = [round(hertz * N_FFT / DECODER_RATE) for hertz in STRETCHED[:3]]
    assert (wandering.coherence[KEY, bins] < 0.95).all() and (wandering.coherence[KEY, bins] > 0.3).all()
    assert (steady.coherence[KEY, bins] > 0.98).all()


def test_a_key_that_never_sounds_alone_keeps_the_rates_of_its_harmonics(decoder, make_notes):
    table = measure(decoder, make_notes, [0.2])
    for key in (0, KEY + 1, 87):
        assert torch.equal(table.advance[key], compute_harmonic_advance()[key])
        assert not table.coherence[key].any()
        assert torch.equal(table.start[key], PhaseTable().start[key])
    assert all(part.isfinite().all() and part.shape == (88, BINS) for part in table.state_dict().values())


def test_no_material_is_the_default(decoder):
    table = measure_phases(decoder, [])
    assert torch.allclose(table.advance, compute_harmonic_advance()) and not table.coherence.any()
