"""The balance goes from a stereo recording to a mono sound, and nothing else does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.sound.stereo_balance import apply_balance, compute_context, measure_balance

RATE, HOP = 8000, 100


def measure(wave: np.ndarray) -> np.ndarray:
    return measure_balance(wave, HOP, RATE)


@given(st.integers(1, 3000))
def test_mono_is_exactly_one(noise, samples: int):
    assert (measure(noise(1, samples)) == 1).all()


@given(st.integers(1, 8), st.integers(1, 3000))
def test_silence_and_identical_channels_are_one(noise, channels: int, samples: int):
    assert (measure(np.zeros((channels, samples), np.float32)) == 1).all()
    np.testing.assert_allclose(measure(np.repeat(noise(1, samples), channels, axis=0)), 1, rtol=1e-6)


@given(st.integers(1, 8), st.integers(1, 3000))
def test_the_mean_over_channels_is_one_and_none_is_negative(noise, channels: int, samples: int):
    found = measure(noise(channels, samples))
    assert found.shape == (channels, -(-samples // HOP)) and found.dtype == np.float32
    assert (found >= 0).all()
    np.testing.assert_allclose(found.mean(axis=0), 1, rtol=1e-6)


def test_level_does_not_matter(noise):
    wave = noise(2, 5000) * [[1], [3]]
    np.testing.assert_allclose(measure(wave), measure(wave / 30), rtol=0.01)


@pytest.mark.parametrize("balance", [(1, 0), (0.5, 1.5), (1, 1), (0, 0, 3)])
def test_a_panned_sound_keeps_its_place(noise, balance: tuple[float, ...]):
    """Panning, taking the mono mean, and putting the balance back is the identity."""
    panned = noise(1, 4000) * np.array(balance, np.float32)[:, None]
    back = apply_balance(panned.mean(axis=0), measure(panned), HOP)
    np.testing.assert_allclose(back, panned, atol=1e-3)


def test_a_change_of_balance_takes_a_quarter_of_a_second(noise):
    wave = noise(1, 2 * RATE) * np.ones((2, 1), np.float32)
    wave[1, :RATE] = wave[0, RATE:] = 0
    left = measure(wave)[0]
    change = RATE // HOP
    reach = round(0.125 * RATE / HOP)
    np.testing.assert_allclose(left[: change - reach - 1], 2, atol=1e-3)
    np.testing.assert_allclose(left[change + reach + 1 :], 0, atol=1e-3)
    assert (np.diff(left) <= 1e-3).all() and np.abs(np.diff(left)).max() < 0.6


@given(st.integers(0, 9), st.integers(1, 20), st.integers(0, 99))
def test_a_part_with_its_context_equals_the_whole(noise, first: int, frames: int, odd: int):
    wave = noise(2, 5000 + odd) * np.linspace([1, 0], [0, 1], 5000 + odd).T.astype(np.float32)
    mono = wave.mean(axis=0)
    whole = apply_balance(mono, measure(wave), HOP)
    start, stop = first * HOP, min((first + frames) * HOP, wave.shape[1])
    context = compute_context(HOP, RATE)
    outer = slice(max(start - context, 0), stop + context)
    part = apply_balance(mono[outer], measure(wave[:, outer]), HOP)[:, start - outer.start :][
        :, : stop - start
    ]
    np.testing.assert_allclose(part, whole[:, start:stop], atol=1e-6)


def test_between_frames_gains_are_straight_lines():
    mono = np.ones((1, 40), np.float32)
    line = apply_balance(mono, np.array([[0, 1, 3, 3]], np.float32), 10)
    np.testing.assert_allclose(line[0, :5], 0)
    np.testing.assert_allclose(np.diff(line[0, 5:15]), 0.1, rtol=1e-5)
    np.testing.assert_allclose(np.diff(line[0, 15:25]), 0.2, rtol=1e-5)
    np.testing.assert_allclose(line[0, 25:], 3)


def test_gains_of_one_leave_the_sound_alone(noise):
    mono = noise(1, 555)
    np.testing.assert_array_equal(apply_balance(mono, measure(mono), HOP), mono)


def test_an_offset_is_no_sound():
    time = np.arange(20 * HOP)
    tone = 0.1 * np.sin(2 * np.pi * 200 / RATE * time)
    alone = measure(np.stack([tone, 0.5 * tone]))
    np.testing.assert_allclose(measure(np.stack([tone, 0.5 * tone + 0.4])), alone, atol=0.05)
