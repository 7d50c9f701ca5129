"""The level of a recording: known values, and decibels for factors."""

import numpy as np
import pytest

from audiostyle.models.frontend import ENCODER_RATE, HOP
from audiostyle.translation.source_level import LOWEST_LEVEL_DB, WINDOW, measure_levels


def make_noise(frames: int) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.1, WINDOW + frames * HOP).astype(np.float32)


def test_a_sine_has_its_level_all_the_time():
    time = np.arange(WINDOW + 40 * HOP) / ENCODER_RATE
    levels = measure_levels((0.2 * np.sin(2 * np.pi * 100 * time)).astype(np.float32), 40)
    assert levels == pytest.approx(np.full(40, 20 * np.log10(0.2) - 3.01), abs=0.2)


def test_half_of_a_wave_is_six_decibels_softer():
    levels, softer = (measure_levels(np.float32(gain) * make_noise(9), 9) for gain in (1, 0.5))
    assert levels - softer == pytest.approx(np.full(9, 6.02), abs=0.01)


def test_frames_do_not_depend_on_where_a_segment_begins():
    wave = make_noise(30)
    assert np.array_equal(measure_levels(wave, 30)[11:20], measure_levels(wave[11 * HOP :], 9))


def test_silence_has_a_level():
    assert np.array_equal(measure_levels(np.zeros(WINDOW + HOP, np.float32), 2), [LOWEST_LEVEL_DB] * 2)
