"""Augmentation changes a recording, and not its music."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.translation.training.augmentation import augment_wave


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    time = np.arange(int(seconds * ENCODER_RATE)) / ENCODER_RATE
    return (0.3 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from([110.0, 440.0, 3000.0]), st.floats(0.5, 10))
def test_pitch_length_and_level_are_what_they_should_be(seed, hertz, gain):
    wave = tone(hertz)
    changed = augment_wave(np.float32(gain) * wave, np.random.default_rng(seed))
    assert changed.shape == wave.shape and changed.dtype == np.float32
    decibels = 20 * np.log10(changed.std() / 0.1)
    assert -8.01 < decibels < 8.01
    spectrum = np.abs(np.fft.rfft(changed * np.hanning(len(changed))))
    assert spectrum.argmax() * ENCODER_RATE / len(wave) == pytest.approx(hertz, abs=3)


def test_onsets_do_not_move():
    wave = np.concatenate([np.zeros(ENCODER_RATE // 2, np.float32), tone(440)])
    for seed in range(20):
        changed = augment_wave(wave, np.random.default_rng(seed))
        blocks = np.abs(changed[: len(changed) // 220 * 220]).reshape(-1, 220).max(axis=1)
        rise = int(np.argmax(blocks > 0.5 * blocks.max())) * 220 / ENCODER_RATE
        assert rise == pytest.approx(0.5, abs=0.05)


def test_the_generator_decides_everything():
    wave = tone(440)
    one, same, other = (augment_wave(wave, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.allclose(one, other, atol=1e-3)
    assert np.array_equal(wave, tone(440))  # its input is not touched


def test_silence_is_not_made_loud():
    for seed in range(10):
        quiet = augment_wave(np.zeros(5000, np.float32), np.random.default_rng(seed))
        assert np.isfinite(quiet).all() and not quiet.any()
