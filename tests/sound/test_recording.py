"""A recording in parts: nothing of it is lost, and streaming it gives the same as the whole at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.sound.recording import ArraySource, Recording, SharedSource
from audiostyle.sound.resampling import resample
from audiostyle.sound.stereo_balance import apply_balance, measure_balance

RATE, MONO_RATE = 4000, 22_050


class CountingSource:
    """A wave (channels, n) in place of a file, and how often it was read."""

    def __init__(self, wave: np.ndarray) -> None:
        self.wave, self.passes = wave, 0

    def blocks(self, frames):
        self.passes += 1
        for start in range(0, self.wave.shape[1], frames):
            yield self.wave[:, start : start + frames]


def make_noise(channels: int, samples: int, seed: int = 0) -> np.ndarray:
    """Noise whose channels come and go, and have half of it in common."""
    rng = np.random.default_rng(seed)
    swell = np.abs(np.sin(np.arange(samples) / 9000 + np.arange(channels)[:, None]))
    own, common = rng.standard_normal((channels, samples)), rng.standard_normal(samples)
    return (0.1 * swell * (0.5 * own + common)).astype(np.float32)


LENGTHS = st.sampled_from([1, 40, 1023, 1024, 15_359, 15_360, 15_361, 16_000, 40_000])


@settings(deadline=None, max_examples=25)
@given(LENGTHS, st.integers(1, 4), st.booleans())
def test_mono_is_the_mean_of_the_channels(samples, channels, keep_drums):
    source = CountingSource(make_noise(channels, samples))
    recording = Recording(source, RATE, channels, keep_drums=keep_drums)
    mono = np.concatenate(list(recording.read_mono(MONO_RATE)))
    assert recording.samples == samples
    harmonic = np.concatenate([part for part, _ in recording.read_parts()], axis=1)
    assert np.allclose(mono, resample(harmonic.mean(axis=0, keepdims=True), RATE, MONO_RATE)[0], atol=1e-5)
    if not keep_drums:
        assert np.array_equal(harmonic, source.wave)


def test_channels_in_antiphase_are_heard_and_offsets_are_not():
    sound = make_noise(1, 40_000)
    for wave in (np.concatenate([sound, -sound]), sound + np.array([[0.3], [-0.2]], np.float32)):
        recording = Recording(ArraySource(wave), RATE, 2)
        first, again = (np.concatenate(list(recording.read_mono(RATE))) for _ in range(2))
        np.testing.assert_allclose(first, sound[0], atol=0.02)
        assert np.array_equal(first, again) and recording.cancels == (wave[0] == -wave[1]).all()


@settings(deadline=None, max_examples=25)
@given(LENGTHS, st.integers(1, 4), st.booleans(), st.lists(st.integers(0, 40_000), max_size=4))
def test_parts_add_up_to_the_source_and_keep_its_length(samples, channels, keep_drums, cuts):
    source = CountingSource(make_noise(channels, samples))
    recording = Recording(source, RATE, channels, keep_drums=keep_drums)
    mono = np.ones(samples, np.float32)
    wet, dry, drums = zip(*recording.restore_balance(np.split(mono, sorted(cuts))), strict=True)
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
    source, mono = CountingSource(make_noise(2, samples)), make_noise(1, samples, seed=1)[0]
    wet = [block for block, _, _ in Recording(source, rate, 2).restore_balance(np.array_split(mono, 3))]
    whole = apply_balance(mono, measure_balance(source.wave, 1024, rate), 1024)
    assert np.allclose(np.concatenate(wet, axis=1), whole, atol=1e-5)


def test_a_source_is_streamed_as_often_as_need_be():
    source = CountingSource(make_noise(1, 20_000))
    recording = Recording(source, RATE, 1)
    first, second = (np.concatenate(list(recording.read_mono(MONO_RATE))) for _ in range(2))
    assert source.passes == 2 and np.array_equal(first, second)


def test_a_result_that_ends_too_early_is_an_error():
    recording = Recording(CountingSource(make_noise(1, 20_000)), RATE, 1)
    with pytest.raises(ShapeError, match="the result ends 5 samples before the recording"):
        list(recording.restore_balance([np.zeros(19_995, np.float32)]))


@pytest.mark.parametrize("sizes", [[20_000], [1, 1023, 7, 15_000, 3969]])
def test_balance_does_not_depend_on_the_blocks_of_the_source(sizes):
    """A separation gives blocks of any length; so may any source."""
    wave, mono = make_noise(2, 20_000), make_noise(1, 20_000, seed=1)[0]

    class OddSource:
        def blocks(self, frames):
            return iter(np.split(wave, np.cumsum(sizes)[:-1], axis=1))

    one, other = (
        np.concatenate(
            [spread for spread, _, _ in Recording(source, RATE, 2).restore_balance([mono])], axis=1
        )
        for source in (OddSource(), ArraySource(wave))
    )
    assert np.array_equal(one, other)


def test_two_readers_share_one_pass():
    source = CountingSource(make_noise(1, 20_000))
    shared = SharedSource(source, 4096)
    first, second = shared.blocks(1), shared.blocks(1)
    pairs = zip(first, second, strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs) and source.passes == 1


@pytest.mark.parametrize("keep_drums", [False, True])
def test_peaks_that_were_cut_off_are_restored_once_they_were_found(keep_drums):
    whole = make_noise(2, 40_000)
    clipped = whole.clip(-0.1, 0.1)
    recording = Recording(ArraySource(clipped), RATE, 2, keep_drums=keep_drums)
    first, plain, restored = (
        np.concatenate(list(recording.read_mono(RATE, declipped=declipped)))
        for declipped in (True, False, True)
    )
    assert np.array_equal(first, plain)  # nobody knew yet
    np.testing.assert_allclose(recording.limits, [[-0.1] * 2, [0.1] * 2], rtol=1e-3)
    assert np.abs(restored).max() > 1.1 * np.abs(plain).max() and len(restored) == len(plain)


def test_what_was_not_cut_off_is_read_bit_for_bit():
    recording = Recording(ArraySource(make_noise(2, 40_000)), RATE, 2)
    first, restored = (np.concatenate(list(recording.read_mono(RATE, declipped=True))) for _ in range(2))
    assert np.array_equal(first, restored) and not np.isfinite(recording.limits).any()
