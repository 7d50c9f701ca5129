"""Playing ranges: notes are transposed and folded by octaves into what a domain can play, never left out."""

from dataclasses import replace

import numpy as np

from audiostyle.models.frontend import LOWEST_PITCH, PITCHES
from audiostyle.music.performance import Performance


def fit_to_range(
    performance: Performance, transpose: int, lowest: int, highest: int
) -> tuple[Performance, int]:
    """Transpose notes, then move those outside [lowest, highest] by as few octaves as bring them inside.

    Args:
        performance: any notes; they are not changed.
        transpose: semitones, up if positive.
        lowest: MIDI pitch of the range's lowest note.
        highest: MIDI pitch of the range's highest note, at least 11 above ``lowest``.

    Returns:
        The performance with its notes and their curves sorted by onset, and how many notes were moved by
        octaves.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> notes = np.array([(0, 1, 30, 90, 0), (1, 2, 60, 90, 0)], NOTE_DTYPE)
        >>> fitted, moved = fit_to_range(Performance(notes), transpose=2, lowest=40, highest=80)
        >>> fitted.notes["pitch"].tolist(), moved
        ([44, 62], 1)
    """
    pitch = performance.notes["pitch"].astype(int) + transpose
    folded = pitch + 12 * np.ceil(np.maximum(lowest - pitch, 0) / 12).astype(int)
    folded -= 12 * np.ceil(np.maximum(folded - highest, 0) / 12).astype(int)
    notes = performance.notes.copy()
    notes["pitch"] = np.clip(folded, LOWEST_PITCH, LOWEST_PITCH + PITCHES - 1)
    order = np.argsort(notes, order=["onset", "pitch"], kind="stable")
    curves = performance.curves and performance.curves.select(order)
    return replace(performance, notes=notes[order], curves=curves), int(np.count_nonzero(folded != pitch))
