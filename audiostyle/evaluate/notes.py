"""Note F1: how many notes of a performance are found in another.

Conventions
-----------
Notes are arrays of shape ``(notes, 2)``: onset in seconds, pitch as MIDI number (60 is middle C; fractions
are allowed).  Further columns are ignored, so ``(onset, pitch, velocity)`` works too, and so is the order of
the rows.  Ends are not compared: how long a note sounds is the instrument's business, when it begins is the
music's.  Scores lie in [0, 1], 1 is best.

Metrics
-------
:func:`note_f1`: harmonic mean of precision and recall.  A note is right if a note of the reference begins
within 50 ms of it and within half a semitone of its pitch, each note of the reference serving once.  This is
MIREX's note measure without offsets, ``mir_eval.transcription``'s with ``offset_ratio=None``.
"""

import warnings

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from audiostyle.errors import ShapeError

ONSET_TOLERANCE = 0.05
"""Seconds."""

PITCH_TOLERANCE = 0.5
"""Semitones."""

ONSET_DECIMALS = 4
"""Decimals of a second to which differences of onsets are rounded, so that an onset exactly at the tolerance
counts, whatever floating point made of the difference."""


def validate(estimate: NDArray[np.float64], reference: NDArray[np.float64]) -> None:
    """Check that both are finite and of shape (notes, ≥ 2); warn if one has no notes.

    Args:
        estimate: the notes to judge, (notes, ≥ 2).
        reference: the true notes, (notes, ≥ 2).

    Raises:
        ShapeError: they are not.
    """
    for name, notes in (("estimate", estimate), ("reference", reference)):
        if notes.ndim != 2 or notes.shape[1] < 2:
            raise ShapeError(f"{name} must have shape (notes, 2) for onset and pitch, got {notes.shape}")
        if not np.isfinite(notes[:, :2]).all():
            raise ShapeError(f"{name} holds NaN or infinite onsets or pitches")
        if len(notes) == 0:
            warnings.warn(f"{name} has no notes", stacklevel=3)


def match_notes(
    estimate: ArrayLike, reference: ArrayLike, onset_tolerance: float = ONSET_TOLERANCE
) -> NDArray[np.intp]:
    """Return the largest one-to-one pairing of notes that agree in onset and pitch.

    Args:
        estimate: the notes to judge, (notes, ≥ 2).
        reference: the true notes, (notes, ≥ 2).
        onset_tolerance: greatest difference of onsets in seconds, inclusive.

    Returns:
        (matches, 2): row of the estimate, row of the reference.

    Raises:
        ShapeError: an array has another shape or is not finite.

    Example:
        >>> match_notes([[0.00, 60], [1.00, 64]], [[1.02, 64], [2.00, 65]]).tolist()
        [[1, 0]]
    """
    estimate, reference = np.asarray(estimate, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    validate(estimate, reference)
    if len(estimate) == 0 or len(reference) == 0:
        return np.empty((0, 2), dtype=np.intp)
    onset_apart = np.abs(estimate[:, None, 0] - reference[None, :, 0]).round(ONSET_DECIMALS)
    pitch_apart = np.abs(estimate[:, None, 1] - reference[None, :, 1])
    agree = csr_array((onset_apart <= onset_tolerance) & (pitch_apart <= PITCH_TOLERANCE))
    partner = maximum_bipartite_matching(agree, perm_type="column")
    matched = np.flatnonzero(partner >= 0)
    return np.stack([matched, partner[matched]], axis=1)


def note_f1(estimate: ArrayLike, reference: ArrayLike, onset_tolerance: float = ONSET_TOLERANCE) -> float:
    """Return the F-measure of the notes of ``estimate`` against those of ``reference``.

    Args:
        estimate: the notes to judge, (notes, ≥ 2).
        reference: the true notes, (notes, ≥ 2).
        onset_tolerance: greatest difference of onsets in seconds, inclusive.

    Returns:
        A number in [0, 1]; 0 if either has no notes.

    Raises:
        ShapeError: an array has another shape or is not finite.

    Example:
        >>> note_f1([[0.00, 60], [1.00, 64]], [[0.04, 60], [1.00, 65]])
        0.5
    """
    matches = len(match_notes(estimate, reference, onset_tolerance))
    return 2 * matches / max(1, len(np.asarray(estimate)) + len(np.asarray(reference)))


def evaluate(
    estimate: ArrayLike, reference: ArrayLike, onset_tolerance: float = ONSET_TOLERANCE
) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`note_f1` for the arguments."""
    return {"note_f1": note_f1(estimate, reference, onset_tolerance)}
