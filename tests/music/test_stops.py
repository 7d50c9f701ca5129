"""Stops add octaves and twelfths of the notes that are played, and lose none of those."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.music.curves import NoteCurves
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.music.stops import add_organ_stops


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6), st.floats(0, 1))
def test_stops_sound_along_with_what_is_play_etude(play_etude, seed, probability):
    plain = play_etude(seed, [19], seconds=12.0)
    sounding = add_organ_stops(plain, probability, 5.0, np.random.default_rng(seed)).notes
    there = {(float(n["onset"]), int(n["pitch"])) for n in plain.notes}
    for note in sounding:
        onset, pitch = float(note["onset"]), int(note["pitch"])
        assert any((onset, pitch - step) in there for step in (-12, 0, 12, 19, 24))
    assert {int(p) for p in plain.notes["pitch"]} <= {int(p) for p in sounding["pitch"]}
    assert np.array_equal(add_organ_stops(plain, 0.0, 5.0, np.random.default_rng(seed)).notes, plain.notes)


def test_stops_have_the_curves_of_their_notes():
    notes = np.array([(0, 1, 60, 90, 0), (0, 1, 64, 90, 0)], NOTE_DTYPE)
    played = Performance(notes, curves=NoteCurves.from_lists([[10.0], [20.0]], [[0.0], [0.0]]))
    sounding = add_organ_stops(played, 1.0, 30.0, np.random.default_rng(0))
    assert len(sounding.notes) > 2
    for note, cents in zip(sounding.notes.tolist(), sounding.curves.cents, strict=True):
        assert cents == (10 if (note[2] - 60) % 12 in (0, 7) else 20)
