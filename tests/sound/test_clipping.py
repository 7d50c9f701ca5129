"""Clipping is found where there is some, at the level of each channel and side, however a stream is cut."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.sound.clipping import ClippingMeter


def make_music(channels: int = 2, samples: int = 30_000) -> np.ndarray:
    rng = np.random.default_rng(0)
    tones = np.sin(np.arange(samples) * rng.uniform(0.02, 0.5, (channels, 6, 1))).sum(axis=1)
    return (0.1 * tones + 0.01 * rng.standard_normal((channels, samples))).astype(np.float32)


def find_limits(wave: np.ndarray, cuts: Sequence[int] = ()) -> np.ndarray:
    meter = ClippingMeter(len(wave))
    for block in np.split(wave, sorted(cuts), axis=1):
        meter.process(block)
    return meter.find_limits()


@given(st.lists(st.integers(0, 30_000), max_size=5))
def test_the_limits_are_those_of_every_channel_and_side(cuts):
    wave = make_music().clip([[-0.2], [-0.1]], [[0.1], [0.3]])
    limits = find_limits(wave, cuts)
    np.testing.assert_allclose(limits, [[-0.2, -0.1], [0.1, 0.3]], rtol=1e-3)
    assert np.array_equal(limits, find_limits(wave))
    assert (wave.min(axis=1) <= limits[0]).all() and (wave.max(axis=1) >= limits[1]).all()


@pytest.mark.parametrize("bits", [8, 16, 24])
def test_integers_are_cut_off_at_their_limit(bits):
    scale = 2 ** (bits - 1)
    wave = (np.round(3 * make_music() * scale).clip(-scale, scale - 1) / scale).astype(np.float32)
    np.testing.assert_allclose(find_limits(wave), [[-1, -1], [1, 1]], atol=0.01)


@pytest.mark.parametrize(
    "wave",
    [
        make_music(),
        np.zeros((2, 1000), np.float32),
        np.zeros((2, 0), np.float32),
        np.ones((1, 1), np.float32),
        np.eye(1, 5000, 7, dtype=np.float32),
        np.sign(np.sin(np.arange(9000, dtype=np.float32) / 9))[None],
    ],
    ids=["music", "silence", "nothing", "a sample", "a click", "a square wave"],
)
def test_what_was_not_cut_off_has_no_limits(wave):
    assert np.array_equal(find_limits(wave), np.repeat([[-np.inf], [np.inf]], len(wave), axis=1))


def test_silence_around_makes_no_difference():
    wave = make_music().clip(-0.3, 0.3)
    padded = np.pad(wave, ((0, 0), (500_000, 500_000)))
    assert np.array_equal(find_limits(padded), find_limits(wave))


@given(st.floats(1e-4, 1e3))
def test_limits_scale_with_the_level(gain):
    wave = make_music(1).clip(-0.2, 0.2)
    np.testing.assert_allclose(find_limits(np.float32(gain) * wave), gain * find_limits(wave), rtol=1e-4)
