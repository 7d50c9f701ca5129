"""Conditioning: from the frame of the onset to that of the release, wherever it is cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.models.frontend import PITCHES
from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.note_grid import SUBFRAMES
from audiostyle.translation.wavenet.conditioning import BENT_WIDTH, WIDTH, compute_conditioning

HELD, STRUCK, DECAYING, RINGING = range(4)


def condition(make_notes, first: int, frames: int, *notes) -> np.ndarray:
    """Return (4, frames, 88)."""
    conditioning = compute_conditioning(Performance(make_notes(*notes)), first, frames)
    assert conditioning.shape == (frames, WIDTH) and conditioning.dtype == np.float32
    return conditioning.reshape(frames, 4, PITCHES).swapaxes(0, 1)


def test_a_note_begins_with_the_frame_of_its_onset(make_notes):
    """Frame 20 is 0.20 s … 0.21 s."""
    for onset in (0.2001, 0.205, 0.2099):
        held, struck, decaying, ringing = condition(make_notes, 0, 60, (onset, 0.4, 60))[:, :, 60 - 21]
        assert np.flatnonzero(held).tolist() == list(range(20, 40))
        assert held[20:40] == pytest.approx(100 / 127)
        assert struck.argmax() == decaying.argmax() == 20 and np.all(np.diff(struck[21:40]) < 0)
        assert not ringing[:40].any() and ringing[40] > ringing[41] > ringing[50] > 0


def test_other_keys_are_at_rest(make_notes):
    parts = condition(make_notes, 0, 60, (0.2, 0.4, 60))
    assert not np.delete(parts, 60 - 21, axis=2).any()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 90), st.integers(1, 10), st.integers(0, 99))
def test_a_window_is_the_window_of_the_whole(first, frames, seed):
    rng = np.random.default_rng(seed)
    notes = np.zeros(12, NOTE_DTYPE)
    notes["onset"] = np.sort(rng.uniform(0, 1, 12))
    notes["offset"] = notes["onset"] + rng.uniform(0.03, 0.3, 12)
    notes["pitch"], notes["velocity"] = 60 + np.arange(12), 90
    whole = compute_conditioning(Performance(notes), 0, 100)
    # Times are rounded to a 64th of a frame, from either beginning; the fastest number falls to 1 / e in two.
    np.testing.assert_allclose(
        compute_conditioning(Performance(notes), first, frames),
        whole[first : first + frames],
        atol=1 / SUBFRAMES / 2,
    )


def _bend(make_notes, *cents: list[float]) -> Performance:
    notes = make_notes((0.1, 0.5, 60), (0.2, 0.6, 67))
    return Performance(notes, curves=NoteCurves.from_lists(cents, [[0.0] * len(c) for c in cents]))


def test_the_fifth_number_is_how_far_a_key_is_bent(make_notes):
    performance = _bend(make_notes, [150.0] * 40, [0.0, 0.0])
    frames = compute_conditioning(performance, 0, 80, bends=True)
    assert frames.shape == (80, BENT_WIDTH)
    bent = frames[:, WIDTH:]
    np.testing.assert_allclose(bent[12:48, 60 - 21], 1.5, atol=1e-3)  # semitones
    assert np.abs(bent[:, 67 - 21]).max() < 1e-6 and np.abs(bent[:8]).max() == 0
    np.testing.assert_array_equal(frames[:, :WIDTH], compute_conditioning(performance, 0, 80))


def test_a_glide_is_followed_at_ten_milliseconds(make_notes):
    points = np.arange(41) * STEP
    performance = _bend(make_notes, list(1000 * points), [0.0])
    bent = compute_conditioning(performance, 0, 60, bends=True)[:, WIDTH + 60 - 21]
    expected = 10 * ((np.arange(60) + 0.5) / 100 - 0.1)  # semitones
    np.testing.assert_allclose(bent[15:45], expected[15:45], atol=0.06)  # half a step of the curve


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 60), st.integers(1, 30))
def test_bends_of_a_window_are_those_of_the_whole(first, frames):
    notes = np.array([(0.1, 0.5, 60, 90, 0), (0.2, 0.6, 67, 90, 0)], NOTE_DTYPE)
    curves = NoteCurves.from_lists([list(np.sin(np.arange(40)) * 40), [20.0] * 40], [[0.0] * 40] * 2)
    performance = Performance(notes, curves=curves)
    whole = compute_conditioning(performance, 0, 100, bends=True)
    part = compute_conditioning(performance, first, frames, bends=True)
    np.testing.assert_allclose(part, whole[first : first + frames], atol=2e-2)


def test_levels_inside_notes_are_read(make_notes):
    notes = make_notes((0.1, 0.6, 60))
    curves = NoteCurves.from_lists([[0.0] * 50], [[0.0] * 10 + [-20.0] * 40])
    frames = compute_conditioning(Performance(notes, curves=curves), 0, 60)[:, 60 - 21]
    assert frames[45] == pytest.approx(frames[15] * 10**-0.5, rel=0.05)
