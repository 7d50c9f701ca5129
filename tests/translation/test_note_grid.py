"""Notes on frames: slow oracles say what the states are, and a window has the states of the whole."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.models.excitation import LEAD
from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH, PITCHES
from audiostyle.music.curves import NoteCurves
from audiostyle.music.notes import DRUM_CHANNEL, NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.note_grid import (
    compute_key_states,
    compute_window_bends,
    compute_window_states,
    rasterize,
    truncate_overlaps,
)

FRAMES = 60


def make_performance(notes: list[tuple[float, float, int, int]], channel: int = 0) -> Performance:
    """Return a performance of notes (onset, offset, pitch, velocity) in frames."""
    rows = [(on / FRAME_RATE, off / FRAME_RATE, pitch, level, channel) for on, off, pitch, level in notes]
    return Performance(np.sort(np.array(rows, dtype=NOTE_DTYPE), order=["onset", "pitch"]))


# Any notes at all: between frames, overlapping, of no length, partly outside.
ANY_NOTES = st.lists(
    st.tuples(
        st.floats(-10, 70), st.floats(0, 40), st.sampled_from([15, 21, 60, 61, 108, 115]), st.integers(1, 127)
    ).map(lambda n: (n[0], n[0] + n[1], n[2], n[3])),
    max_size=12,
).map(make_performance)


def compute_states_slowly(played: Performance, frames: int, tail: int) -> np.ndarray:
    """Return (3, frames, 88), frame by frame: the latest note of the key decides."""
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
    truth = compute_states_slowly(played, FRAMES, tail)
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
@given(ANY_NOTES, st.integers(0, FRAMES - 1), st.integers(1, FRAMES))
def test_a_window_of_truncated_notes_has_the_states_of_the_piece(played, first, frames):
    truncated = truncate_overlaps(played)
    piece = compute_key_states(truncated, first + frames)
    window = compute_window_states(truncated, first, frames)
    for mine, whole in zip(window, piece, strict=True):
        sounds = piece.level[0, first:] > 0
        assert np.array_equal(mine[0][sounds], whole[0, first:][sounds])
    assert np.array_equal(window.level[0], piece.level[0, first:])


@given(ANY_NOTES)
def test_truncated_notes_end_where_their_key_is_struck_again(played):
    truncated = truncate_overlaps(played)
    for pitch in np.unique(truncated.notes["pitch"]):
        of_key = truncated.notes[truncated.notes["pitch"] == pitch]
        assert np.all(of_key["offset"][:-1] <= of_key["onset"][1:])
    apart = np.array([(0.5, 1.0, 60, 90, 0), (1.0, 2.0, 60, 90, 0), (0.0, 3.0, 61, 90, 0)], NOTE_DTYPE)
    unchanged = truncate_overlaps(Performance(np.sort(apart))).notes
    for field in ("onset", "offset"):
        assert np.allclose(unchanged[field], np.sort(apart)[field], atol=1e-4)


@settings(deadline=None, max_examples=40)
@given(ANY_NOTES)
def test_rasterized_notes_keep_to_frames_and_keys(played):
    onset, sounding, loudness = rasterize(played, FRAMES)
    for part in (onset, sounding, loudness):
        assert part.shape == (FRAMES, PITCHES) and part.dtype == np.float32
    assert set(np.unique(onset)) <= {0, 1} and set(np.unique(sounding)) <= {0, 1}
    assert (sounding >= onset).all()
    assert np.array_equal(loudness > 0, sounding > 0)
    begun = {(round(n["onset"] * FRAME_RATE), int(n["pitch"]) - LOWEST_PITCH) for n in played.notes}
    assert onset.sum() == sum(0 <= frame < FRAMES and 0 <= key < PITCHES for frame, key in begun)


def test_drums_have_no_keys():
    drums = make_performance([(3, 9, 60, 100)], channel=DRUM_CHANNEL)
    assert not rasterize(drums, 20).sounding.any()
    assert not compute_key_states(drums, 20).level.any()


def test_a_note_held_from_before_sounds_but_does_not_begin():
    onset, sounding, _ = rasterize(make_performance([(-5, 5, 60, 100)]), 20)
    assert not onset.any()
    assert sounding[:, 60 - LOWEST_PITCH].tolist() == [1] * 5 + [0] * 15


def test_expression_scales_loudness_from_its_moment_on():
    notes = make_performance([(0, 20, 60, 127)]).notes
    curve = ((5 / FRAME_RATE, 0, 64), (10 / FRAME_RATE, 0, 127), (2 / FRAME_RATE, 3, 1))
    played = Performance(notes, expression=curve)
    expected = [1] * 5 + [64 / 127] * 5 + [1] * 10
    assert rasterize(played, 20).loudness[:, 60 - LOWEST_PITCH].tolist() == pytest.approx(expected)
    assert compute_key_states(played, 20).level[0, :, 60 - LOWEST_PITCH].tolist() == pytest.approx(expected)


def add_curves(played: Performance) -> Performance:
    """Give every note its own waves of pitch and level; every third is straight."""
    waves = [(n % 3 > 0) * 40 * np.sin(np.arange(9 + 3 * n) / (n + 2)) for n in range(len(played.notes))]
    curves = NoteCurves.from_lists(waves, [wave / 9 for wave in waves])
    return Performance(played.notes, played.programs, curves=curves)


@settings(deadline=None, max_examples=40)
@given(ANY_NOTES, st.integers(0, FRAMES - 1), st.integers(1, FRAMES))
def test_a_window_has_the_bends_and_levels_of_the_piece(played, first, frames):
    truncated = truncate_overlaps(add_curves(played))
    piece, whole = (
        compute_key_states(truncated, first + frames),
        compute_window_bends(truncated, 0, first + frames),
    )
    window = compute_window_states(truncated, first, frames)
    assert np.allclose(window.level[0], piece.level[0, first:], atol=1e-5)
    bends = compute_window_bends(truncated, first, frames)
    if bends is None:
        return  # nothing that sounds there is bent
    sounds = piece.level[0, first:] > 0
    for mine, theirs in zip(bends, whole, strict=True):
        assert np.allclose(mine[sounds], theirs[first:][sounds], atol=1e-4)


def test_straight_notes_have_no_bends():
    played = make_performance([(0, 40, 60, 100), (5, 30, 64, 100)])
    assert compute_window_bends(played, 0, 30) is None
    flat = NoteCurves.from_lists([[0.0] * 9, []], [[-3.0] * 9, []])
    assert compute_window_bends(Performance(played.notes, curves=flat), 0, 30) is None
    bent = NoteCurves.from_lists([[0.0] * 9, [0.0] * 20 + [50.0]], [[0.0] * 9, [0.0] * 21])
    bends = compute_window_bends(Performance(played.notes, curves=bent), 0, 30)
    assert bends.bent[10, 64 - LOWEST_PITCH] and not bends.bent[10, 60 - LOWEST_PITCH]
    assert bends.cents[29, 64 - LOWEST_PITCH] == 50 and not bends.cents[10].any()
