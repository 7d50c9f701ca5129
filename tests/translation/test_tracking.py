"""Note tracking: the notes that are drawn are the notes that are found, however the frames are cut."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.models.frontend import FRAME_RATE, PITCHES
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.note_grid import rasterize
from audiostyle.translation.tracking import NoteTracker, TrackedNotes

FRAMES = 60


def make_performance(notes: list[tuple[float, float, int, int]]) -> Performance:
    """Return a performance of notes (onset, offset, pitch, velocity) in frames."""
    rows = [(on / FRAME_RATE, off / FRAME_RATE, pitch, level, 0) for on, off, pitch, level in notes]
    return Performance(np.sort(np.array(rows, dtype=NOTE_DTYPE), order=["onset", "pitch"]))


@st.composite
def melodies(draw) -> Performance:
    """Notes on whole frames of a few keys, six frames long or more, with two frames of rest or none."""
    notes = []
    for pitch in draw(st.lists(st.sampled_from([21, 60, 61, 72, 108]), unique=True, max_size=3)):
        now = draw(st.integers(0, 9))
        for _ in range(draw(st.integers(1, 4))):
            length = draw(st.integers(6, 15))
            notes.append((now, now + length, pitch, draw(st.integers(1, 127))))
            now += length + draw(st.sampled_from([0, 2, 5]))
    return make_performance([note for note in notes if note[1] <= FRAMES])


def track(probabilities, cuts: list[int]) -> np.ndarray:
    """Return the notes in three or more (T, 88) arrays that are cut into pieces."""
    return track_with_curves(probabilities, cuts).notes


def track_with_curves(grids, cuts: list[int]) -> TrackedNotes:
    tracker = NoteTracker()
    edges = [0, *sorted(cuts), len(grids[0])]
    for start, stop in pairwise(edges):
        tracker.process(*(part[start:stop] for part in grids))
    return tracker.finish()


@settings(deadline=None)
@given(melodies(), st.integers(0, 5))
def test_rasterized_notes_are_found_again(melody, silence):
    found = track(rasterize(melody, FRAMES + silence), [])
    for field in ("pitch", "velocity"):
        assert np.array_equal(found[field], melody.notes[field])
    for field in ("onset", "offset"):
        assert np.allclose(found[field], melody.notes[field], atol=1e-4)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 40), max_size=6), st.booleans())
def test_the_notes_found_do_not_depend_on_cuts(seed, cuts, coarse):
    """Not even for noise, nor where neighbors are equal."""
    probabilities = np.random.default_rng(seed).random((3, 40, PITCHES), np.float32)
    probabilities[:, :, 5:] = 0
    if coarse:
        probabilities = probabilities.round(1)
    whole = track(probabilities, [])
    assert np.array_equal(track(probabilities, cuts), whole)
    assert np.array_equal(track(probabilities, list(range(1, 40))), whole)


def test_the_last_note_sounds_to_the_end():
    grid = rasterize(make_performance([(10, 60, 60, 99)]), 30)
    assert track(grid, [12, 13])["offset"].item() == pytest.approx(30 / FRAME_RATE)


@pytest.mark.parametrize("levels", [(0.9, 0.9), (0.9, 0.9, 0.9), (0.5, 0.9, 0.9, 0.5), (0.9, 0.2, 0.9)])
def test_equal_neighbors_are_one_note(levels):
    """As reduced precision gives them."""
    onset, sounding = np.zeros((2, 20, PITCHES), np.float32)
    onset[8 : 8 + len(levels), 40] = levels
    sounding[8:15, 40] = 1
    found = track((onset, sounding, sounding), [])
    assert len(found) == 1
    assert found["onset"][0] == pytest.approx((8 + levels.index(max(levels))) / FRAME_RATE)


def make_held(key: int, first: int, stop: int, onset: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return onset and sounding of one key that surely sounds."""
    begins, sounding = np.zeros((2, FRAMES, PITCHES), np.float32)
    begins[first, key], sounding[first:stop, key] = onset, 1
    return begins, sounding


@pytest.mark.parametrize(
    ("onset", "frames", "notes"),
    [(0.51, 6, 1), (0.51, 5, 0), (0.9, 5, 1), (0.49, 6, 0), (0.0, 9, 1), (0.0, 6, 0)],
)
def test_a_note_needs_an_onset_or_time(onset, frames, notes):
    begins, sounding = make_held(40, 20, 20 + frames, onset)
    assert len(track((begins, sounding, sounding), [])) == notes


@pytest.mark.parametrize(("onset", "notes"), [(0.9, 1), (0.7, 0)])
def test_a_short_note_needs_a_sure_onset(onset, notes):
    begins, sounding = make_held(40, 20, 23, onset)
    assert len(track((begins, sounding, sounding), [])) == notes


def test_one_missing_frame_is_no_gap_and_two_are():
    begins, sounding = make_held(40, 5, 15, 0.9)
    sounding[12, 40] = 0
    assert track((begins, sounding, sounding), [])["offset"][0] == pytest.approx(15 / FRAME_RATE)
    sounding[11, 40] = 0
    assert track((begins, sounding, sounding), [])["offset"][0] == pytest.approx(11 / FRAME_RATE)


def test_what_seems_to_begin_again_without_an_onset_goes_on():
    begins, sounding = make_held(40, 5, 50, 0.9)
    sounding[20:26, 40] = 0
    (note,) = track((begins, sounding, sounding), [])
    assert note["offset"] == pytest.approx(50 / FRAME_RATE)


def test_an_overtone_that_nobody_heard_begin_is_no_note():
    begins, sounding = make_held(30, 5, 50, 0.9)
    sounding[10:40, 42] = sounding[10:40, 37] = 1
    assert track((begins, sounding, sounding), [])["pitch"].tolist() == [51, 58]


def sing(pitch: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the grids of a voice at a pitch in semitones above the lowest key, (T,)."""
    onset, sounding, cents = np.zeros((3, len(pitch), PITCHES), np.float32)
    for frame, place in enumerate(pitch):
        for key in (int(place), int(place) + 1):
            sounding[frame, key] = 0.95 * max(0.0, 1 - abs(place - key))
            cents[frame, key] = 100 * (place - key)
    onset[0, round(pitch[0])] = 0.9
    return onset, sounding, sounding, cents


def follow(tracked: TrackedNotes, note: int = 0) -> np.ndarray:
    """Return the pitch of a note in semitones above the lowest key."""
    return tracked.notes["pitch"][note] - 21 + tracked.curves.get_cents(note) / 100


def test_vibrato_is_one_note():
    pitch = 40.3 + 0.6 * np.sin(2 * np.pi * 5.5 * np.arange(150) / FRAME_RATE)
    tracked = track_with_curves(sing(pitch), [70])
    assert len(tracked.notes) == 1
    assert np.abs(follow(tracked) - pitch[: len(follow(tracked))]).max() < 0.02


def test_a_glide_comes_back_as_that_glide():
    pitch = np.linspace(38.1, 42.4, 120)
    tracked = track_with_curves(sing(pitch), [])
    assert len(tracked.notes) == 1
    assert np.abs(follow(tracked) - pitch[: len(follow(tracked))]).max() < 0.02


def test_a_scoop_belongs_to_its_note():
    pitch = np.concatenate([np.linspace(38, 40, 14), np.full(60, 40.0)])
    tracked = track_with_curves(sing(pitch), [])
    assert tracked.notes["pitch"].tolist() == [61]


def test_a_step_without_an_attack_is_another_note():
    pitch = np.concatenate([np.full(40, 40.0), np.linspace(40, 42, 6), np.full(40, 42.0)])
    assert track(sing(pitch), [])["pitch"].tolist() == [61, 63]


def test_a_semitone_struck_beside_another_is_another_note():
    begins, sounding = make_held(40, 5, 50, 0.9)
    other, more = make_held(41, 8, 50, 0.9)
    grids = (begins + other, sounding + more, sounding, np.zeros_like(begins))
    assert track(grids, [])["pitch"].tolist() == [61, 62]


def test_a_voice_half_a_semitone_off_sounds_once():
    tracked = track_with_curves(sing(np.full(90, 40.5)), [])
    assert len(tracked.notes) == 1
    assert follow(tracked) == pytest.approx(40.5, abs=0.01)


@pytest.mark.parametrize("keys", [-12, 7])
def test_what_is_sung_elsewhere_has_the_same_curve(keys):
    pitch = 40 + 0.4 * np.sin(np.arange(100) / 4) + np.linspace(0, 1, 100)
    here, there = (track_with_curves(sing(pitch + n), []) for n in (0, keys))
    assert np.array_equal(there.notes["pitch"], here.notes["pitch"] + keys)
    assert np.allclose(there.curves.cents, here.curves.cents, atol=0.2)


@pytest.mark.parametrize("tuning", [0.45, 0.5, 0.55])
def test_a_recording_half_a_semitone_off_keeps_its_intervals(tuning):
    """Whichever way its notes go, they all go there."""
    melody = np.array([40, 44, 47, 45, 42, 49])
    parts = [sing(np.full(30, key + tuning + 0.08 * (-1) ** n)) for n, key in enumerate(melody)]
    grids = [np.concatenate(rows) for rows in zip(*parts, strict=True)]
    pitches = track(grids, [])["pitch"].astype(int)
    assert np.array_equal(np.diff(pitches), np.diff(melody))


@pytest.mark.parametrize(("cents", "notes"), [(20, 0), (5, 1)])
def test_a_short_glide_is_speech_and_no_note(cents, notes):
    assert len(track(sing(40 + cents / 100 * np.arange(10)), [])) == notes


def test_a_bar_struck_sounds_three_octaves_above_and_is_one_note():
    begins, sounding = make_held(36, 5, 30, 0.9)
    other, more = make_held(75, 5, 20, 0.9)
    assert track((begins + other, sounding + more, sounding), [])["pitch"].tolist() == [57]
    later, longer = make_held(75, 12, 50, 0.9)
    assert track((begins + later, sounding + longer, sounding), [])["pitch"].tolist() == [57, 96]
