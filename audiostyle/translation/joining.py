"""Joining: the fragments that one voice leaves on several keys become one note.

A voice that scoops, glides or has vibrato sounds on one key after another.  Where a fragment goes on at the
pitch at which another one ends (or sounds at the same pitch meanwhile) and no attack was heard, both are one
note; unless both stay where they are for a while, a step apart: then a new note is sung without an attack.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from audiostyle.translation.fragments import Fragment

_ATTACK = 0.6  # probability of an onset that begins another note at whatever pitch
_JUMP = 50.0  # cents between two pitches that follow each other without a jump
_GAP = 5  # frames (58 ms) for which a voice may be unheard on its way
_FARTHEST = 2  # keys
_LONG, _STEADY = 10, 35.0  # frames (116 ms) and cents of spread: a pitch that is held
_STEP = 70.0  # cents between two pitches held that are two notes
_STUTTER = 6  # frames (70 ms) in which no key is struck twice: one attack was heard as two
_EDGE = 3  # frames at which the pitches of a junction are compared


class _Outline:
    """The pitch of a fragment, in cents above the lowest key."""

    def __init__(self, fragment: Fragment) -> None:
        self.key, self.first, self.onset = fragment.key, fragment.first, fragment.onset
        self.pitch: NDArray[np.float32] = 100 * self.key + fragment.values[2]
        self.end = self.first + len(self.pitch)
        ranked = np.sort(self.pitch)
        self.low, self.middle, self.high = ranked[[int(share * len(ranked)) for share in (0.2, 0.5, 0.8)]]

    @property
    def is_held(self) -> bool:
        return len(self.pitch) >= _LONG and float(self.high - self.low) < _STEADY


def join_fragments(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Return the fragments of each note, in the order of their beginnings.

    Args:
        fragments: sorted by their first frames.

    Example:
        >>> def sing(key, first, cents):
        ...     row = np.ones(len(cents), np.float32)
        ...     return Fragment(key, first, 0.0, [np.stack([row, row, np.array(cents), row, row])])
        >>> scoop, note = sing(38, 0, [0, 20, 40]), sing(39, 3, [-40, -20, 0, 0, 0, 0, 0, 0])
        >>> len(join_fragments([scoop, note])), len(join_fragments([scoop, sing(39, 3, [0] * 9)]))
        (1, 2)
    """
    outlines = [_Outline(fragment) for fragment in fragments]
    group = list(range(len(fragments)))  # of each fragment, an earlier one of its note, or itself
    active: list[int] = []
    for number, outline in enumerate(outlines):
        active = [other for other in active if outlines[other].end + _GAP >= outline.first]
        jumps = {other: _measure_jump(outlines[other], outline) for other in active}
        nearest = min(jumps, key=lambda other: jumps[other], default=number)
        if nearest != number and jumps[nearest] < _JUMP:
            group[number] = group[nearest]
        active.append(number)
    notes: dict[int, list[Fragment]] = {}
    for number, fragment in enumerate(fragments):
        notes.setdefault(group[number], []).append(fragment)
    return list(notes.values())


def _measure_jump(before: _Outline, after: _Outline) -> float:
    """Return the cents between two fragments where they meet; infinity where they cannot be one note."""
    if before.key == after.key and len(before.pitch) < _STUTTER and after.first <= before.end + 1:
        return 0.0
    if not 0 < abs(before.key - after.key) <= _FARTHEST:
        return np.inf
    overlap = min(before.end, after.end) - after.first
    if after.onset >= _ATTACK and overlap < 0.8 * len(after.pitch):
        return np.inf
    if before.is_held and after.is_held and abs(before.middle - after.middle) >= _STEP:
        return np.inf
    if overlap >= _EDGE:
        shared = before.pitch[after.first - before.first :][:overlap] - after.pitch[:overlap]
        return float(np.median(np.abs(shared)))
    steady = abs(float(before.pitch[-_EDGE:].mean() - after.pitch[:_EDGE].mean()))
    return min(steady, abs(float(before.pitch[-1] - after.pitch[0])))
