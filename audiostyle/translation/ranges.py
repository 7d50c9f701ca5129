"""Fitting notes to what a domain can play: transposition, and folding by octaves, never silence."""

import numpy as np

from audiostyle.models.frontend import LOWEST_PITCH, PITCHES


def fit_to_range(notes: np.ndarray, transpose: int, lowest: int, highest: int) -> tuple[np.ndarray, int]:
    """Transpose notes, then move those outside [lowest, highest] by as few octaves as bring them inside.

    Args:
        notes: rows of ``NOTE_DTYPE``.
        transpose: semitones.
        lowest, highest: MIDI pitches, both included, at least an octave apart.

    Returns:
        The notes, sorted by onset, and how many of them were moved by octaves.
    """
    pitch = notes["pitch"].astype(int) + transpose
    folded = pitch + 12 * np.ceil(np.maximum(lowest - pitch, 0) / 12).astype(int)
    folded -= 12 * np.ceil(np.maximum(folded - highest, 0) / 12).astype(int)
    result = notes.copy()
    result["pitch"] = np.clip(folded, LOWEST_PITCH, LOWEST_PITCH + PITCHES - 1)
    return np.sort(result, order=["onset", "pitch"]), int(np.count_nonzero(folded != pitch))
