"""Pitch and dynamic of a recorded note, read off the name of its file."""

import re
from typing import NamedTuple

from audiostyle.music.notes import HIGHEST_KEY, LOWEST_KEY

_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_ACCIDENTALS = {"": 0, "#": 1, "s": 1, "b": -1, "♯": 1, "♭": -1}
_NOTE = re.compile(r"(?<![a-z])([a-g])([#sb♯♭]?)(-?\d)(?![0-9])")
_NUMBER = re.compile(r"(?:^|[^0-9a-z])(?:midi|note|key|n)?[ _-]?0*(\d{2,3})(?![0-9])")
_DYNAMIC = re.compile(r"(?:v|vel|velocity|layer|dyn)[ _-]?0*(\d{1,3})(?![0-9])")
_RELEASE = re.compile(r"^rel(?:ease)?[ _-]?0*(\d{1,2})$")
_MARKS = ("ppp", "pp", "p", "mp", "mf", "f", "ff", "fff")
_MARK = re.compile(rf"(?<![a-z])({'|'.join(sorted(_MARKS, key=len, reverse=True))})(?![a-z])")


class NoteName(NamedTuple):
    """What a file's name says.

    Attributes:
        key: MIDI number of the pitch.
        dynamic: number of the dynamic; only the order counts.  None where the name says nothing.
        release: whether it is the sound of a key that is released.
    """

    key: int
    dynamic: int | None = None
    release: bool = False


def read_note_name(stem: str) -> NoteName | None:
    """Return what the name of a recorded note says, or None where it says nothing.

    Args:
        stem: of the file.  ``C#4``, ``Cs4``, ``Db4``, ``violin_A3_mf``, ``D#5v12``, ``60``, ``note061-v100``
            are understood, and ``rel1`` … ``rel88`` for the sounds of the 88 keys when they are released.

    Example:
        >>> read_note_name("D#4v12"), read_note_name("violin_A3_mf"), read_note_name("room")
        (NoteName(key=63, dynamic=12, release=False), NoteName(key=57, dynamic=5, release=False), None)
    """
    name = stem.lower()
    if found := _RELEASE.match(name):
        released = LOWEST_KEY - 1 + int(found[1])
        return NoteName(released, release=True) if LOWEST_KEY <= released <= HIGHEST_KEY else None
    key = _read_key(name)
    return None if key is None else NoteName(key, _read_dynamic(name))


def _read_key(name: str) -> int | None:
    """Return the pitch: the last note name, or else the first number that is a key's."""
    for step, accidental, octave in reversed(_NOTE.findall(name)):
        key = 12 * (int(octave) + 1) + _STEPS[step] + _ACCIDENTALS[accidental]
        if 0 <= key <= 127:
            return key
    numbers = (int(found) for found in _NUMBER.findall(name))
    return next((key for key in numbers if LOWEST_KEY <= key <= HIGHEST_KEY), None)


def _read_dynamic(name: str) -> int | None:
    if found := _DYNAMIC.search(re.sub(r"(?<=\d)v", " v", name)):
        return int(found[1])
    found = _MARK.search(name)
    return _MARKS.index(found[1]) + 1 if found else None
