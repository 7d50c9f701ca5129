"""Excerpts: sound and notes that belong together, drawn by seed alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import TrainingError
from audiostyle.models.frontend import FRAME_RATE
from audiostyle.music.performance import NOTE_DTYPE, Performance
from audiostyle.sound.reading import read
from audiostyle.translation.training.excerpts import CorpusExcerpts, crop_performance

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
    wholes = [read(audio)[0][0] for audio, _ in files]
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


NOTES = st.lists(st.tuples(st.floats(0, 50), st.floats(0.01, 20), st.integers(21, 108)), max_size=20).map(
    lambda rows: np.sort(
        np.array([(on, on + length, p, 90, 0) for on, length, p in rows], NOTE_DTYPE), order="onset"
    )
)
CURVES = st.lists(st.tuples(st.floats(0, 50), st.integers(0, 2), st.integers(0, 127)), max_size=12).map(
    lambda curve: tuple(sorted(curve, key=lambda event: event[0]))
)


@given(NOTES, CURVES, st.floats(0, 60), st.floats(0.1, 20))
def test_a_shifted_performance_is_what_sounds_meanwhile(notes, curve, start, seconds):
    part = crop_performance(Performance(notes, {0: 5}, {0: 0.2}, curve), start, seconds)
    kept = [n for n in notes.tolist() if n[1] > np.float32(start) and n[0] < np.float32(start + seconds)]
    assert abs(len(part.notes) - len(kept)) <= 1  # one may touch an edge within rounding
    if len(part.notes) == len(kept):
        assert np.allclose(part.notes["onset"], [n[0] - start for n in kept], atol=1e-4)
        assert part.notes["pitch"].tolist() == [n[2] for n in kept]
    assert (part.programs, part.bends) == ({0: 5}, {0: 0.2})


@given(CURVES, st.floats(0, 60), st.floats(0.1, 20), st.floats(0, 1))
def test_expression_goes_on_from_where_it_was(curve, start, seconds, share):
    """At any moment of the excerpt, a channel has the value that it has in the whole."""

    def value(events, channel, time):
        return ([v for t, c, v in events if c == channel and t <= time] or [127])[-1]

    part = crop_performance(Performance(np.zeros(0, NOTE_DTYPE), expression=curve), start, seconds).expression
    moment = 0.999 * share * seconds
    if min((abs(t - start - moment) for t, *_ in curve), default=1) < 1e-6:
        return
    for channel in range(3):
        assert value(part, channel, moment) == value(curve, channel, start + moment)
    assert all(0 <= time < seconds for time, *_ in part)
