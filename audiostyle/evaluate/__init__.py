"""Objective measures: how far a result is from the truth, and how much of the music is still in it.

Each module opens with its conventions (units, shapes) and its metrics.  An identical pair has the best score,
a silent or empty one warns, a malformed one raises :class:`~audiostyle.errors.ShapeError`.
"""

from audiostyle.evaluate.notes import match_notes, note_f1
from audiostyle.evaluate.spectral import log_spectral_distance

__all__ = ["log_spectral_distance", "match_notes", "note_f1"]
