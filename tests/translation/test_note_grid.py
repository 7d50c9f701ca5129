"""Notes to frames and back: round trips, slow oracles, and independence of how a code is cut."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.models.excitation import LEAD
from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH, PITCHES
from audiostyle.music.performance import DRUM_CHANNEL, NOTE_DTYPE, Performance
from audiostyle.translation.note_grid import NoteTracker, compute_key_states, rasterize

FRAMES = 60


def performance(notes: list[tuple[float, float, int, int]], channel: int = 0) -> Performance:
    """Notes (onset, offset, pitch, velocity) in frames."""
    rows = [(on / FRAME_RATE, off / FRAME_RATE, pitch, level, channel) for on, off, pitch, level in notes]
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
    return performance([note for note in notes if note[1] <= FRAMES])


# Any notes at all: between frames, overlapping, of no length, partly outside.
ANY_NOTES = st.lists(
    st.tuples(
        st.floats(-10, 70), st.floats(0, 40), st.sampled_from([15, 21, 60, 61, 108, 115]), st.integers(1, 127)
    ).map(lambda n: (n[0], n[0] + n[1], n[2], n[3])),
    max_size=12,
).map(performance)


def track(probabilities, cuts: list[int], **settings) -> np.ndarray:
    """The notes in three (T, 88) arrays given in pieces."""
    tracker = NoteTracker(**settings)
    edges = [0, *sorted(cuts), len(probabilities[0])]
    for start, stop in pairwise(edges):
        tracker.process(*(part[start:stop] for part in probabilities))
    tracker.process(*(part[:0] for part in probabilities), last=True)
    return tracker.notes()


@settings(deadline=None)
@given(melodies(), st.integers(0, 5))
def test_notes_drawn_are_the_notes_found(melody, silence):
    found = track(rasterize(melody, FRAMES + silence), [])
    for field in ("pitch", "velocity"):
        assert np.array_equal(found[field], melody.notes[field])
    for field in ("onset", "offset"):
        assert np.allclose(found[field], melody.notes[field], atol=1e-4)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 40), max_size=6), st.booleans())
def test_the_notes_found_do_not_depend_on_cuts(seed, cuts, coarse):
    """Not even for noise, nor where neighbours are equal."""
    probabilities = np.random.default_rng(seed).random((3, 40, PITCHES), np.float32)
    probabilities[:, :, 5:] = 0
    if coarse:
        probabilities = probabilities.round(1)
    whole = track(probabilities, [])
    assert np.array_equal(track(probabilities, cuts), whole)
    assert np.array_equal(track(probabilities, list(range(1, 40))), whole)


def test_a_note_heard_last_sounds_to_the_end():
    heard = rasterize(performance([(10, 60, 60, 99)]), 30)
    assert track(heard, [12, 13])["offset"].item() == pytest.approx(30 / FRAME_RATE)


@pytest.mark.parametrize("levels", [(0.9, 0.9), (0.9, 0.9, 0.9), (0.5, 0.9, 0.9, 0.5), (0.9, 0.2, 0.9)])
def test_equal_neighbours_are_one_note(levels):
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


def slow_key_states(played: Performance, frames: int, tail: int) -> np.ndarray:
    """(3, frames, 88), frame by frame: the latest note of the key decides."""
    out = np.zeros((3, frames, PITCHES))
    for frame in range(frames):
        for onset, offset, pitch, velocity, _ in played.notes.tolist():
            onset, offset = (round(64 * second * FRAME_RATE) / 64 for second in (onset, offset))
            key, first = pitch - LOWEST_PITCH, math.floor(onset + 0.5) - LEAD
            end = math.floor(offset + 0.5) + tail
            if not 0 <= key < PITCHES or frame < first or end <= max(0, first):
                continue
            sounds = frame < end
            out[:, frame, key] = (
                (max(velocity / 127, 0.01), frame - onset, max(0, frame - offset)) if sounds else (0, 0, 0)
            )
    return out


@settings(deadline=None, max_examples=40)
@given(ANY_NOTES, st.sampled_from([0, 3, 86]))
def test_key_states_are_those_of_the_latest_note(played, tail):
    states = np.stack([part[0].numpy() for part in compute_key_states(played, FRAMES, tail)])
    truth = slow_key_states(played, FRAMES, tail)
    assert np.allclose(states[0], truth[0], atol=1e-6)
    assert np.allclose(states[:, states[0] > 0], truth[:, truth[0] > 0], atol=1e-4)


@settings(deadline=None, max_examples=40)
@given(ANY_NOTES, st.integers(1, FRAMES - 1))
def test_states_of_a_window_are_the_window_of_the_states(played, first):
    """Exactly: ages that differed by rounding would turn high partials by a quarter."""
    notes = played.notes.astype([(n, "f8" if t == "<f4" else t) for n, t in NOTE_DTYPE.descr])
    near_half = np.abs(np.stack([notes["onset"], notes["offset"]]) * FRAME_RATE * 64 % 1 - 0.5) < 1e-6
    if near_half.any():
        return
    moved = notes.copy()
    for field in ("onset", "offset"):
        moved[field] -= first / FRAME_RATE
    window = compute_key_states(Performance(moved), FRAMES - first)
    for mine, whole in zip(window, compute_key_states(Performance(notes), FRAMES), strict=True):
        sounds = window.level[0] > 0
        assert np.array_equal(mine[0][sounds], whole[0, first:][sounds])


@settings(deadline=None, max_examples=40)
@given(ANY_NOTES)
def test_a_drawing_keeps_to_its_frames_and_keys(played):
    onset, sounding, loudness = rasterize(played, FRAMES)
    for part in (onset, sounding, loudness):
        assert part.shape == (FRAMES, PITCHES) and part.dtype == np.float32
    assert set(np.unique(onset)) <= {0, 1} and set(np.unique(sounding)) <= {0, 1}
    assert (sounding >= onset).all()
    assert np.array_equal(loudness > 0, sounding > 0)
    begun = {(round(n["onset"] * FRAME_RATE), int(n["pitch"]) - LOWEST_PITCH) for n in played.notes}
    assert onset.sum() == sum(0 <= frame < FRAMES and 0 <= key < PITCHES for frame, key in begun)


def test_drums_have_no_keys():
    drums = performance([(3, 9, 60, 100)], channel=DRUM_CHANNEL)
    assert not rasterize(drums, 20).sounding.any()
    assert not compute_key_states(drums, 20).level.any()


def test_a_note_held_from_before_sounds_but_does_not_begin():
    onset, sounding, _ = rasterize(performance([(-5, 5, 60, 100)]), 20)
    assert not onset.any()
    assert sounding[:, 60 - LOWEST_PITCH].tolist() == [1] * 5 + [0] * 15


def test_expression_scales_loudness_from_its_moment_on():
    notes = performance([(0, 20, 60, 127)]).notes
    curve = ((5 / FRAME_RATE, 0, 64), (10 / FRAME_RATE, 0, 127), (2 / FRAME_RATE, 3, 1))
    played = Performance(notes, expression=curve)
    expected = [1] * 5 + [64 / 127] * 5 + [1] * 10
    assert rasterize(played, 20).loudness[:, 60 - LOWEST_PITCH].tolist() == pytest.approx(expected)
    assert compute_key_states(played, 20).level[0, :, 60 - LOWEST_PITCH].tolist() == pytest.approx(expected)
