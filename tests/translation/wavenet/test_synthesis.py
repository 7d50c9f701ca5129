"""Synthesis with a WaveNet: as long as asked for, the same for the same seed, with settings within reason."""

import numpy as np
import pytest
import torch

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.music.performance import Performance
from audiostyle.translation.wavenet.loading import load_synthesizer
from audiostyle.translation.wavenet.synthesis import WaveNetSynthesizer


@pytest.fixture(scope="module")
def wavenet(tiny) -> WaveNetSynthesizer:
    """Untrained, so it makes noise."""
    weights = tiny.manifest.decoder("sine", "wavenet")
    return load_synthesizer(weights, torch.device("cpu"), tiny.manifest.domain("sine"))


@pytest.fixture
def performance(make_notes) -> Performance:
    return Performance(make_notes((0.1, 0.4, 72), (0.2, 0.5, 84)))


def join(blocks) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.float32), *blocks])


@pytest.mark.parametrize("samples", [1, 159, 160, 8001])
def test_the_length_is_exact(wavenet, performance, samples):
    wave = join(wavenet.synthesize(performance, samples))
    assert wave.shape == (samples,) and wave.dtype == np.float32 and np.isfinite(wave).all()


def test_the_same_seed_is_the_same_sound_and_another_is_not(wavenet, performance):
    once, again, other = (join(wavenet.synthesize(performance, 4000, seed=seed)) for seed in (3, 3, 4))
    assert np.array_equal(once, again) and not np.array_equal(once, other)


def test_progress_rises_to_the_whole(wavenet, performance):
    told = []
    progress = lambda *numbers: told.append(numbers)  # noqa: E731
    join(wavenet.configure(chunks=2).synthesize(performance, 16000, progress=progress))
    assert told == sorted(told) and told[-1] == (pytest.approx(1.0), 1.0)


def test_settings_make_another_synthesizer(wavenet, performance):
    hot = wavenet.configure(temperature=2.0, chunks=3)
    assert (hot.temperature, hot.chunks) == (2.0, 3) and (wavenet.temperature, wavenet.chunks) == (0.9, None)
    assert wavenet.configure() == wavenet
    assert not np.array_equal(*(join(one.synthesize(performance, 2000)) for one in (wavenet, hot)))


def test_settings_that_make_no_sense_are_refused(wavenet):
    for temperature in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(AudiostyleError, match="temperature must be above 0"):
            wavenet.configure(temperature=temperature)
    with pytest.raises(AudiostyleError, match="0 chunks"):
        wavenet.configure(chunks=0)


def test_a_latent_is_read_in_place_of_notes(wavenet, performance):
    """Its width must be the network's."""
    with pytest.raises(ShapeError, match="3 numbers a frame"):
        join(wavenet.synthesize(performance, 400, latent=np.zeros((3, 3), np.float32)))
    silent = np.zeros((10, wavenet.sampler.config.condition), np.float32)
    assert join(wavenet.synthesize(Performance(), 1600, latent=silent)).shape == (1600,)


def test_the_performance_is_not_touched(wavenet, performance):
    before = performance.notes.copy()
    join(wavenet.synthesize(performance, 400))
    assert np.array_equal(performance.notes, before)
