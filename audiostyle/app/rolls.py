"""Notes with their curves, as the page draws them."""

import numpy as np

from audiostyle.music.curves import STEP
from audiostyle.music.performance import Performance

EVERY = 3
"""Points of a curve to one that is drawn: 35 ms."""


def make_roll(performance: Performance) -> dict[str, object]:
    """Return the notes of a performance for JSON.

    Returns:
        ``step``, the seconds between two points of a curve, and ``notes``: onset and offset in seconds, MIDI
        pitch, velocity, and how far the pitch is above the note's in cents, point by point; an empty list
        where it stays.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> make_roll(Performance(np.array([(0.5, 1.5, 60, 90, 0)], NOTE_DTYPE)))["notes"]
        [[0.5, 1.5, 60, 90, []]]
    """
    curves = performance.curves
    rows = []
    for number, note in enumerate(performance.notes):
        cents = [] if curves is None else np.rint(curves.get_cents(number)[::EVERY]).astype(int).tolist()
        onset, offset = (round(float(note[end]), 3) for end in ("onset", "offset"))
        rows.append([onset, offset, int(note["pitch"]), int(note["velocity"]), cents if any(cents) else []])
    return {"step": round(EVERY * STEP, 5), "notes": rows}
