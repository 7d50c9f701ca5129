"""Peaks come back near to what they were; what was not cut off stays bit for bit, however a stream is cut."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.sound.declipping import restore_peaks

RATE = 8000


def make_chords(seconds: float = 6.0) -> np.ndarray:
    """Two channels of four tones each, which come and go."""
    rng, time = np.random.default_rng(0), np.arange(int(seconds * RATE)) / RATE
    swells = 1 + np.sin(2 * np.pi * rng.uniform(0.2, 2, (2, 4, 1)) * time)
    tones = np.sin(2 * np.pi * rng.uniform(100, 1500, (2, 4, 1)) * time)
    return (0.1 * (swells * tones).sum(axis=1)).astype(np.float32)


def limit(low: float, high: float, channels: int = 2) -> np.ndarray:
    return np.repeat(np.array([[low], [high]], np.float32), channels, axis=1)


def restore(wave: np.ndarray, limits: np.ndarray, cuts: Sequence[int] = ()) -> np.ndarray:
    blocks = np.split(wave, sorted(cuts), axis=1)
    return np.concatenate(
        [np.zeros((len(wave), 0), np.float32), *restore_peaks(blocks, RATE, limits)], axis=1
    )


def measure_error(made: np.ndarray, truth: np.ndarray) -> float:
    """Decibels of the error below the truth."""
    return float(10 * np.log10(np.square(made - truth).sum() / np.square(truth).sum()))


@pytest.mark.parametrize("high", [0.1, 0.2, 0.3])
def test_most_of_what_was_lost_comes_back(high):
    truth, limits = make_chords(), limit(-high, high)
    clipped = truth.clip(-high, high)
    restored = restore(clipped, limits)
    assert measure_error(restored, truth) < measure_error(clipped, truth) - 4
    kept = np.abs(clipped) < high
    assert np.array_equal(restored[kept], clipped[kept])
    assert (np.abs(restored) >= np.abs(clipped)).all() and (np.sign(restored) == np.sign(clipped)).all()
    assert np.abs(restored).max() <= 4 * high * 1.01


@settings(max_examples=5)
@given(st.lists(st.integers(0, 48_000), max_size=5))
def test_how_the_stream_is_cut_makes_no_difference(cuts):
    clipped = make_chords().clip(-0.2, 0.2)
    assert np.array_equal(restore(clipped, limit(-0.2, 0.2), cuts), restore(clipped, limit(-0.2, 0.2)))


def test_one_side_and_one_channel_alone():
    truth, limits = make_chords(2.0), limit(-np.inf, np.inf)
    limits[1, 0] = 0.1
    clipped = truth.clip(limits[0][:, None], limits[1][:, None])
    restored = restore(clipped, limits)
    assert np.array_equal(restored[1], truth[1]) and np.array_equal(restored[0] < 0.1, clipped[0] < 0.1)
    assert measure_error(restored[:1], truth[:1]) < measure_error(clipped[:1], truth[:1]) - 4


def test_a_wave_that_only_touches_its_limit_stays_as_it_is():
    time = np.arange(2 * RATE) / RATE
    sine = (0.5 * np.sin(2 * np.pi * 50 * time)).astype(np.float32)[None]
    np.testing.assert_allclose(restore(sine, limit(-0.49975, 0.49975, 1)), sine, atol=0.02)


@pytest.mark.parametrize("samples", [0, 1, 7, 1000])
def test_any_length_stays_that_long(samples):
    wave = np.full((2, samples), 0.5, np.float32)
    restored = restore(wave, limit(-0.5, 0.5))
    assert restored.shape == wave.shape and np.isfinite(restored).all()


def test_the_level_makes_no_difference():
    clipped = make_chords(2.0).clip(-0.2, 0.2)
    soft = restore(np.float32(2**-10) * clipped, limit(-0.2 * 2**-10, 0.2 * 2**-10))
    np.testing.assert_allclose(2**10 * soft, restore(clipped, limit(-0.2, 0.2)), atol=1e-5)
