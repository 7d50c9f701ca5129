"""Recordings as mu-law codes: they are the recordings again, and excerpts lie where they say."""

import numpy as np
import pytest
import torch

from audiostyle.errors import TrainingError
from audiostyle.models.wavenet import mulaw
from audiostyle.sound.reading import read_audio
from audiostyle.sound.resampling import resample
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts, Place
from audiostyle.translation.wavenet.conditioning import HOP, WIDTH


@pytest.fixture(scope="module")
def excerpts(sine_corpus, prediction) -> CodedExcerpts:
    return CodedExcerpts(sine_corpus(22050, seconds=5.0), 20, prediction=prediction)


def test_what_is_coded_is_the_recording(sine_corpus, prediction):
    """Decoded and played it is the wave again, 20 dB over what 256 codes cost."""
    (audio, midi), _ = sine_corpus(22050, seconds=5.0)
    whole = CodedExcerpts([(audio, midi)], 400, prediction=prediction)
    place = Place(0, 0)
    amplitudes = mulaw.decode(torch.from_numpy(whole.codes(place)).long()).numpy()
    back = np.concatenate(list(whole.restore(place, [amplitudes])))
    samples, rate = read_audio(audio)
    wave = resample(samples, rate, 16000)[0][: len(back)]
    assert np.mean((back - wave) ** 2) < 0.01 * np.mean(wave**2)


def test_a_corpus_of_shorter_recordings_is_refused(sine_corpus):
    with pytest.raises(TrainingError, match=r"as long as an excerpt of 6\.0 s"):
        CodedExcerpts(sine_corpus(22050, seconds=5.0), 600)


def test_an_excerpt_is_a_part_of_its_recording(excerpts, sine_corpus, prediction):
    whole = CodedExcerpts(
        sine_corpus(22050, seconds=5.0), 480, companding=excerpts.companding, prediction=prediction
    )
    place = Place(1, 30)
    np.testing.assert_array_equal(excerpts.codes(place), whole.codes(Place(1, 0))[30 * HOP : 50 * HOP])
    np.testing.assert_array_equal(excerpts.condition(place), whole.condition(Place(1, 0))[30:50])
    assert excerpts.codes(place).dtype == np.uint8 and excerpts.condition(place).shape == (20, WIDTH)


def test_places_lie_within_the_recordings_and_depend_on_the_generator_alone(excerpts):
    drawn = [excerpts.draw(np.random.default_rng(seed)) for seed in range(60)]
    assert drawn == [excerpts.draw(np.random.default_rng(seed)) for seed in range(60)]
    assert {place.recording for place in drawn} == {0, 1}
    for place in [*drawn, *excerpts.spread(7)]:
        assert len(excerpts.codes(place)) == 20 * HOP
    assert len(list(excerpts.spread(7))) == 7


def test_level_and_length_are_those_of_the_recordings(excerpts, sine_corpus):
    waves = [read_audio(audio)[0] for audio, _ in sine_corpus(22050, seconds=5.0)]
    assert excerpts.seconds == pytest.approx(10.0, abs=0.01)
    assert excerpts.rms == pytest.approx(np.sqrt(np.mean([np.mean(wave**2) for wave in waves])), rel=0.01)
