"""Playing a score changes tempo, touch and dynamics, and not the music."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.music.etudes import compose_etude
from audiostyle.music.performance import (
    DRUM_CHANNEL,
    NOTE_DTYPE,
    Performance,
    add_organ_stops,
    concatenate_performances,
    crop_performance,
    draw_drum_groove,
    perform,
    select_notes,
    shift_performance,
)
from audiostyle.music.scores import SCORE_DTYPE

SEEDS = st.integers(0, 10**6)
PROGRAMS = st.lists(st.integers(0, 127), min_size=1, max_size=12)


def played(seed: int, programs: list[int], seconds: float = 20.0, number: int = 0, **settings) -> Performance:
    return perform(
        compose_etude(number), np.random.default_rng(seed), programs=programs, seconds=seconds, **settings
    )


@settings(deadline=None, max_examples=30)
@given(SEEDS, PROGRAMS, st.floats(1, 40), st.integers(0, 9))
def test_what_is_played_can_be_played(seed, programs, seconds, number):
    performance = played(seed, programs, seconds, number)
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
def test_a_key_is_let_go_before_it_is_struck_again(seed, programs, number):
    notes = np.sort(played(seed, programs, number=number).notes, order=["channel", "pitch", "onset"])
    same = (notes["channel"][1:] == notes["channel"][:-1]) & (notes["pitch"][1:] == notes["pitch"][:-1])
    assert (notes["offset"][:-1] <= notes["onset"][1:] - 0.009)[same].all()


@settings(deadline=None, max_examples=20)
@given(SEEDS, st.integers(0, 95), st.integers(0, 95))
def test_the_same_seed_is_the_same_playing_on_any_instrument(seed, one, other):
    mine, theirs = played(seed, [one]), played(seed, [other])
    assert np.array_equal(mine.notes, theirs.notes) and mine.expression == theirs.expression
    assert len(mine.notes) == len(played(seed, [one]).on(other).notes)


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


def test_seeds_differ_and_an_empty_score_is_silence():
    assert not np.array_equal(played(1, [0]).notes, played(2, [0]).notes)
    silence = perform(np.zeros(0, SCORE_DTYPE), np.random.default_rng(0), programs=[0], seconds=5)
    assert silence.seconds == 0 and not len(silence.notes)


def test_on_one_instrument_everybody_plays_it_and_drums_are_gone():
    band = played(5, [0, 40, 73])
    drums = draw_drum_groove(20, np.random.default_rng(0))
    curve = ((1.0, 0, 80), (1.0, 1, 80))
    band = Performance(np.concatenate([band.notes, drums]), band.programs, {0: 0.3}, curve)
    solo = band.on(19)
    assert solo.programs == {0: 19} and not solo.bends and solo.expression == ((1.0, 0, 80),)
    assert set(solo.notes["channel"]) == {0}
    for field in ("onset", "offset", "pitch", "velocity"):
        assert np.array_equal(solo.notes[field], band.pitched()[field])
    assert len(band.pitched()) + len(drums) == len(band.notes)


def test_concatenated_performances_keep_to_their_slots():
    parts = [played(seed, [3, 4], seconds=9.0) for seed in range(6)]
    assert any(part.expression for part in parts)
    whole = concatenate_performances(parts, 10.0)
    assert whole.programs == {0: 3, 1: 4}
    assert list(whole.expression) == sorted(whole.expression)
    for slot, part in enumerate(parts):
        inside = whole.notes[(whole.notes["onset"] >= 10 * slot) & (whole.notes["onset"] < 10 * slot + 10)]
        assert np.array_equal(inside["pitch"], part.notes["pitch"])
        assert np.allclose(inside["onset"] - 10 * slot, part.notes["onset"], atol=1e-4)
        for channel in (0, 1):  # a swell must not colour the next excerpt
            last = [v for t, c, v in whole.expression if c == channel and t < 10 * (slot + 1)][-1]
            assert last == 127


@settings(deadline=None, max_examples=20)
@given(SEEDS, st.floats(0, 1))
def test_stops_sound_along_with_what_is_played(seed, share):
    """Every note added is some octave or the twelfth of one that is there; none is lost."""
    plain = played(seed, [19], seconds=12.0)
    sounding = add_organ_stops(plain, share, 5.0, np.random.default_rng(seed)).notes
    there = {(float(n["onset"]), int(n["pitch"])) for n in plain.notes}
    for note in sounding:
        onset, pitch = float(note["onset"]), int(note["pitch"])
        assert any((onset, pitch - step) in there for step in (-12, 0, 12, 19, 24))
    assert {int(p) for p in plain.notes["pitch"]} <= {int(p) for p in sounding["pitch"]}
    assert np.array_equal(add_organ_stops(plain, 0.0, 5.0, np.random.default_rng(seed)).notes, plain.notes)


@given(SEEDS, st.floats(0.5, 40))
def test_drums_are_drums_within_their_time(seed, seconds):
    groove = draw_drum_groove(seconds, np.random.default_rng(seed))
    assert (groove["channel"] == DRUM_CHANNEL).all()
    assert ((groove["onset"] >= 0) & (groove["onset"] < seconds)).all()
    assert ((groove["pitch"] >= 35) & (groove["pitch"] <= 81)).all()
    assert np.array_equal(groove, draw_drum_groove(seconds, np.random.default_rng(seed)))


def test_pitched_leaves_out_percussion_only():
    notes = np.array([(0, 1, 60, 90, 0), (0, 1, 38, 90, DRUM_CHANNEL), (1, 2, 62, 90, 10)], NOTE_DTYPE)
    assert Performance(notes).pitched()["pitch"].tolist() == [60, 62]
    assert Performance(notes).seconds == pytest.approx(2)


NOTES = st.lists(st.tuples(st.floats(0, 50), st.floats(0.01, 20), st.integers(21, 108)), max_size=20).map(
    lambda rows: np.sort(
        np.array([(on, on + length, p, 90, 0) for on, length, p in rows], NOTE_DTYPE), order="onset"
    )
)
CURVES = st.lists(st.tuples(st.floats(0, 50), st.integers(0, 2), st.integers(0, 127)), max_size=12).map(
    lambda curve: tuple(sorted(curve, key=lambda event: event[0]))
)


@given(NOTES, CURVES, st.floats(0, 60), st.floats(0.1, 20))
def test_a_cropped_performance_is_what_sounds_meanwhile(notes, curve, start, seconds):
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

    part = crop_performance(Performance(expression=curve), start, seconds).expression
    moment = 0.999 * share * seconds
    if min((abs(t - start - moment) for t, *_ in curve), default=1) < 1e-6:
        return
    for channel in range(3):
        assert value(part, channel, moment) == value(curve, channel, start + moment)
    assert all(0 <= time < seconds for time, *_ in part)


@given(NOTES, CURVES, st.floats(-60, 60))
def test_a_shifted_performance_is_the_same_at_another_time(notes, curve, start):
    before = Performance(notes, {0: 5}, {0: 0.2}, curve)
    after = shift_performance(before, start)
    assert np.allclose(after.notes["onset"] + start, notes["onset"], atol=1e-4)
    assert np.allclose(after.notes["offset"] + start, notes["offset"], atol=1e-4)
    assert [(channel, value) for _, channel, value in after.expression] == [(c, v) for _, c, v in curve]
    assert [time for time, *_ in after.expression] == [time - start for time, *_ in curve]
    assert (after.programs, after.bends) == (before.programs, before.bends)
    assert shift_performance(before, 0.0).notes.tobytes() == notes.tobytes()


@given(NOTES, st.floats(0, 60), st.floats(0.1, 20))
def test_selected_notes_are_those_that_sound_in_between(notes, start, seconds):
    found = select_notes(Performance(notes), start, start + seconds).notes
    sounds = (notes["offset"] > start) & (notes["onset"] < start + seconds)
    assert found.tolist() == notes[sounds].tolist()
