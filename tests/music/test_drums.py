"""A drum pattern has percussion only, and nothing after its end."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.music.drums import draw_drum_groove
from audiostyle.music.notes import DRUM_CHANNEL


@given(st.integers(0, 10**6), st.floats(0.5, 40))
def test_drums_are_drums_within_their_time(seed, seconds):
    groove = draw_drum_groove(seconds, np.random.default_rng(seed))
    assert (groove["channel"] == DRUM_CHANNEL).all()
    assert ((groove["onset"] >= 0) & (groove["onset"] < seconds)).all()
    assert ((groove["pitch"] >= 35) & (groove["pitch"] <= 81)).all()
    assert np.array_equal(groove, draw_drum_groove(seconds, np.random.default_rng(seed)))
