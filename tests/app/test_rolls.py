"""Rolls are the notes with their curves."""

import json

import numpy as np

from audiostyle.app.rolls import EVERY, make_roll
from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance


def test_notes_and_their_bends_are_drawn():
    notes = np.array([(0.0, 0.5, 60, 100, 0), (0.5, 1.0, 64, 90, 0)], NOTE_DTYPE)
    bend = np.linspace(0, 90, 10)
    curves = NoteCurves.from_lists([bend, [0.0, 0.2]], [np.zeros(10), np.zeros(2)])
    roll = json.loads(json.dumps(make_roll(Performance(notes, curves=curves))))
    assert abs(roll["step"] - EVERY * STEP) < 1e-4
    assert roll["notes"] == [[0.0, 0.5, 60, 100, [0, 30, 60, 90]], [0.5, 1.0, 64, 90, []]]


def test_without_notes_there_are_none():
    assert make_roll(Performance())["notes"] == []
