"""Playing ranges: notes are transposed and folded by octaves into what a domain can play, never left out."""

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import LOWEST_PITCH, PITCHES


def fit_to_range(
    notes: NDArray[np.void], transpose: int, lowest: int, highest: int
) -> tuple[NDArray[np.void], int]:
    """Transpose notes, then move those outside [lowest, highest] by as few octaves as bring them inside.

    Args:
        notes: rows of :data:`~audiostyle.music.notes.NOTE_DTYPE`; they are not changed.
        transpose: semitones, up if positive.
        lowest: MIDI pitch of the range's lowest note.
        highest: MIDI pitch of the range's highest note, at least 11 above ``lowest``.

    Returns:
        The notes, sorted by onset, and how many of them were moved by octaves.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> notes = np.array([(0, 1, 30, 90, 0), (1, 2, 60, 90, 0)], NOTE_DTYPE)
        >>> fitted, moved = fit_to_range(notes, transpose=2, lowest=40, highest=80)
        >>> fitted["pitch"].tolist(), moved
        ([44, 62], 1)
    """
    pitch = notes["pitch"].astype(int) + transpose
    folded = pitch + 12 * np.ceil(np.maximum(lowest - pitch, 0) / 12).astype(int)
    folded -= 12 * np.ceil(np.maximum(folded - highest, 0) / 12).astype(int)
    result = notes.copy()
    result["pitch"] = np.clip(folded, LOWEST_PITCH, LOWEST_PITCH + PITCHES - 1)
    return np.sort(result, order=["onset", "pitch"]), int(np.count_nonzero(folded != pitch))
