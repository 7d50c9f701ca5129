"""Parts proposed: which parts a recording seems to have, and which domain could play each.

Parts are proposed by what is heard: instruments at places of their own are parts; else a bass is one where
low notes sound under others, chords are one where three or more notes sound at once, and a second voice is
one where two do.  Domains are proposed by the part, because that is how bands are set: a flute is seldom a
bass.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import AudiostyleError
from audiostyle.translation.parts import ROLES, find_places

USUAL = {
    "melody": ("flute", "violin", "saxophone", "trumpet", "clarinet"),
    "counter": ("clarinet", "violin", "trumpet", "flute"),
    "chords": ("piano", "guitar", "epiano", "organ", "harpsichord"),
    "held chords": ("strings", "organ", "choir", "piano"),
    "bass": ("cello", "guitar", "piano"),
}
"""Role → the domains that are proposed for it, the first one that there is; chords whose notes are long are
held."""

_BY_COUNT = {2: ("melody", "bass"), 3: ("melody", "chords", "bass"), 4: ROLES}
_LOW = 52  # MIDI: E3, below which a lowest note is a bass's
_BASS_SHARE = 0.3  # of the time with notes, in which there is one under others
_TWO_VOICES, _CHORDS = 1.5, 2.4  # notes that sound at once, on average
_HELD_SECONDS = 1.2  # median of what is held
_STEP = 0.05  # seconds from one look at what sounds to the next


def propose_roles(notes: NDArray[np.void], positions: NDArray[np.floating] | None = None) -> tuple[str, ...]:
    """Return the parts that a recording seems to have, from the highest to the lowest.

    Args:
        notes: (n,) of :data:`~audiostyle.music.notes.NOTE_DTYPE`, sorted by onset.
        positions: (n,), each note's place from left, −1, to right, 1; None where there is only one place.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> notes = np.array([(0, 1, 40, 90, 0), (0, 1, 60, 90, 0), (0, 1, 64, 90, 0)], NOTE_DTYPE)
        >>> propose_roles(notes), propose_roles(notes[1:2])
        (('melody', 'chords', 'bass'), ('melody',))
    """
    if positions is not None:
        places, lengths = np.asarray(positions, float), notes["offset"] - notes["onset"]
        for count, roles in sorted(_BY_COUNT.items(), reverse=True):
            if len(notes) >= 2 * count and find_places(places, lengths, count) is not None:
                return roles
    voices, low = _look(notes)
    heard = {"melody"}
    if low > _BASS_SHARE:
        heard.add("bass")
    if voices > _CHORDS:
        heard.add("chords")
    elif voices > _TWO_VOICES and "bass" not in heard:
        heard.add("counter")
    return tuple(role for role in ROLES if role in heard)


def propose_domains(
    notes: NDArray[np.void], labels: NDArray[np.int64], roles: Sequence[str], domains: Sequence[str]
) -> dict[str, str]:
    """Return role → domain, each domain once where there are enough of them.

    Args:
        notes: (n,) of :data:`~audiostyle.music.notes.NOTE_DTYPE`.
        labels: (n,), the index of each note's role.
        roles: some of :data:`.parts.ROLES`.
        domains: those of the model.

    Raises:
        AudiostyleError: the model has no domain.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> notes = np.array([(0, 1, 40, 90, 0), (0, 1, 72, 90, 0)], NOTE_DTYPE)
        >>> propose_domains(notes, np.array([1, 0]), ["melody", "bass"], ["piano", "flute", "cello"])
        {'melody': 'flute', 'bass': 'cello'}
    """
    if not domains:
        raise AudiostyleError("the model has no domain that could play a part")
    proposed: dict[str, str] = {}
    for index, role in enumerate(roles):
        own = notes[labels == index]
        held = len(own) and float(np.median(own["offset"] - own["onset"])) > _HELD_SECONDS
        usual = USUAL["held chords" if role == "chords" and held else role]
        known = [*(name for name in usual if name in domains), *domains]
        unused = [name for name in known if name not in proposed.values()]
        proposed[role] = (unused or known)[0]
    return proposed


def _look(notes: NDArray[np.void]) -> tuple[float, float]:
    """Return how many notes sound at once, on average, and how much of the time has a low one under others.

    Time without notes does not count.
    """
    if not len(notes):
        return 0.0, 0.0
    times = np.arange(0.0, float(notes["offset"].max()), _STEP)
    sounding = np.zeros(len(times), np.int64)
    lowest = np.full(len(times), 128)
    for onset, offset, pitch, *_ in notes.tolist():
        span = slice(*np.searchsorted(times, (onset, offset)))
        sounding[span] += 1
        lowest[span] = np.minimum(lowest[span], pitch)
    some = sounding > 0
    if not some.any():
        return 0.0, 0.0
    return float(sounding[some].mean()), float(((lowest < _LOW) & (sounding > 1))[some].mean())
