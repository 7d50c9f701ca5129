"""The downmix: the plain mean where channels agree, and music where the mean would be silence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.sound.downmix import Downmixer, mix_down

RATE = 8000


def make_noise(samples: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, samples).astype(np.float32)


@settings(deadline=None, max_examples=25)
@given(
    st.integers(1, 6),
    st.sampled_from([0, 1, 100, 5000, 20_000]),
    st.lists(st.integers(0, 20_000), max_size=4),
)
def test_channels_in_phase_give_the_plain_mean(channels, samples, cuts):
    common = make_noise(samples)
    wave = np.stack([(1 + 0.3 * n) * common + 0.2 * make_noise(samples, n + 1) for n in range(channels)])
    mixer = Downmixer(channels, RATE)
    blocks = [mixer.process(block) for block in np.split(wave, sorted(cuts), axis=1)]
    made = np.concatenate([*blocks, mixer.process(wave[:, :0], last=True)])
    assert np.array_equal(made, wave.mean(axis=0, dtype=np.float32)) and not mixer.turned


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(0, 30_000), max_size=4))
def test_antiphase_gives_the_first_channel_whatever_the_blocks(cuts):
    wave = make_noise(30_000)
    mixer, stereo = Downmixer(2, RATE), np.stack([wave, -wave])
    blocks = [mixer.process(block) for block in np.split(stereo, sorted(cuts), axis=1)]
    made = np.concatenate([*blocks, mixer.process(stereo[:, :0], last=True)])
    np.testing.assert_allclose(made, wave, atol=1e-6)
    assert mixer.turned


def test_one_band_in_antiphase_is_kept_and_the_others_are_the_mean():
    time = np.arange(40_000) / RATE
    low, high = (np.sin(2 * np.pi * hertz * time).astype(np.float32) for hertz in (220, 1500))
    made = mix_down(np.stack([low + high, low - high]), RATE)[4000:-4000]
    np.testing.assert_allclose(made, (low + high)[4000:-4000], atol=2e-3)


def test_unrelated_channels_are_left_alone():
    wave = np.stack([make_noise(80_000), make_noise(80_000, 1)])
    inner = slice(4000, -4000)
    np.testing.assert_array_equal(mix_down(wave, RATE)[inner], wave.mean(axis=0, dtype=np.float32)[inner])


@pytest.mark.parametrize("signs", [(1, -1, 1), (1, -1, 1, -1), (1, 1, -1, -1, 1, -1)])
def test_any_number_of_channels(signs):
    wave = make_noise(20_000)
    made = mix_down(np.stack([sign * wave for sign in signs]), RATE)
    assert made.std() > 0.3 * wave.std()


def test_where_phases_change_there_is_no_gap():
    wave = make_noise(60_000)
    other = np.where(np.arange(60_000) < 30_000, wave, -wave)
    made = mix_down(np.stack([wave, other]), RATE)
    levels = made.reshape(-1, 2000).std(axis=1) / wave.reshape(-1, 2000).std(axis=1)
    assert levels.min() > 0.4 and levels.max() < 1.01


def test_malformed_blocks():
    with pytest.raises(ShapeError):
        Downmixer(2, RATE).process(np.zeros((1, 9), np.float32))
