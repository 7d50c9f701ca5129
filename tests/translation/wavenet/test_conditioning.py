"""Conditioning: from the frame of the onset to that of the release, wherever it is cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.models.frontend import PITCHES
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.wavenet.conditioning import WIDTH, compute_conditioning

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
    np.testing.assert_allclose(
        compute_conditioning(Performance(notes), first, frames), whole[first : first + frames], atol=1e-4
    )
