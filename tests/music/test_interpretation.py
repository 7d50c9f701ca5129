"""An interpretation changes tempo, articulation and dynamics, and not the music."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.music.interpretation import perform
from audiostyle.music.notes import DRUM_CHANNEL, NOTE_DTYPE, SCORE_DTYPE

SEEDS = st.integers(0, 10**6)
PROGRAMS = st.lists(st.integers(0, 127), min_size=1, max_size=12)


@settings(deadline=None, max_examples=30)
@given(SEEDS, PROGRAMS, st.floats(1, 40), st.integers(0, 9))
def test_what_is_played_can_be_play_etude(play_etude, seed, programs, seconds, number):
    performance = play_etude(seed, programs, seconds, number)
    notes = performance.notes
    assert notes.dtype == NOTE_DTYPE
    assert np.array_equal(notes, np.sort(notes, order=["onset", "pitch"]))
    assert (notes["onset"] >= 0).all() and performance.seconds <= seconds + 1e-4
    assert (notes["offset"] - notes["onset"] >= 0.019).all()
    assert ((notes["pitch"] >= 21) & (notes["pitch"] <= 108)).all()
    assert ((notes["velocity"] >= 20) & (notes["velocity"] <= 127)).all()
    assert DRUM_CHANNEL not in performance.programs
    assert list(performance.programs.values()) == programs
    assert set(notes["channel"].tolist()) <= set(performance.programs)
    assert all(0 <= time < seconds and 0 < value <= 127 for time, _, value in performance.expression)


@settings(deadline=None, max_examples=30)
@given(SEEDS, PROGRAMS, st.integers(0, 9))
def test_a_key_is_let_go_before_it_is_struck_again(play_etude, seed, programs, number):
    notes = np.sort(play_etude(seed, programs, number=number).notes, order=["channel", "pitch", "onset"])
    same = (notes["channel"][1:] == notes["channel"][:-1]) & (notes["pitch"][1:] == notes["pitch"][:-1])
    assert (notes["offset"][:-1] <= notes["onset"][1:] - 0.009)[same].all()


@settings(deadline=None, max_examples=20)
@given(SEEDS, st.integers(0, 95), st.integers(0, 95))
def test_the_same_seed_is_the_same_interpretation_on_any_instrument(play_etude, seed, one, other):
    mine, theirs = play_etude(seed, [one]), play_etude(seed, [other])
    assert np.array_equal(mine.notes, theirs.notes) and mine.expression == theirs.expression
    assert len(mine.notes) == len(play_etude(seed, [one]).arrange_for(other).notes)


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.integers(30, 90))
def test_intervals_order_and_rhythm_are_those_of_the_score(seed, root):
    score = np.zeros(12, SCORE_DTYPE)
    score["onset"], score["duration"] = np.arange(12) * 2, 1
    score["pitch"] = root + np.array([0, 4, 7, 12, 7, 4, 0, -5, 0, 2, 4, 18])
    notes = perform(score, np.random.default_rng(seed), programs=[0], seconds=60).notes
    shift = notes["pitch"] - score["pitch"]
    assert len(set(shift.tolist())) == 1 and abs(int(shift[0])) <= 6
    quarter = np.diff(notes["onset"]).mean() / 2
    assert 0.34 < quarter < 0.81
    assert np.allclose(notes["onset"], score["onset"] * quarter, atol=0.06)


def test_seeds_differ_and_an_empty_score_is_silence(play_etude):
    assert not np.array_equal(play_etude(1, [0]).notes, play_etude(2, [0]).notes)
    silence = perform(np.zeros(0, SCORE_DTYPE), np.random.default_rng(0), programs=[0], seconds=5)
    assert silence.seconds == 0 and not len(silence.notes)
