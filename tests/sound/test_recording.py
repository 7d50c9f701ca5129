"""A source in parts: nothing of it is lost, and streaming it is doing it at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.sound.recording import Recording
from audiostyle.sound.resampling import resample
from audiostyle.sound.stereo_balance import apply_gains, channel_gains

RATE, HEARD_RATE = 4000, 22_050


class Memory:
    """A wave (channels, n) in place of a file, and how often it was asked for."""

    def __init__(self, wave: np.ndarray) -> None:
        self.wave, self.passes = wave, 0

    def blocks(self, frames):
        self.passes += 1
        for start in range(0, self.wave.shape[1], frames):
            yield self.wave[:, start : start + frames]


def noise(channels: int, samples: int, seed: int = 0) -> np.ndarray:
    """Noise whose channels come and go."""
    rng = np.random.default_rng(seed)
    swell = np.abs(np.sin(np.arange(samples) / 9000 + np.arange(channels)[:, None]))
    return (0.2 * swell * rng.standard_normal((channels, samples))).astype(np.float32)


LENGTHS = st.sampled_from([1, 40, 1023, 1024, 15_359, 15_360, 15_361, 16_000, 40_000])


@settings(deadline=None, max_examples=25)
@given(LENGTHS, st.integers(1, 4), st.booleans())
def test_what_is_listened_to_is_the_mean_of_the_channels(samples, channels, keep_drums):
    source = Memory(noise(channels, samples))
    recording = Recording(source, RATE, channels, keep_drums=keep_drums)
    heard = np.concatenate(list(recording.listened(HEARD_RATE)))
    assert recording.samples == samples
    harmonic = np.concatenate([part for part, _ in recording.parts()], axis=1)
    assert np.allclose(heard, resample(harmonic.mean(axis=0, keepdims=True), RATE, HEARD_RATE)[0], atol=1e-5)
    if not keep_drums:
        assert np.array_equal(harmonic, source.wave)


@settings(deadline=None, max_examples=25)
@given(LENGTHS, st.integers(1, 4), st.booleans(), st.lists(st.integers(0, 40_000), max_size=4))
def test_parts_add_up_to_the_source_and_keep_its_length(samples, channels, keep_drums, cuts):
    source = Memory(noise(channels, samples))
    recording = Recording(source, RATE, channels, keep_drums=keep_drums)
    mono = np.ones(samples, np.float32)
    wet, dry, drums = zip(*recording.balanced(np.split(mono, sorted(cuts))), strict=True)
    assert np.concatenate(wet, axis=1).shape == (channels, samples)
    if keep_drums:
        total = np.concatenate(dry, axis=1) + np.concatenate(drums, axis=1)
        assert np.allclose(total, source.wave, atol=1e-6)
    else:
        assert np.array_equal(np.concatenate(dry, axis=1), source.wave) and set(drums) == {None}


@pytest.mark.parametrize("rate", [RATE, 16_000])
@pytest.mark.parametrize("samples", [100, 63_488, 150_000])
def test_balance_is_that_of_the_whole_at_once(samples, rate):
    """Channels as loud beside each other as the source's, whatever the blocks."""
    source, mono = Memory(noise(2, samples)), noise(1, samples, seed=1)[0]
    wet = [block for block, _, _ in Recording(source, rate, 2).balanced(np.array_split(mono, 3))]
    whole = apply_gains(mono, channel_gains(source.wave, 1024, rate), 1024)
    assert np.allclose(np.concatenate(wet, axis=1), whole, atol=1e-5)


def test_a_source_is_streamed_as_often_as_need_be():
    source = Memory(noise(1, 20_000))
    recording = Recording(source, RATE, 1)
    first, second = (np.concatenate(list(recording.listened(HEARD_RATE))) for _ in range(2))
    assert source.passes == 2 and np.array_equal(first, second)
