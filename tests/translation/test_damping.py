"""Where notes are damped."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle import Translator
from audiostyle.music.curves import STEP
from audiostyle.translation.damping import cut_ringing, find_damping
from audiostyle.translation.pitch_curves import Contour

FRAMES = st.integers(15, 300)
SLOPES = st.floats(0.6, 3)  # decibels a frame: 50 to 260 a second


def ring(held, tail, slope):
    """Return a level that stays for a while and then falls."""
    return np.concatenate([np.zeros(held), -slope * np.arange(1, tail + 1)])


@given(FRAMES, st.integers(25, 80), SLOPES, st.floats(-60, 0))
def test_a_note_ends_where_it_begins_to_fall_at_any_level(held, tail, slope, level):
    found = find_damping(ring(held, tail, slope) + level)
    assert held - 13 <= found <= held + 8


@given(FRAMES, st.floats(0, 0.4))
def test_what_falls_slowly_is_as_long_as_it_is(frames, slope):
    assert find_damping(-slope * np.arange(frames)) == frames


@given(FRAMES, st.floats(0.5, 4))
def test_what_falls_evenly_from_the_beginning_dies_away_by_itself(frames, slope):
    assert find_damping(-slope * np.arange(frames)) == frames


@given(FRAMES, st.integers(25, 60), SLOPES, st.integers(5, 40))
def test_what_comes_back_was_not_let_go(held, tail, slope, back):
    swell = np.concatenate([ring(held, tail, slope), np.zeros(back)])
    assert find_damping(swell) == len(swell)


@given(st.lists(st.floats(-60, 0, width=32), max_size=60))
def test_any_curve_has_an_end_within_it(level):
    assert (0 if not level else 1) <= find_damping(np.array(level, np.float32)) <= len(level)


@pytest.mark.parametrize(
    ("key", "wobble", "cut"), [(39, 0, True), (39, 3, True), (39, 30, False), (10, 0, False), (24, 0, True)]
)
def test_voices_and_the_lowest_notes_are_left_alone(key, wobble, cut):
    """What falls and is not steady in pitch is sung; in the bass a drum may have been struck with a note."""
    level = ring(60, 80, 0.8).astype(np.float32)
    cents = (wobble * np.sin(np.arange(140) / 3)).astype(np.float32)
    ones, change = np.ones(140, np.float32), np.diff(level, prepend=level[:1])
    contour = Contour(5, key, cents, ones, ones, level, change)
    shorter = cut_ringing(contour)
    assert (len(shorter.cents) < 75) is cut
    assert {len(row) for row in shorter[2:]} == {len(shorter.cents)} and shorter[:2] == (5, key)


@pytest.mark.parametrize("held", [0.5, 0.9])
def test_a_bar_that_is_let_go_is_a_note_of_that_length(held):
    """Two partials at 1 : 4, as a vibraphone has; they fall by 45 dB a second once it is let go."""
    translator = Translator.from_pretrained("universal", device="cpu")
    time = np.arange(2 * 22050) / 22050
    tone = np.sin(2 * np.pi * 349.23 * time) + 0.1 * np.sin(2 * np.pi * 4 * 349.23 * time) * np.exp(-8 * time)
    level = -4 * np.minimum(time, held) - 45 * np.maximum(time - held, 0)
    wave = (0.2 * tone * 10 ** (level / 20) * np.minimum(1, time / 0.004)).astype(np.float32)
    before = np.zeros(11025, np.float32)
    notes = translator.transcribe(np.concatenate([before, wave]), 22050).notes
    longest = notes[np.argmax(notes["offset"] - notes["onset"])]
    assert longest["pitch"] == 65
    assert longest["offset"] - longest["onset"] == pytest.approx(held, abs=10 * STEP)
