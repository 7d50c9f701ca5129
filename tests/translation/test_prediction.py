"""Prediction from notes: an inverse, however it is cut, that knows what the notes sound like."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import solve

from audiostyle.translation import prediction
from audiostyle.translation.performance import Performance
from audiostyle.translation.prediction import FRAME, ORDER, predictors, residual, restored

RATE = 16000


@pytest.fixture
def chord(rows) -> Performance:
    return Performance(rows((0.1, 0.9, 60), (0.1, 0.9, 64), (0.5, 0.9, 79)))


def power(wave: np.ndarray) -> float:
    return float(np.mean(np.square(wave, dtype=np.float64)))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 9000), max_size=5), st.integers(0, 99))
def test_what_was_taken_out_is_put_back_however_it_is_cut(cuts, seed):
    from audiostyle.translation.performance import NOTE_DTYPE

    notes = np.array([(0.1, 0.5, 50, 90, 0), (0.2, 0.4, 67, 60, 0)], NOTE_DTYPE)
    wave = np.random.default_rng(seed).standard_normal(9600).astype(np.float32)
    rest = residual(wave, Performance(notes))
    blocks = np.split(rest, sorted(cut % 9600 for cut in cuts))
    back = np.concatenate(list(restored(blocks, Performance(notes))))
    np.testing.assert_allclose(back, wave, atol=2e-3)  # single precision, rung for by resonators


def test_noise_becomes_the_notes(chord):
    """Its spectrum has peaks at notes and harmonics, 15 dB over what lies two semitones beside them."""
    held = Performance(chord.notes[:2].copy())
    held.notes["onset"], held.notes["offset"] = 0, 4
    noise = np.random.default_rng(0).standard_normal(4 * RATE).astype(np.float32)
    wave = np.concatenate(list(restored([noise], held)))[-2 * RATE :]
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) ** 2

    def level(pitch: float, harmonic: int) -> float:
        bin_ = round(harmonic * 440 * 2 ** ((pitch - 69) / 12) * len(wave) / RATE)
        return 10 * np.log10(spectrum[bin_ - 6 : bin_ + 7].mean())

    for pitch, harmonic in ((60, 1), (60, 2), (64, 1), (64, 3)):
        assert level(pitch, harmonic) > level(pitch + 2, harmonic) + 15


def test_where_nothing_sounds_everything_is_residual(chord):
    assert not predictors(chord, 0, 5).any() and predictors(chord, 5, 1).any()
    wave = np.random.default_rng(0).standard_normal(5 * FRAME).astype(np.float32)
    np.testing.assert_array_equal(residual(wave, Performance(chord.notes[:0])), wave)


def test_it_solves_the_normal_equations():
    levels = np.full(88, -prediction._RANGE, np.int8)
    levels[[40, 44]] = 0, -6
    weights = prediction._predictor(levels.tobytes())[::-1]
    correlation = np.array([1, 10**-0.6]) @ prediction._correlations()[[40, 44]]
    correlation[0] *= 1 + 1e-4
    lags = np.abs(np.subtract.outer(np.arange(ORDER), np.arange(ORDER)))
    exact = solve(correlation[lags], correlation[1:], assume_a="pos")
    np.testing.assert_allclose(weights, exact, atol=1e-4)


def test_its_filter_is_stable(chord):
    """An impulse dies away: resonances of 3 Hz and more have lost 60 dB after a second."""
    impulse = np.zeros(3 * RATE, np.float32)
    impulse[RATE // 2] = 1
    held = Performance(chord.notes.copy())
    held.notes["onset"], held.notes["offset"] = 0, 3
    answer = np.concatenate(list(restored([impulse], held)))
    assert np.abs(answer[-RATE // 2 :]).max() < 1e-3 * np.abs(answer).max()
