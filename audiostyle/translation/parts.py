"""Notes shared out to parts: melody, counter-melody, bass, and the chords between them.

A melody is the upper voice, as long as it stays near where it was; a bass likewise the lower one.  Where a
recording has its instruments at different places between left and right, notes of one place belong together,
and the parts are told by how high they are.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import AudiostyleError, did_you_mean

ROLES = ("melody", "counter", "chords", "bass")
"""The parts that notes can be shared out to, from the highest to the lowest."""

PROGRAMS = {"melody": 73, "counter": 71, "chords": 0, "bass": 42}
"""Role → General MIDI program by which a player of the notes alone tells parts apart."""

_TOGETHER = 0.05  # seconds; notes that begin within it begin together
_LEAP = 14  # semitones that a voice may be from where it was lately, and still be the same
_MEMORY = 0.7  # of where a voice was, that is left after a note
_SEPARATE = 3.0  # widths of a place that two places are apart, where places tell instruments from each other
_NARROWEST = 0.04  # of the way from left to right, that a place is taken to be wide at least
_ROUNDS = 30

Labels = NDArray[np.int64]


def parse_parts(texts: Sequence[str]) -> dict[str, str]:
    """Return role → domain of texts such as ``melody=flute``.

    Args:
        texts: at least one.

    Raises:
        AudiostyleError: a text has another form, a role is unknown or named twice.

    Example:
        >>> parse_parts(["melody=flute", "bass=cello"])
        {'melody': 'flute', 'bass': 'cello'}
    """
    parts: dict[str, str] = {}
    for text in texts:
        role, equals, domain = (word.strip() for word in text.partition("="))
        if not equals or not domain:
            raise AudiostyleError(f"part {text!r}: write it as ROLE=DOMAIN, such as melody=flute")
        if role not in ROLES:
            known = ", ".join(ROLES)
            raise AudiostyleError(f"part {role!r} is unknown{did_you_mean(role, ROLES)}; there are {known}")
        if role in parts:
            raise AudiostyleError(f"part {role!r} is named twice; each is played by one domain")
        parts[role] = domain
    return parts


def check_parts(parts: Mapping[str, str]) -> dict[str, str]:
    """Return role → domain as a dictionary of its own.

    Raises:
        AudiostyleError: there are none, or a role is unknown.

    Example:
        >>> check_parts({"bass": "cello"})
        {'bass': 'cello'}
    """
    if not parts:
        raise AudiostyleError(f"no parts; name some of {', '.join(ROLES)}")
    return parse_parts([f"{role}={domain}" for role, domain in parts.items()])


def assign_parts(
    notes: NDArray[np.void], roles: Sequence[str], positions: NDArray[np.floating] | None = None
) -> Labels:
    """Return for every note the index of its role.

    Args:
        notes: (n,) of :data:`~audiostyle.music.notes.NOTE_DTYPE`, sorted by onset.
        roles: some of :data:`ROLES`.
        positions: (n,), each note's place from left, −1, to right, 1; None where there is only one place.

    Returns:
        (n,) integers below ``len(roles)``.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> notes = np.array([(0, 1, 40, 90, 0), (0, 1, 60, 90, 0), (0, 1, 72, 90, 0)], NOTE_DTYPE)
        >>> assign_parts(notes, ["melody", "bass", "chords"]).tolist()
        [1, 2, 0]
    """
    by_voice = _assign_by_voice(notes, roles)
    if positions is None or len(roles) < 2 or len(notes) < 2 * len(roles):
        return by_voice
    places = find_places(np.asarray(positions, float), notes["offset"] - notes["onset"], len(roles))
    if places is None:
        return by_voice
    heights = [np.median(notes["pitch"][places == place]) for place in range(len(roles))]
    from_top = sorted(range(len(roles)), key=lambda index: ROLES.index(roles[index]))
    role = np.zeros(len(roles), np.int64)
    role[np.argsort(heights)[::-1]] = from_top
    return role[places]


def _assign_by_voice(notes: NDArray[np.void], roles: Sequence[str]) -> Labels:
    """Return the roles as voices say: the outer ones are taken away first, the rest is chords."""
    labels = np.full(len(notes), -1)
    for role, upper in (("melody", True), ("bass", False), ("counter", True)):
        if role in roles:
            free = np.flatnonzero(labels < 0)
            labels[free[_follow_voice(notes[free], upper)]] = roles.index(role)
    rest = labels < 0
    if "chords" in roles:
        labels[rest] = roles.index("chords")
    elif rest.any():
        labels[rest] = _join_nearest(notes, labels, rest)
    return labels.astype(np.int64)


def _follow_voice(notes: NDArray[np.void], upper: bool) -> Labels:
    """Return the indices of the notes of the outer voice: of those that begin together the outermost.

    A note is left out while an outer one is held, and where it is far from where the voice was lately.
    """
    sign = 1 if upper else -1
    chosen: list[int] = []
    middle: float | None = None
    order = np.lexsort((-sign * notes["pitch"].astype(int), np.round(notes["onset"] / _TOGETHER)))
    last_onset = -np.inf
    for index in order:
        note = notes[index]
        pitch = sign * int(note["pitch"])
        if note["onset"] - last_onset < _TOGETHER:
            continue
        held = chosen and notes[chosen[-1]]["offset"] - note["onset"] > 0.3 * (
            notes[chosen[-1]]["offset"] - notes[chosen[-1]]["onset"]
        )
        if held and pitch < sign * int(notes[chosen[-1]]["pitch"]):
            continue
        if middle is not None and middle - pitch > _LEAP:
            continue
        middle = pitch if middle is None else _MEMORY * middle + (1 - _MEMORY) * pitch
        chosen.append(int(index))
        last_onset = note["onset"]
    return np.array(sorted(chosen), np.int64)


def _join_nearest(notes: NDArray[np.void], labels: Labels, rest: NDArray[np.bool_]) -> Labels:
    """Return the labels of the notes that are left: those of the part whose median pitch is nearest."""
    pitch = notes["pitch"].astype(float)
    used = np.unique(labels[~rest])
    centers = np.array([np.median(pitch[labels == label]) for label in used])
    return np.asarray(used[np.abs(pitch[rest, None] - centers).argmin(axis=1)], np.int64)


def find_places(positions: NDArray[np.float64], weights: NDArray[np.float64], count: int) -> Labels | None:
    """Return which of several places each note is at, by k-means; None where places are not distinct.

    Args:
        positions: (n,), from left, −1, to right, 1.
        weights: (n,), how much each counts.
        count: of places.

    Example:
        >>> find_places(np.array([-0.5, 0.5, -0.5, 0.5]), np.ones(4), 2).tolist()
        [0, 1, 0, 1]
    """
    centers = np.quantile(positions, (np.arange(count) + 0.5) / count)
    for _ in range(_ROUNDS):
        labels = np.abs(positions[:, None] - centers).argmin(axis=1)
        for place in range(count):
            if (labels == place).any():
                centers[place] = np.average(
                    positions[labels == place], weights=weights[labels == place] + 1e-3
                )
    spread = np.sqrt(np.average((positions - centers[labels]) ** 2, weights=weights + 1e-3))
    distinct = np.diff(np.sort(centers)).min() > _SEPARATE * max(float(spread), _NARROWEST)
    return labels.astype(np.int64) if distinct and len(np.unique(labels)) == count else None
