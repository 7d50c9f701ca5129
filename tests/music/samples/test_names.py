"""Names of notes: every spelling of a pitch is the same key, and what is no note is none."""

import pytest

from audiostyle.music.samples.names import NoteName, read_note_name


@pytest.mark.parametrize(
    ("stem", "key"),
    [
        ("C4", 60), ("c4", 60), ("A0", 21), ("C8", 108), ("C#4", 61), ("Cs4", 61), ("Db4", 61), ("A#3", 58),
        ("Bb3", 58), ("60", 60), ("060", 60), ("note_61", 61), ("midi-72", 72), ("violin_A3_mf", 57),
        ("Flute-G5", 79), ("02 E2", 40), ("C-1", 0),
    ],
)  # fmt: skip
def test_pitches(stem, key):
    assert read_note_name(stem).key == key


@pytest.mark.parametrize(
    ("stem", "dynamic"),
    [("C4", None), ("C4v12", 12), ("D#5v1", 1), ("C4_v100", 100), ("C4 vel064", 64), ("C4-layer3", 3)],
)
def test_dynamics(stem, dynamic):
    assert read_note_name(stem).dynamic == dynamic


def test_marks_are_in_the_order_of_loudness():
    marks = ("ppp", "pp", "p", "mp", "mf", "f", "ff", "fff")
    found = [read_note_name(f"cello_C3_{mark}").dynamic for mark in marks]
    assert found == sorted(set(found))


@pytest.mark.parametrize("stem", ["", "room", "take one", "kick", "H4", "song 3", "999", "rel99", "rel0"])
def test_what_is_no_note(stem):
    assert read_note_name(stem) is None


def test_releases_of_all_keys():
    assert read_note_name("rel1") == NoteName(21, release=True)
    assert read_note_name("rel88") == NoteName(108, release=True)
