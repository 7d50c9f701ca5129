"""Quantization: notes moved to the lines of a grid of beats."""

import re
from dataclasses import replace

import numpy as np

from audiostyle.errors import AudiostyleError
from audiostyle.music.beats import Beats, find_beats
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance

_GRID = re.compile(r"1/(1|2|4|8|16|32|64)([tT]?)")
_BEATS_PER_WHOLE = 4.0  # a beat is a quarter note


def parse_grid(text: str) -> float:
    """Return the beats from line to line of a grid that is named by a note value.

    Args:
        text: ``1/4``, ``1/8``, ``1/16``, …, with a ``T`` for triplets.

    Raises:
        AudiostyleError: it names no grid.

    Example:
        >>> parse_grid("1/16"), parse_grid("1/8T")
        (0.25, 0.3333333333333333)
    """
    found = _GRID.fullmatch(text.strip())
    if found is None:
        raise AudiostyleError(f"{text!r} is no grid to quantize to; say 1/8, 1/16, 1/16T or the like")
    return _BEATS_PER_WHOLE / int(found[1]) * (2 / 3 if found[2] else 1)


def quantize(performance: Performance, beats: Beats, grid: str) -> Performance:
    """Move every note to the nearest line of a grid, and its end to the nearest line after that.

    Curves of notes stay as they are, counted from the onset.  Of notes of one pitch and channel that come to
    one line, the longest is kept; the others end where the next one begins.

    Args:
        performance: any performance.
        beats: where the beats are.
        grid: what :func:`parse_grid` takes.

    Returns:
        A performance that is not changed by being quantized again.

    Raises:
        AudiostyleError: the grid is none.

    Example:
        >>> notes = np.array([(0.02, 0.27, 60, 90, 0), (0.52, 0.9, 62, 90, 0)], NOTE_DTYPE)
        >>> grid = Beats(np.array([0.0, 0.5]))
        >>> quantize(Performance(notes), grid, "1/8").notes[["onset", "offset"]].tolist()
        [(0.0, 0.25), (0.5, 1.0)]
    """
    step, notes = parse_grid(grid), performance.notes
    onset, offset = (np.round(beats.to_positions(notes[end]) / step) for end in ("onset", "offset"))
    onset = np.maximum(onset, 0)
    offset = np.maximum(offset, onset + 1)
    # By key, then line, longest first: what follows on the same line is left out.
    order = np.lexsort((-offset, onset, notes["pitch"], notes["channel"]))
    new_key = np.diff(notes["pitch"][order], prepend=-1) != 0
    new_key |= np.diff(notes["channel"][order], prepend=-1) != 0
    order = order[new_key | (np.diff(onset[order], prepend=-1) != 0)]
    key, lines = notes[["pitch", "channel"]][order], onset[order]
    same = key[1:] == key[:-1]
    offset[order[:-1]] = np.minimum(offset[order[:-1]], np.where(same, lines[1:], np.inf))
    order = order[np.lexsort((notes["pitch"][order], lines))]
    moved = notes[order].astype(NOTE_DTYPE)
    moved["onset"], moved["offset"] = (beats.to_seconds(step * ends[order]) for ends in (onset, offset))
    return replace(performance, notes=moved, curves=performance.curves and performance.curves.select(order))


def quantize_to_beats(performance: Performance, grid: str) -> tuple[Performance, Beats]:
    """Find the beats of a performance, and quantize it to them.

    Args:
        performance: any performance.
        grid: what :func:`parse_grid` takes.

    Returns:
        The quantized performance, and the beats.

    Raises:
        AudiostyleError: the grid is none, or the music keeps no beat.

    Example:
        >>> rows = [(n / 2 + 0.01 * (n % 2), n / 2 + 0.4, 60, 90, 0) for n in range(16)]
        >>> notes = np.array(rows, NOTE_DTYPE)
        >>> even, _ = quantize_to_beats(Performance(notes), "1/8")
        >>> len({round(float(step), 2) for step in np.diff(even.notes["onset"])})
        1
    """
    parse_grid(grid)
    beats = find_beats(performance.notes)
    if beats is None:
        raise AudiostyleError("the music keeps no beat that its notes could be quantized to; leave that out")
    return quantize(performance, beats, grid), beats
