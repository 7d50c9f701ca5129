"""Linear prediction from notes: filters that can be inverted, and fit what the spectral decoder says."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import solve

from audiostyle.models.spectral_decoder import BINS
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.wavenet import lpc
from audiostyle.translation.wavenet.conditioning import HOP
from audiostyle.translation.wavenet.loading import load_predictor
from audiostyle.translation.wavenet.lpc import ORDER, PARTIALS, LinearPredictor

RATE = 16000


@pytest.fixture(scope="module")
def sine(tiny) -> LinearPredictor:
    """The predictor of the domain whose keys have their fundamental only."""
    return LinearPredictor(load_predictor(tiny.manifest.domain("sine")).decoder)


@pytest.fixture
def chord(make_notes) -> Performance:
    return Performance(make_notes((0.1, 0.9, 72), (0.1, 0.9, 76), (0.5, 0.9, 91)))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 9000), max_size=5), st.integers(0, 99))
def test_restoring_inverts_the_residual_however_it_is_cut(sine, cuts, seed):
    notes = np.array([(0.1, 0.5, 74, 90, 0), (0.2, 0.4, 91, 60, 0)], NOTE_DTYPE)
    wave = np.random.default_rng(seed).standard_normal(9600).astype(np.float32)
    residual = sine.compute_residual(wave, Performance(notes))
    blocks = np.split(residual, sorted(cut % 9600 for cut in cuts))
    back = np.concatenate(list(sine.restore(blocks, Performance(notes))))
    np.testing.assert_allclose(back, wave, atol=5e-3)  # single precision, rung for by resonators


def test_a_window_has_the_filters_of_the_whole(sine, chord):
    whole, level = sine.compute_filters(chord, 0, 100)
    part, its_level = sine.compute_filters(chord, 37, 20)
    np.testing.assert_allclose(part, whole[37:57], atol=1e-4)
    np.testing.assert_allclose(its_level, level[37:57], rtol=1e-3)


def test_noise_becomes_the_notes(sine, make_notes):
    """Its spectrum has peaks where the decoder has them, 15 dB over what lies four semitones above."""
    held = Performance(make_notes((0.0, 4.0, 72), (0.0, 4.0, 91)))
    noise = np.random.default_rng(0).standard_normal(4 * RATE).astype(np.float32)
    wave = np.concatenate(list(sine.restore([noise], held)))[-2 * RATE :]
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) ** 2

    def level(pitch: float) -> float:
        bin_ = round(440 * 2 ** ((pitch - 69) / 12) * len(wave) / RATE)
        return 10 * np.log10(spectrum[bin_ - 20 : bin_ + 21].mean())

    for pitch in (72, 91):
        assert level(pitch) > level(pitch + 4) + 15


def test_a_recording_as_the_decoder_has_it_leaves_little(sine, make_notes, render_sines):
    """A sinusoid is predicted but for a thousandth of its power."""
    notes = [(0.0, 2.0, 84)]
    wave = render_sines(notes, 2.0, RATE, level=0.3)
    weights, level = sine.compute_filters(Performance(make_notes(*notes)), 0, 200)
    residual = sine.compute_residual(wave, Performance(make_notes(*notes))) * level.repeat(HOP)
    inside = slice(RATE // 2, 3 * RATE // 2)
    assert np.mean(residual[inside] ** 2) < 1e-3 * np.mean(wave[inside] ** 2)
    assert weights.shape == (200, ORDER) and np.all(level > 0)


def _autocorrelate(magnitude: np.ndarray, audible: np.ndarray, order: int = ORDER) -> np.ndarray:
    power = np.square(magnitude[:, : len(lpc._list_bins())].astype(np.float64))
    return lpc._autocorrelate(power, audible, lpc.list_harmonics(PARTIALS), order)


def mark_keys(*audible: int) -> np.ndarray:
    """Return (1, 88) booleans."""
    return np.isin(np.arange(88), audible)[None]


def test_the_lobe_of_a_tone_becomes_its_line():
    """A sine at a partial of a key that sounds has the correlation of a sine; without the key, of a band."""
    pitch, partial = 57, 3
    frequency = partial * 440 * 2 ** ((pitch - 69) / 12)
    wave = torch.cos(2 * torch.pi * frequency / 44100 * torch.arange(8192))
    spectrum = torch.stft(wave, 2048, 512, window=torch.hann_window(2048), return_complex=True, center=False)
    magnitude = (spectrum.abs() / 512).T.numpy()[:1]
    line = np.cos(2 * np.pi * frequency / RATE * np.arange(ORDER + 1)) / 2
    (sharp,), (blurred,) = (_autocorrelate(magnitude, k) for k in (mark_keys(pitch - 21), mark_keys()))
    assert np.abs(sharp - line).max() < 0.02
    assert np.abs(blurred - line).max() > 0.1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_it_solves_the_normal_equations_and_knows_what_is_left(seed):
    rng = np.random.default_rng(seed)
    magnitude = np.exp(rng.normal(-4, 1.5, BINS))
    correlation = _autocorrelate(magnitude[None], mark_keys(*rng.integers(0, 88, 3)))[0]
    weights, left = lpc._solve(correlation)
    lags = np.abs(np.subtract.outer(np.arange(ORDER), np.arange(ORDER)))
    exact = solve(correlation[lags], correlation[1:], assume_a="pos")
    np.testing.assert_allclose(weights[::-1], exact, atol=1e-5)
    errors = np.concatenate([[1.0], -exact])
    whole = np.abs(np.subtract.outer(np.arange(ORDER + 1), np.arange(ORDER + 1)))
    assert left == pytest.approx(errors @ correlation[whole] @ errors, rel=1e-4)


def test_the_correlation_at_zero_is_the_power_of_what_was_analysed():
    """Of white noise through the decoder's transform, the power below 8 kHz."""
    noise = torch.randn(44100, generator=torch.Generator().manual_seed(0))
    spectrum = torch.stft(noise, 2048, 512, window=torch.hann_window(2048), return_complex=True)
    magnitude = (spectrum.abs() / 512).T.numpy().astype(np.float64)  # a full-scale sine has 1
    for audible in (mark_keys(), mark_keys(40, 47)):
        power = _autocorrelate(magnitude, audible.repeat(len(magnitude), 0))[:, 0].mean()
        assert power == pytest.approx(8000 / 22050, rel=0.05)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_its_filter_is_stable(seed):
    """All poles lie within the unit circle, of loud partials 60 dB over what is between them too."""
    rng = np.random.default_rng(seed)
    magnitude = np.exp(rng.normal(-6, 1, BINS))
    magnitude[rng.integers(0, BINS, 12)] = 1
    correlation = _autocorrelate(magnitude[None], mark_keys(*rng.integers(0, 88, 4)))[0]
    weights, _ = lpc._solve(correlation)
    poles = np.roots(np.concatenate([[1.0], -weights[::-1].astype(np.float32)]))
    assert np.abs(poles).max() < 1


def test_filters_without_lines_follow_the_outline_only(sine, make_notes):
    """The lower the order, the more of two neighboring tones is left to the residual."""
    held = Performance(make_notes((0.0, 1.0, 72), (0.0, 1.0, 74)))
    time = np.arange(RATE) / RATE
    wave = (0.2 * (np.sin(2 * np.pi * 523.25 * time) + np.sin(2 * np.pi * 587.33 * time))).astype(np.float32)
    left = []
    for order in (2, 16, 128):
        own = LinearPredictor(sine.decoder, order, 1, 1e-9, lpc.list_harmonics(0))
        _, level = own.compute_filters(held, 0, 100)
        residual = own.compute_residual(wave, held) * level.repeat(HOP)
        left.append(np.mean(residual[RATE // 4 : RATE // 2] ** 2))
    assert left[0] > 100 * left[1] and left[2] < 1.1 * left[1]  # what the floor leaves


def test_a_spread_covers_what_begins_early(sine, make_notes):
    """Five frames before an onset the decoder says nothing; averaged with what comes, it says something."""
    note = Performance(make_notes((0.5, 0.9, 72)))
    power = [
        LinearPredictor(sine.decoder, 8, spread, 1e-12, lpc.list_harmonics(0)).correlate(note, 40, 12)[:, 0]
        for spread in (0, 3)
    ]
    early = slice(4, 7)
    assert power[1][early].max() > 100 * power[0][early].max()


def test_a_floor_bounds_what_is_left_of_noise(sine):
    """Where no note sounds, noise is divided by the floor's root and no less."""
    noise = 1e-4 * np.random.default_rng(0).standard_normal(1600).astype(np.float32)
    for floor in (1e-12, 1e-8):
        own = LinearPredictor(sine.decoder, 8, 0, floor, lpc.list_harmonics(0))
        assert np.std(own.compute_residual(noise, Performance())) <= 1.1e-4 / np.sqrt(floor)
    assert np.std(own.compute_residual(noise, Performance())) == pytest.approx(1, rel=0.3)
