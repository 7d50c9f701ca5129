"""Tests of :mod:`audiostyle.translation.training.expressive.note_changes`."""

import numpy as np

from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.translation.training.expressive import note_changes

_CHORD = np.array([(0.0, 1.0, pitch, 80, 0) for pitch in (48, 52, 55)], NOTE_DTYPE)


def test_notes_move_by_octaves_into_a_range() -> None:
    moved = note_changes.fit_range(_CHORD, 60, 80)
    assert ((moved["pitch"] - _CHORD["pitch"]) % 12 == 0).all()
    assert (note_changes.fit_range(_CHORD, 21, 108)["pitch"] == _CHORD["pitch"]).all()


def test_a_strummed_chord_is_spread_within_limits_and_the_given_one_stays() -> None:
    for seed in range(10):
        before = _CHORD.copy()
        notes = note_changes.strum(_CHORD, np.random.default_rng(seed))
        assert np.array_equal(before, _CHORD)
        assert sorted(notes["pitch"]) == [48, 52, 55]
        assert (notes["onset"] < 0.2).all() and (notes["offset"] > notes["onset"]).all()


def test_sustained_notes_end_before_their_pitch_is_played_again() -> None:
    notes = np.array([(0.0, 0.5, 60, 80, 0), (2.0, 2.5, 60, 80, 0)], NOTE_DTYPE)
    for seed in range(10):
        held = note_changes.sustain(notes, 8.0, np.random.default_rng(seed))
        assert held["offset"][0] < held["onset"][1] and held["offset"].max() < 8.0


def test_a_bass_line_is_low_and_a_power_chord_has_its_fifth() -> None:
    line = note_changes.make_bass_line(_CHORD, np.random.default_rng(1))
    assert len(line) and (line["pitch"] < 52).all()
    chords = [note_changes.add_power_chords(_CHORD, np.random.default_rng(seed)) for seed in range(20)]
    assert any({55, 62} <= set(chord["pitch"].tolist()) for chord in chords)
