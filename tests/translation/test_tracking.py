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
from audiostyle.translation.tracking import NoteTracker

FRAMES = 60


def make_performance(notes: list[tuple[float, float, int, int]]) -> Performance:
    """Return a performance of notes (onset, offset, pitch, velocity) in frames."""
    rows = [(on / FRAME_RATE, off / FRAME_RATE, pitch, level, 0) for on, off, pitch, level in notes]
    return Performance(np.sort(np.array(rows, dtype=NOTE_DTYPE), order=["onset", "pitch"]))


@st.composite
def melodies(draw) -> Performance:
    """Notes on whole frames of a few keys, three frames long or more, with two frames of rest or none."""
    notes = []
    for pitch in draw(st.lists(st.sampled_from([21, 60, 61, 72, 108]), unique=True, max_size=3)):
        now = draw(st.integers(0, 9))
        for _ in range(draw(st.integers(1, 4))):
            length = draw(st.integers(3, 15))
            notes.append((now, now + length, pitch, draw(st.integers(1, 127))))
            now += length + draw(st.sampled_from([0, 2, 5]))
    return make_performance([note for note in notes if note[1] <= FRAMES])


def track(probabilities, cuts: list[int], **settings) -> np.ndarray:
    """Return the notes in three (T, 88) arrays that are cut into pieces."""
    tracker = NoteTracker(**settings)
    edges = [0, *sorted(cuts), len(probabilities[0])]
    for start, stop in pairwise(edges):
        tracker.process(*(part[start:stop] for part in probabilities))
    tracker.process(*(part[:0] for part in probabilities), last=True)
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


def test_thresholds():
    onset, sounding = np.zeros((2, 20, PITCHES), np.float32)
    onset[5, 40], sounding[5:9, 40] = 0.39, 1
    assert not len(track((onset, sounding, sounding), []))
    onset[5, 40] = 0.41
    assert len(track((onset, sounding, sounding), [])) == 1
    assert not len(track((onset, sounding, sounding), [], threshold=0.5))
    sounding[7, 40] = 0  # one missing frame is no gap
    assert track((onset, sounding, sounding), [])["offset"][0] == pytest.approx(9 / FRAME_RATE)
    sounding[6, 40] = 0
    assert track((onset, sounding, sounding), [])["offset"][0] == pytest.approx(7 / FRAME_RATE)  # two are
