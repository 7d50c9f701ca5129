"""Glides that go further than an instrument can bend its notes: a new note wherever the pitch stays.

A singer who slides from one pitch to another is heard as one note with a curve.  A piano has to strike both.
It does so where the pitch, freed of its vibrato, dwells near another key; what is passed on the way is left
out, and what remains within reach is bent.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.performance import Performance

_SEMITONE = 100.0  # cents
_SMOOTHING = round(0.2 / STEP)  # points over which a turn of a vibrato averages out
_TOLERANCE = 60.0  # cents from a key within which a pitch may stay the key's, beyond what can be bent
_DWELL = round(0.12 / STEP)  # points for which a pitch must stay near a key to be struck there


def split_glides(performance: Performance, reach: float) -> Performance:
    """Return a performance none of whose notes is bent by more than ``reach`` cents.

    Args:
        performance: with curves.
        reach: cents by which notes can be bent to either side.

    Returns:
        The notes, sorted by onset and pitch, and their curves.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> notes = np.array([(0.0, 1.0, 60, 100, 0)], NOTE_DTYPE)
        >>> slide = NoteCurves.from_lists([np.repeat([0.0, 200.0], 43)], [np.zeros(86)])
        >>> split = split_glides(Performance(notes, curves=slide), 0)
        >>> split.notes["pitch"].tolist(), split.notes["onset"].round(1).tolist()
        ([60, 62], [0.0, 0.5])
    """
    curves = performance.curves
    assert curves is not None
    if not (np.abs(curves.cents) > reach).any():
        return performance
    rows, cents, level = [], [], []
    for index, note in enumerate(performance.notes):
        pitch, loudness = curves.get_cents(index), curves.get_level(index)
        for start, stop, key in _find_keys(pitch, reach):
            piece = note.copy()
            if start:
                piece["onset"] = note["onset"] + start * STEP
            if stop < len(pitch):
                piece["offset"] = min(float(note["offset"]), float(note["onset"]) + stop * STEP)
            piece["pitch"] = np.clip(int(note["pitch"]) + key, 0, 127)
            rows.append(piece)
            cents.append(np.clip(pitch[start:stop] - _SEMITONE * key, -reach, reach))
            level.append(loudness[start:stop])
    notes = np.array(rows, performance.notes.dtype)
    order = np.argsort(notes, order=["onset", "pitch"], kind="stable")
    pieces = NoteCurves.from_lists(cents, level)
    return replace(performance, notes=notes[order], curves=pieces.select(order))


def _find_keys(cents: NDArray[np.float32], reach: float) -> list[tuple[int, int, int]]:
    """Return (first point, end, semitones above the note's pitch) of every key that a curve stays at."""
    found = [(0, 0)]
    far = np.abs(cents) > reach + _TOLERANCE
    if far.any():
        smooth = _smooth(cents)
        nearest = np.round(smooth / _SEMITONE).astype(int)
        changes = np.flatnonzero(np.diff(nearest)) + 1
        for start, stop in zip([0, *changes], [*changes, len(cents)], strict=True):
            key = int(nearest[start])
            away = np.abs(smooth[start:stop] - _SEMITONE * found[-1][1]) > reach + _TOLERANCE
            if stop - start >= _DWELL and away.any():
                arrived = _find_arrival(cents, key, found[-1][0] + 1, int(start))
                found = [(0, key)] if start == 0 else [*found, (arrived, key)]
    ends = [*(start for start, _ in found[1:]), len(cents)]
    return [(start, stop, key) for (start, key), stop in zip(found, ends, strict=True)]


def _find_arrival(cents: NDArray[np.float32], key: int, earliest: int, latest: int) -> int:
    """Return the point at which a curve comes near a key; at the latest, where its smooth version does."""
    earliest = max(earliest, latest - _SMOOTHING // 2)
    near = np.abs(cents[earliest:latest] - _SEMITONE * key) < _SEMITONE / 2
    return earliest + int(near.argmax()) if near.any() else latest


def _smooth(cents: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the mean over :data:`_SMOOTHING` points around each; a curve goes on as it begins and ends."""
    span = min(_SMOOTHING, len(cents))
    padded = np.pad(cents.astype(float), (span // 2, span - 1 - span // 2), mode="edge")
    return np.convolve(padded, np.full(span, 1 / span), "valid")
