"""Laws of resampling: lengths exact, streams equal to the whole, tones kept, round trips closed."""

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.sound.resampling import Resampler, compute_resampled_length, resample

RATES = st.sampled_from([4000, 8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192_000])
LENGTHS = st.integers(0, 5000)


def resample_streamed(
    wave: np.ndarray, source: int, target: int, frames: int, length: int | None = None
) -> np.ndarray:
    resampler = Resampler(source, target, wave.shape[0])
    blocks = [wave[:, start : start + frames] for start in range(0, wave.shape[1], frames)]
    outputs = [resampler.process(block) for block in blocks]
    outputs.append(resampler.process(wave[:, :0], last=True, length=length))
    assert all(output.dtype == np.float32 for output in outputs)
    return np.concatenate(outputs, axis=1)


@settings(deadline=None)
@given(RATES, RATES, LENGTHS, st.integers(1, 3), st.integers(20, 6000))
def test_streamed_is_one_shot_with_the_lawful_length(noise, source, target, samples, channels, frames):
    wave = noise(channels, samples)
    whole = resample(wave, source, target)
    assert whole.shape == (channels, compute_resampled_length(samples, source, target))
    np.testing.assert_allclose(resample_streamed(wave, source, target, frames), whole, atol=1e-6)


@settings(deadline=None)
@given(RATES, RATES, LENGTHS, st.integers(20, 6000))
def test_there_and_back_has_the_length_it_began_with(noise, source, target, samples, frames):
    there = resample_streamed(noise(1, samples), source, target, frames)
    assert resample_streamed(there, target, source, frames, length=samples).shape == (1, samples)


@given(RATES, RATES, st.integers(0, 10**9))
def test_rounding_up_never_loses_a_sample_on_the_way_back(source, target, samples):
    assert (
        compute_resampled_length(compute_resampled_length(samples, source, target), target, source) >= samples
    )


@given(RATES, LENGTHS, st.integers(20, 6000))
def test_equal_rates_are_the_identity(noise, rate, samples, frames):
    wave = noise(2, samples)
    np.testing.assert_array_equal(resample_streamed(wave, rate, rate, frames), wave)


@pytest.mark.parametrize("source, target", [(44100, 16000), (22050, 48000), (192_000, 44100)])
def test_samples_are_those_of_soxr(noise, source, target):
    wave = noise(2, 20_000)
    theirs = soxr.resample(wave.T, source, target).T
    ours = resample(wave, source, target)
    shared = min(ours.shape[1], theirs.shape[1])
    assert abs(ours.shape[1] - theirs.shape[1]) <= 1
    np.testing.assert_allclose(ours[:, :shared], theirs[:, :shared], atol=1e-6)


@pytest.mark.parametrize("source, target", [(44100, 16000), (16000, 44100), (96000, 22050)])
def test_a_tone_stays_where_it_is_in_time_and_pitch(source, target):
    def tone(rate: int) -> np.ndarray:
        return np.sin(2 * np.pi * 1000 * np.arange(rate) / rate)[None]

    inner = slice(target // 20, -target // 20)  # the filter rings at the ends, where the tone starts abruptly
    np.testing.assert_allclose(
        resample(tone(source), source, target)[:, inner], tone(target)[:, inner], atol=1e-4
    )


def test_what_the_target_rate_cannot_hold_is_gone():
    tone = np.sin(2 * np.pi * 10_000 * np.arange(44100) / 44100)[None]
    assert np.abs(resample(tone, 44100, 16000)[:, 800:-800]).max() < 1e-5  # -100 dB


def test_a_length_asked_for_is_kept_to(noise):
    wave = noise(1, 1000)
    assert resample_streamed(wave, 16000, 44100, 100, length=3000).shape == (1, 3000)
    assert not resample_streamed(wave, 16000, 44100, 100, length=3000)[:, 2800:].any()
    np.testing.assert_array_equal(resample_streamed(wave, 8000, 8000, 1000, length=1200)[:, :1000], wave)


def test_a_length_that_was_passed_already_is_refused(noise):
    with pytest.raises(ShapeError, match="10 samples more"):
        resample_streamed(noise(1, 1000), 8000, 8000, 1000, length=990)


@pytest.mark.parametrize("shape", [(100,), (1, 100), (3, 100), (2, 10, 1)])
def test_blocks_of_another_shape(shape):
    with pytest.raises(ShapeError, match=r"\(2, n\)"):
        Resampler(44100, 16000, 2).process(np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    "wave", [np.zeros((100, 2)), np.zeros(100), np.zeros((2, 50), bool), np.zeros((1, 2, 50))]
)
def test_what_is_no_wave_with_channels_first_is_refused(wave):
    with pytest.raises(ShapeError, match="the wave must "):
        resample(wave, 44100, 16000)


@pytest.mark.parametrize("rate", [0, -1, np.nan, "44100", None, 44100.5])
def test_rates_are_checked(rate):
    with pytest.raises(ShapeError, match="source_rate must be whole hertz"):
        resample(np.zeros((1, 50)), rate, 16000)
    with pytest.raises(ShapeError, match="target_rate must be whole hertz"):
        resample(np.zeros((1, 50)), 16000, rate)


def test_integers_have_the_full_scale_of_their_type():
    wave = np.random.default_rng(0).integers(-9999, 9999, (2, 300), np.int16)
    np.testing.assert_array_equal(
        resample(wave, 8000, 16000), resample(wave / np.float32(32768), 8000, 16000)
    )
