"""Notes to the time–pitch grid of the code, and back.

Frame ``t`` is centred on second ``t * HOP / SAMPLE_RATE`` of the recording.
"""

from math import floor
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from audiostyle.models.excitation import LEAD, KeyStates
from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH, PITCHES
from audiostyle.music.performance import NOTE_DTYPE, Performance

SUBFRAMES = 64
"""Parts of a frame (0.2 ms) that times of key states are multiples of: single precision holds them exactly
for up to an hour, so that a window of a piece has the very states of the whole piece."""

_ENDS = ("onset", "offset")
Grid = NDArray[np.float32]
Mask = NDArray[np.bool_]


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
    """Draw the pitched notes of a performance on ``frames`` frames; notes outside the 88 keys are dropped."""
    onset, sounding, loudness = (np.zeros((frames, PITCHES), np.float32) for _ in range(3))
    curves = _expression_by_channel(performance, frames)
    for note in performance.pitched():
        key = int(note["pitch"]) - LOWEST_PITCH
        start = round(float(note["onset"]) * FRAME_RATE)
        stop = max(start + 1, round(float(note["offset"]) * FRAME_RATE))
        if not 0 <= key < PITCHES or start >= frames:
            continue
        if start >= 0:  # a note held from before the excerpt sounds but does not begin
            onset[start, key] = 1
        start = max(start, 0)
        sounding[start:stop, key] = 1
        curve = curves.get(int(note["channel"]))
        level = note["velocity"] / 127 * (1.0 if curve is None else curve[start:stop])
        loudness[start:stop, key] = np.maximum(loudness[start:stop, key], level)
    return NoteGrid(onset, sounding, loudness)


def _expression_by_channel(performance: Performance, frames: int) -> dict[int, Grid]:
    """Return controller 11 of every channel that uses it, held between its events, in [0, 1]."""
    curves: dict[int, Grid] = {}
    for time, channel, value in performance.expression:
        curve = curves.setdefault(channel, np.ones(frames, np.float32))
        curve[min(frames, max(0, round(time * FRAME_RATE))) :] = value / 127
    return curves


def compute_key_states(performance: Performance, frames: int, tail: int = 86) -> KeyStates:
    """Follow every key through ``frames`` frames (batch of one), ``tail`` frames beyond its release.

    A key that is struck again forgets its former note.  Times are rounded to :data:`SUBFRAMES`.
    """
    level, age, released = (np.zeros((frames, PITCHES), np.float32) for _ in range(3))
    curves = _expression_by_channel(performance, frames)
    for note in performance.pitched():  # sorted by onset: the later note of a key overwrites the earlier
        key = int(note["pitch"]) - LOWEST_PITCH
        onset, offset = (round(float(note[end]) * FRAME_RATE * SUBFRAMES) / SUBFRAMES for end in _ENDS)
        first, stop = max(0, floor(onset + 0.5) - LEAD), min(frames, floor(offset + 0.5) + tail)
        if not 0 <= key < PITCHES or stop <= first:
            continue
        now = np.arange(first, stop)
        curve = curves.get(int(note["channel"]))
        loudness = note["velocity"] / 127 * (1.0 if curve is None else curve[first:stop])
        level[first:, key] = 0
        level[first:stop, key] = np.maximum(loudness, 0.01)
        age[first:stop, key] = now - onset
        released[first:stop, key] = np.maximum(0, now - offset)
    return KeyStates(*(torch.from_numpy(part)[None] for part in (level, age, released)))


class NoteTracker:
    """Streaming decision which notes a code holds.

    A note begins where the onset probability peaks above ``threshold`` and ends where its pitch stops
    sounding, or begins again.  Feed consecutive stretches of probabilities to :meth:`process`; the notes
    found do not depend on how the code was cut.
    """

    _LOOK = 2  # frames on either side that a peak must exceed

    def __init__(self, threshold: float = 0.4, release: float = 0.35) -> None:
        self.threshold, self.release = threshold, release
        self._tail: Grid = np.zeros((3, self._LOOK, PITCHES), np.float32)
        self._frame = 0  # index of the first frame of the tail not yet decided
        self._active: dict[int, tuple[int, float]] = {}
        self._ended: list[tuple[float, float, int, int, int]] = []
        self._notes: list[NDArray[np.void]] = []

    def process(self, onset: Grid, sounding: Grid, loudness: Grid, *, last: bool = False) -> None:
        """Take the next frames, each argument (T, 88) in [0, 1]."""
        grid = np.concatenate([self._tail, np.stack([onset, sounding, loudness])], axis=1)
        if last:
            grid = np.pad(grid, ((0, 0), (0, self._LOOK), (0, 0)))
        look, frames = self._LOOK, grid.shape[1] - 2 * self._LOOK
        if frames > 0:
            self._decide(grid, frames)
            self._frame += frames
            self._notes.append(np.array(self._ended, NOTE_DTYPE))  # a tenth of the tuples' size
            self._ended.clear()
        self._tail = grid[:, -2 * look :] if frames > 0 else grid

    def _decide(self, grid: Grid, frames: int) -> None:
        onset, sounding, loudness = grid
        look = self._LOOK
        now = onset[look : look + frames]
        before = np.max([onset[k : k + frames] for k in range(look)], axis=0)
        after = np.max([onset[look + k : look + k + frames] for k in range(1, look + 1)], axis=0)
        # Of equal neighbours the first: in reduced precision they are common, and one of them is a note.
        starts = (now >= self.threshold) & (now > before) & (now >= after)
        held = np.maximum(sounding[look : look + frames], onset[look : look + frames]) >= self.release
        held |= sounding[look + 1 : look + 1 + frames] >= self.release  # one missing frame is no gap
        keys = set(np.flatnonzero(starts.any(axis=0)).tolist()) | set(self._active)
        for key in sorted(keys):
            self._follow(key, starts[:, key], held[:, key], loudness[look : look + frames + look, key])

    def _follow(self, key: int, starts: Mask, held: Mask, loudness: Grid) -> None:
        """Carry one key through a stretch: the note it brought along, then those that begin in it.

        A note ends at the first frame that is not held, or where the next one begins; else it is carried on.
        """
        onsets, frames = np.flatnonzero(starts).tolist(), len(starts)
        levels = [float(loudness[start : start + 1 + self._LOOK].mean()) for start in onsets]
        spans = [(self._frame + start, level, start + 1) for start, level in zip(onsets, levels, strict=True)]
        if key in self._active:
            spans.insert(0, (*self._active.pop(key), 0))
        untils = [*onsets, frames][-len(spans) :]
        breaks = np.flatnonzero(~held)
        for (begun, level, since), until in zip(spans, untils, strict=True):
            end = next((int(frame) for frame in breaks[np.searchsorted(breaks, since) :]), frames)
            if min(end, until) < frames:
                self._emit(key, begun, self._frame + min(end, until), level)
            else:
                self._active[key] = (begun, level)

    def _emit(self, key: int, begun: int, end: int, level: float) -> None:
        velocity = int(np.clip(round(level * 127), 1, 127))
        offset = max(end, begun + 2) / FRAME_RATE
        self._ended.append((begun / FRAME_RATE, offset, key + LOWEST_PITCH, velocity, 0))

    def notes(self) -> NDArray[np.void]:
        """End what still sounds and return all notes found (``NOTE_DTYPE``, sorted by onset)."""
        for key, (begun, level) in sorted(self._active.items()):
            self._emit(key, begun, self._frame, level)
        self._active.clear()
        found = np.concatenate([*self._notes, np.array(self._ended, NOTE_DTYPE)])
        return np.sort(found, order=["onset", "pitch"])
