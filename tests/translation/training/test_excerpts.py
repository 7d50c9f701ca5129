"""Excerpts: sound and notes that belong together, drawn by seed alone."""

import numpy as np
import pytest

from audiostyle.errors import TrainingError
from audiostyle.models.frontend import FRAME_RATE
from audiostyle.sound.reading import read_audio
from audiostyle.translation.training.excerpts import CorpusExcerpts

RATE = 22_050


def test_the_seed_decides_the_excerpt(sine_corpus):
    one, other = (CorpusExcerpts(sine_corpus(RATE), 100) for _ in range(2))
    for seed in range(4):
        (wave, notes), (wave2, notes2) = (e.draw(np.random.default_rng(seed)) for e in (one, other))
        assert np.array_equal(wave, wave2) and np.array_equal(notes.notes, notes2.notes)
    assert not np.array_equal(wave, one.draw(np.random.default_rng(9))[0])


@pytest.mark.parametrize("rate", [RATE, 44_100])
def test_sound_and_notes_belong_together(sine_corpus, rate):
    """A tone of the note's frequency where there is a note, silence where there is none."""
    excerpts = CorpusExcerpts(sine_corpus(rate), 200)
    for seed in range(5):
        wave, performance = excerpts.draw(np.random.default_rng(seed))
        assert wave.dtype == np.float32 and len(wave) == round(199 * rate / FRAME_RATE)
        sounding = np.zeros(len(wave), bool)
        for onset, offset, pitch, *_ in performance.notes.tolist():
            start, stop = max(0, round(onset * rate)), round(offset * rate)
            sounding[start : stop + 20] = True
            tone = wave[start:stop]
            if len(tone) > 0.1 * rate:
                peak = np.abs(np.fft.rfft(tone * np.hanning(len(tone)), 1 << 17)).argmax() * rate / (1 << 17)
                assert peak == pytest.approx(440 * 2 ** ((pitch - 69) / 12), rel=0.005)
        assert np.abs(wave[~sounding]).max() < 1e-3


def test_spread_covers_every_recording_evenly(sine_corpus):
    files = sine_corpus(RATE)
    excerpts = CorpusExcerpts(files, 100)
    cut = list(excerpts.spread(12))
    assert 10 <= len(cut) <= 14
    wholes = [read_audio(audio)[0][0] for audio, _ in files]
    step = sum(map(len, wholes)) // 12
    expected = [whole[k : k + excerpts.samples] for whole in wholes for k in range(0, len(whole), step)]
    fitting = [part for part in expected if len(part) == excerpts.samples]
    assert all(np.array_equal(wave, part) for (wave, _), part in zip(cut, fitting, strict=True))
    many = list(excerpts.spread(10_000))  # they never overlap
    assert sum(len(wave) for wave, _ in many) <= sum(map(len, wholes))


def test_longer_recordings_are_drawn_more_often(sine_corpus):
    files = [*sine_corpus(RATE, 20.0, 1), *sine_corpus(RATE, 5.0, 1)]
    excerpts = CorpusExcerpts(files, 20)
    rng, drawn = np.random.default_rng(0), []
    excerpts.cut = lambda index, start: drawn.append(index)
    for _ in range(400):
        excerpts.draw(rng)
    assert 0.74 < np.mean(np.array(drawn) == 0) < 0.86


def test_what_is_too_short_is_left_out_and_nothing_left_is_an_error(sine_corpus):
    long, short = sine_corpus(RATE, 20.0, 1), sine_corpus(RATE, 5.0, 1)
    assert CorpusExcerpts([*short, *long], 862).files == long
    for files in (short, []):
        with pytest.raises(TrainingError, match="no recording is longer than an excerpt of 10 s"):
            CorpusExcerpts(files, 862)
