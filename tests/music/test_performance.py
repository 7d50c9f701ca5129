"""Performances are moved, cropped and joined without changing what is heard."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.music.curves import NoteCurves
from audiostyle.music.drums import draw_drum_groove
from audiostyle.music.notes import DRUM_CHANNEL, NOTE_DTYPE
from audiostyle.music.performance import (
    Performance,
    concatenate_performances,
    crop_performance,
    map_times,
    release_repeated_keys,
    remove_overlaps,
    select_notes,
    shift_performance,
)

NOTES = st.lists(st.tuples(st.floats(0, 50), st.floats(0.01, 20), st.integers(21, 108)), max_size=20).map(
    lambda rows: np.sort(
        np.array([(on, on + length, p, 90, 0) for on, length, p in rows], NOTE_DTYPE), order="onset"
    )
)
CURVES = st.lists(st.tuples(st.floats(0, 50), st.integers(0, 2), st.integers(0, 127)), max_size=12).map(
    lambda curve: tuple(sorted(curve, key=lambda event: event[0]))
)


def test_an_arrangement_for_one_instrument_has_all_pitched_parts_and_no_drums(play_etude):
    band = play_etude(5, [0, 40, 73])
    drums = draw_drum_groove(20, np.random.default_rng(0))
    curve = ((1.0, 0, 80), (1.0, 1, 80))
    band = Performance(np.concatenate([band.notes, drums]), band.programs, {0: 0.3}, curve)
    solo = band.arrange_for(19)
    assert solo.programs == {0: 19} and not solo.bends and solo.expression == ((1.0, 0, 80),)
    assert set(solo.notes["channel"]) == {0}
    for field in ("onset", "offset", "pitch", "velocity"):
        assert np.array_equal(solo.notes[field], band.get_pitched_notes()[field])
    assert len(band.get_pitched_notes()) + len(drums) == len(band.notes)


def test_concatenated_performances_keep_to_their_slots(play_etude):
    parts = [play_etude(seed, [3, 4], seconds=9.0) for seed in range(6)]
    assert any(part.expression for part in parts)
    whole = concatenate_performances(parts, 10.0)
    assert whole.programs == {0: 3, 1: 4}
    assert list(whole.expression) == sorted(whole.expression)
    for slot, part in enumerate(parts):
        inside = whole.notes[(whole.notes["onset"] >= 10 * slot) & (whole.notes["onset"] < 10 * slot + 10)]
        assert np.array_equal(inside["pitch"], part.notes["pitch"])
        assert np.allclose(inside["onset"] - 10 * slot, part.notes["onset"], atol=1e-4)
        for channel in (0, 1):  # a swell must not color the next excerpt
            last = [v for t, c, v in whole.expression if c == channel and t < 10 * (slot + 1)][-1]
            assert last == 127


def test_pitched_notes_leave_out_percussion_only():
    notes = np.array([(0, 1, 60, 90, 0), (0, 1, 38, 90, DRUM_CHANNEL), (1, 2, 62, 90, 10)], NOTE_DTYPE)
    assert Performance(notes).get_pitched_notes()["pitch"].tolist() == [60, 62]
    assert Performance(notes).seconds == pytest.approx(2)


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


@given(NOTES, CURVES, st.floats(0.1, 10))
def test_a_time_map_reaches_notes_and_expression_alike(notes, curve, factor):
    slower = map_times(Performance(notes, expression=curve), lambda time: factor * time)
    assert np.allclose(slower.notes["offset"], factor * notes["offset"], rtol=1e-5)
    assert [time for time, *_ in slower.expression] == [factor * time for time, *_ in curve]
    assert slower.notes["pitch"].tolist() == notes["pitch"].tolist()


@given(NOTES)
def test_without_overlaps_a_key_is_released_before_it_is_struck_again(notes):
    left = remove_overlaps(notes)
    assert np.array_equal(left, np.sort(left, order=["onset", "pitch"]))
    assert (left["offset"] - left["onset"] >= 0.0199).all()
    for pitch in set(left["pitch"].tolist()):
        same = left[left["pitch"] == pitch]
        assert (same["offset"][:-1] < same["onset"][1:]).all()
    assert set(left["pitch"].tolist()) <= set(notes["pitch"].tolist())
    assert remove_overlaps(left).tobytes() == left.tobytes()


def number_curves(notes: np.ndarray) -> NoteCurves:
    """Return curves that say which note they belong to: its number, at two points."""
    return NoteCurves.from_lists([[n, n] for n in range(len(notes))], [[-n, -n] for n in range(len(notes))])


@given(NOTES, st.floats(0, 60), st.floats(0.1, 20))
def test_notes_keep_their_curves_wherever_they_go(notes, start, seconds):
    numbered = Performance(notes, {0: 0}, curves=number_curves(notes))
    excerpt = crop_performance(numbered, start, seconds)
    assert excerpt.curves is not None and len(excerpt.curves) == len(excerpt.notes)
    inside = np.flatnonzero((notes["offset"] > start) & (notes["onset"] < start + seconds))
    assert excerpt.curves.cents[::2].tolist() == inside.tolist()
    plain = Performance(notes[:1], {0: 0})
    joined = concatenate_performances([plain, numbered], 90.0)
    if len(notes):
        assert joined.curves is not None and len(joined.curves) == len(joined.notes)
        assert joined.curves.select(range(len(notes[:1]), len(joined.notes))).cents[::2].tolist() == [
            *range(len(notes))
        ]


def test_an_arrangement_keeps_the_curves_of_pitched_notes():
    notes = np.array([(0, 1, 60, 90, 0), (0, 1, 38, 90, DRUM_CHANNEL), (1, 2, 62, 90, 1)], NOTE_DTYPE)
    solo = Performance(notes, {0: 3, 1: 4}, curves=number_curves(notes)).arrange_for(19)
    assert solo.curves is not None and solo.curves.cents.tolist() == [0, 0, 2, 2]


def test_slower_notes_have_slower_curves():
    notes = np.array([(1.0, 3.0, 60, 90, 0)], NOTE_DTYPE)
    curves = NoteCurves.from_lists([[0.0, 40.0]], [[0.0, -6.0]])
    slower = map_times(Performance(notes, curves=curves), lambda time: 2 * time)
    assert slower.curves is not None and slower.curves.cents.tolist() == [0, 20, 40]
    assert slower.curves.level.tolist() == [0, -3, -6]


@given(NOTES)
def test_a_key_that_is_released_for_the_next_note_keeps_its_curves(notes):
    curves = NoteCurves.from_lists([[float(n)] for n in range(len(notes))], [[0.0]] * len(notes))
    left = release_repeated_keys(Performance(notes, curves=curves))
    assert left.notes.tobytes() == remove_overlaps(notes).tobytes() and len(left.curves) == len(left.notes)
    for note, place in zip(left.notes.tolist(), left.curves.cents.astype(int), strict=True):
        assert (note[0], note[2]) == (notes["onset"][place], notes["pitch"][place])


def test_curves_of_other_notes_are_refused():
    notes = np.array([(0, 1, 60, 90, 0)], NOTE_DTYPE)
    with pytest.raises(ShapeError, match="1 notes have curves for 2"):
        Performance(notes, curves=NoteCurves.make_flat(2))
