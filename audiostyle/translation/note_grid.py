"""Notes on the time–pitch grid of the networks: as targets to train with, and as the states of the 88 keys.

Frame ``t`` has its middle at second ``t · HOP / ENCODER_RATE`` of the recording (a hop is 11.6 ms).  Key 0
is the A0 of a piano, MIDI pitch 21.

- :func:`rasterize` draws notes as the encoder is to find them.
- :func:`compute_key_states` says what every key does, which is what decoders read, and
  :func:`compute_window_states` does so for a part of a piece.

The way back, from frames to notes, is :mod:`.tracking`.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import floor
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from audiostyle.models.bending import Bends
from audiostyle.models.excitation import LEAD, KeyStates
from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH, PITCHES
from audiostyle.music.notes import DRUM_CHANNEL
from audiostyle.music.performance import Performance, select_notes, shift_performance
from audiostyle.translation.note_curves import sample_level, sample_pitch

SUBFRAMES = 64
"""Parts of a frame (0.2 ms each) to which the times of key states are rounded.

Single precision holds such times exactly for up to an hour, so a segment of a piece has the very states that
the whole piece has there.
"""

RINGING = 86
"""Frames (1 s) after its release for which a key may still sound."""

_SPILL = 4  # frames after a window in which a note's onset may still reach into it
_FAINTEST = 0.01  # level of a note whose expression is at 0: a decoder takes its logarithm
_ENDS = ("onset", "offset")
Grid = NDArray[np.float32]


class NoteGrid(NamedTuple):
    """Notes on frames, each field (T, 88) float32.

    Attributes:
        onset: 1 in the frame in which a note begins.
        sounding: 1 while a note is held.
        loudness: velocity × expression in [0, 1] while it is held, else 0.
    """

    onset: Grid
    sounding: Grid
    loudness: Grid


def rasterize(performance: Performance, frames: int) -> NoteGrid:
    """Draw the pitched notes of a performance on ``frames`` frames.

    Notes outside the 88 keys and percussion are left out.  A note that is held from before the first frame
    sounds but has no onset.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> middle_c = np.array([(0.1, 0.2, 60, 127, 0)], NOTE_DTYPE)
        >>> grid = rasterize(Performance(middle_c), 30)
        >>> np.flatnonzero(grid.onset[:, 39]).tolist(), int(grid.sounding.sum())
        ([9], 8)
    """
    onset, sounding, loudness = (np.zeros((frames, PITCHES), np.float32) for _ in range(3))
    curves = _sample_expression(performance, frames)
    for note in performance.get_pitched_notes():
        key = int(note["pitch"]) - LOWEST_PITCH
        start = round(float(note["onset"]) * FRAME_RATE)
        stop = max(start + 1, round(float(note["offset"]) * FRAME_RATE))
        if not 0 <= key < PITCHES or start >= frames:
            continue
        if start >= 0:
            onset[start, key] = 1
        start = max(start, 0)
        sounding[start:stop, key] = 1
        curve = curves.get(int(note["channel"]))
        level = note["velocity"] / 127 * (1.0 if curve is None else curve[start:stop])
        loudness[start:stop, key] = np.maximum(loudness[start:stop, key], level)
    return NoteGrid(onset, sounding, loudness)


def compute_key_states(performance: Performance, frames: int, tail: int = RINGING) -> KeyStates:
    """Follow every key through the first ``frames`` frames of a performance.

    A key that is struck again forgets the note before.  Times are rounded to :data:`SUBFRAMES`.

    Args:
        performance: notes in seconds; percussion and notes outside the 88 keys are left out.
        frames: how many frames T.
        tail: frames after its release for which a key counts as sounding.

    Returns:
        Level, age and time since the release, each (1, T, 88) float32; times in frames.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> middle_c = np.array([(0.1, 0.2, 60, 127, 0)], NOTE_DTYPE)
        >>> states = compute_key_states(Performance(middle_c), 30)
        >>> states.level[0, 12, 39].item(), round(states.released[0, 29, 39].item(), 1)
        (1.0, 11.8)
    """
    level, age, released = (np.zeros((frames, PITCHES), np.float32) for _ in range(3))
    curves = _sample_expression(performance, frames)
    for index, key, onset, offset, first, stop in _list_sounding(performance, frames, tail):
        note = performance.notes[index]
        now = np.arange(first, stop)
        curve = curves.get(int(note["channel"]))
        loudness = note["velocity"] / 127 * (1.0 if curve is None else curve[first:stop])
        if performance.curves is not None:
            loudness = loudness * sample_level(performance.curves, index, now - onset)
        level[first:, key] = 0
        level[first:stop, key] = np.maximum(loudness, _FAINTEST)
        age[first:stop, key] = now - onset
        released[first:stop, key] = np.maximum(0, now - offset)
    return KeyStates(*(torch.from_numpy(part)[None] for part in (level, age, released)))


def compute_window_states(performance: Performance, first: int, frames: int) -> KeyStates:
    """Follow every key through ``frames`` frames from frame ``first`` on, which may be negative.

    The states are those that :func:`compute_key_states` gives for the whole piece, if the performance has
    gone through :func:`truncate_overlaps`.  Work and memory depend on the window only.

    Returns:
        Level, age and time since the release, each (1, frames, 88) float32; times in frames.
    """
    start, stop = first / FRAME_RATE, (first + frames + _SPILL) / FRAME_RATE
    sounding = select_notes(performance, start - (RINGING + 1) / FRAME_RATE, stop)
    return compute_key_states(shift_performance(sounding, start), frames)


def compute_window_bends(performance: Performance, first: int, frames: int) -> Bends | None:
    """Follow the pitch of every key's note through ``frames`` frames from frame ``first`` on.

    Returns:
        How the notes are bent, in the frames of :func:`compute_window_states`; None where all are straight.
    """
    if performance.curves is None or not performance.curves.cents.any():
        return None
    start, stop = first / FRAME_RATE, (first + frames + _SPILL) / FRAME_RATE
    sounding = select_notes(performance, start - (RINGING + 1) / FRAME_RATE, stop)
    if sounding.curves is None or not sounding.curves.cents.any():
        return None
    cents, age = np.zeros((frames, PITCHES), np.float32), np.zeros((frames, PITCHES))
    bent = np.zeros((frames, PITCHES), np.bool_)
    moved = shift_performance(sounding, start)
    for index, key, onset, _, begin, end in _list_sounding(moved, frames, RINGING):
        now = np.arange(begin, end) - onset
        bent[begin:end, key] = sounding.curves.get_cents(index).any()
        cents[begin:end, key], age[begin:end, key] = sample_pitch(sounding.curves, index, now)
    return Bends(*map(torch.from_numpy, (bent, cents, age)))


def truncate_overlaps(performance: Performance) -> Performance:
    """End every note where its key is struck again, and round all times to :data:`SUBFRAMES`.

    A key that is struck again forgets the note before, which may be longer (folding by octaves makes such
    pairs).  If the longer note kept its end, it would come back in the first window that does not contain the
    shorter one.  Times become double precision.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> notes = np.array([(0.0, 4.0, 60, 90, 0), (1.0, 2.0, 60, 90, 0)], NOTE_DTYPE)
        >>> truncate_overlaps(Performance(notes)).notes["offset"].round(2).tolist()
        [1.0, 2.0]
    """
    kinds = performance.notes.dtype
    double = [(name, "f8" if kinds[name] == "f4" else kinds[name]) for name in kinds.names or ()]
    notes = performance.notes.astype(double)
    for end in _ENDS:
        notes[end] = np.round(notes[end] * (FRAME_RATE * SUBFRAMES)) / (FRAME_RATE * SUBFRAMES)
    by_key = np.argsort(notes["pitch"], kind="stable")  # and by onset, as they are
    same = np.diff(notes["pitch"][by_key]) == 0
    struck_again = np.where(same, notes["onset"][by_key[1:]], np.inf)
    notes["offset"][by_key[:-1]] = np.minimum(notes["offset"][by_key[:-1]], struck_again)
    return replace(performance, notes=notes)


def _list_sounding(
    performance: Performance, frames: int, tail: int
) -> Iterator[tuple[int, int, float, float, int, int]]:
    """Yield those notes that sound on a key within ``frames`` frames.

    They are sorted by onset, so that the later note of a key may overwrite the earlier.

    Yields:
        The note's index and key, its onset and offset in frames, and the range of frames [first, stop).
    """
    for index, note in enumerate(performance.notes):
        key = int(note["pitch"]) - LOWEST_PITCH
        onset, offset = (round(float(note[end]) * FRAME_RATE * SUBFRAMES) / SUBFRAMES for end in _ENDS)
        first, stop = max(0, floor(onset + 0.5) - LEAD), min(frames, floor(offset + 0.5) + tail)
        if 0 <= key < PITCHES and first < stop and note["channel"] != DRUM_CHANNEL:
            yield index, key, onset, offset, first, stop


def _sample_expression(performance: Performance, frames: int) -> dict[int, Grid]:
    """Return controller 11 of every channel that uses it, (frames,) in [0, 1], held between its events."""
    curves: dict[int, Grid] = {}
    for time, channel, value in performance.expression:
        curve = curves.setdefault(channel, np.ones(frames, np.float32))
        curve[min(frames, max(0, round(time * FRAME_RATE))) :] = value / 127
    return curves
