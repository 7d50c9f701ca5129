"""Laws of the log-spectral distance, and its published definition computed by hand."""

import warnings

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.evaluate import log_spectral_distance

RATE = 16_000
ROUNDING = 1e-4  # dB: bands at the bottom of the dynamic range are differences of large numbers


def make_tone(frequency: float, seconds: float = 1.0, rate: int = RATE, harmonics: int = 5) -> np.ndarray:
    time = np.arange(int(seconds * rate)) / rate
    return sum(np.sin(2 * np.pi * h * frequency * time) / h for h in range(1, harmonics + 1))


def make_noise(seed: int, samples: int = RATE) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(samples)


def compute_published_definition(estimate: np.ndarray, reference: np.ndarray) -> float:
    """Their evaluation, step by step, at the rate that it assumes."""

    def compute_levels(wave: np.ndarray) -> np.ndarray:
        wave = wave / np.sqrt(np.mean(wave**2))
        magnitude = np.abs(librosa.stft(wave, n_fft=2048, hop_length=512, pad_mode="constant"))
        mel = librosa.filters.mel(sr=RATE, n_fft=2048, n_mels=128) @ magnitude**2
        level = 10 * np.log10(np.maximum(mel, 1e-10))
        return np.maximum(level, level.max() - 80)

    difference = compute_levels(estimate) - compute_levels(reference)
    per_band = [np.sqrt(np.mean(band**2)) for band in difference]
    return float(np.mean(per_band))


@pytest.mark.parametrize("seed", range(3))
def test_equals_the_published_definition(seed):
    estimate, reference = make_noise(seed), make_tone(220.0) + 0.01 * make_noise(seed + 10)
    expected = compute_published_definition(estimate, reference)
    # float32 mel filters leave a rounding error far under a thousandth of a decibel
    assert log_spectral_distance(estimate, reference, RATE) == pytest.approx(expected, abs=1e-3)


@given(st.integers(0, 99), st.sampled_from([8_000, 22_050, 44_100]), st.floats(1e-3, 1e3))
@settings(max_examples=15, deadline=None)
def test_same_wave_at_any_level_and_rate_is_at_zero(seed, rate, gain):
    wave = make_noise(seed, rate // 2)
    assert log_spectral_distance(gain * wave, wave, rate) < ROUNDING


@given(st.integers(0, 99), st.floats(1e-2, 1e2), st.floats(1e-2, 1e2))
@settings(max_examples=15, deadline=None)
def test_symmetric_and_independent_of_level(seed, gain, other_gain):
    one, two = make_noise(seed), make_tone(330.0)
    distance = log_spectral_distance(one, two, RATE)
    assert log_spectral_distance(gain * two, -other_gain * one, RATE) == pytest.approx(distance, abs=ROUNDING)


@given(st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_triangle_inequality(seed):
    one, two, three = make_noise(seed), make_tone(200.0 + seed), make_tone(900.0)
    direct = log_spectral_distance(one, three, RATE)
    detour = log_spectral_distance(one, two, RATE) + log_spectral_distance(two, three, RATE)
    assert direct <= detour + ROUNDING


def test_grows_with_what_was_added():
    clean = make_tone(220.0)
    distances = [
        log_spectral_distance(clean + level * make_noise(0), clean, RATE) for level in (1e-3, 1e-2, 1e-1)
    ]
    assert 0 < distances[0] < distances[1] < distances[2]


def test_a_step_in_level_is_seen_as_such():
    """One half 12 dB down: after power normalization each half is a constant away from the flat wave."""
    flat = make_noise(1, 4 * RATE)
    stepped = flat * np.where(np.arange(flat.size) < flat.size // 2, 1.0, 10 ** (-12 / 20))
    shift = 10 * np.log10((1 + 10**-1.2) / 2)  # how far normalization lifts the loud half
    expected = np.sqrt((shift**2 + (12 + shift) ** 2) / 2)
    assert log_spectral_distance(stepped, flat, RATE) == pytest.approx(expected, rel=0.02)


def test_same_content_at_another_rate_gives_the_same_distance():
    """What lies under 8 kHz counts, whatever the rate it is stored at."""

    def measure(rate: int) -> float:
        one = make_tone(220.0, rate=rate) + 0.01 * make_tone(3100.0, rate=rate, harmonics=1)
        other = make_tone(220.0, rate=rate, harmonics=2) + 0.1 * make_tone(3100.0, rate=rate, harmonics=1)
        return log_spectral_distance(one, other, rate)

    # The resampler's transients at both ends of the file are what differs.
    assert measure(44_100) == pytest.approx(measure(RATE), abs=1.5)


def test_silence_warns_and_is_far_from_sound_but_not_from_itself():
    silence = np.zeros(RATE)
    with pytest.warns(UserWarning, match="estimate is silent"):
        assert log_spectral_distance(silence, make_tone(220.0), RATE) > 10
    with pytest.warns(UserWarning):
        assert log_spectral_distance(silence, silence, RATE) == 0


def test_sound_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        log_spectral_distance(make_noise(0), make_noise(1), RATE)


@pytest.mark.parametrize("length", [1, 100, 2047])
def test_shorter_than_a_window(length):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert log_spectral_distance(np.ones(length), np.ones(length), RATE) == 0


@pytest.mark.parametrize(
    ("estimate", "reference", "rate", "message"),
    [
        (np.ones((2, 99)), np.ones(99), RATE, r"estimate must have shape \(samples,\), got \(2, 99\)"),
        (np.ones(99), np.float64(1), RATE, r"reference must have shape"),
        (np.empty(0), np.empty(0), RATE, "estimate has no samples"),
        (np.ones(99), np.ones(98), RATE, "estimate has 99 samples, reference 98"),
        (np.array([1.0, np.nan]), np.ones(2), RATE, "estimate holds NaN or infinite"),
        (np.ones(2), np.array([1.0, -np.inf]), RATE, "reference holds NaN or infinite"),
        (np.ones(99), np.ones(99), 0, "sample rate must be positive"),
    ],
)
def test_malformed_input_is_named(estimate, reference, rate, message):
    with pytest.raises(ShapeError, match=message):
        log_spectral_distance(estimate, reference, rate)


def test_arguments_are_left_alone():
    estimate, reference = make_noise(0), make_noise(1)
    before = estimate.copy(), reference.copy()
    log_spectral_distance(estimate, reference, 44_100)
    np.testing.assert_array_equal((estimate, reference), before)
