"""Note tracking: from the encoder's probabilities, frame by frame, to notes, in a stream.

The encoder (:class:`~audiostyle.models.encoder.PitchGridEncoder`) says for every frame and key how probable
an onset is, how probable it is that the key sounds, and how loud it is.  :class:`NoteTracker` decides which
notes these numbers mean.
"""

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH, PITCHES
from audiostyle.music.notes import NOTE_DTYPE

Grid = NDArray[np.float32]
Mask = NDArray[np.bool_]

_SHORTEST = 2  # frames; 23 ms


class NoteTracker:
    """Finds the notes in a stream of frames, one decision a note, with two frames of delay.

    A note begins where the onset probability has a peak of at least ``threshold``.  It ends where its key
    stops sounding, which is where the probability stays below ``release`` for two frames, or where the key
    is struck again.  Consecutive frames go to :meth:`process`, in pieces of any size: the notes do not
    depend on how the frames were cut.

    Args:
        threshold: least onset probability of a note's first frame, in [0, 1].
        release: least probability that a key sounds, in [0, 1].

    Example:
        >>> onset, sounding, loudness = np.zeros((3, 100, 88), np.float32)
        >>> onset[10, 39], sounding[10:50, 39], loudness[10:50, 39] = 0.9, 0.9, 0.5  # key 39 is middle C
        >>> tracker = NoteTracker()
        >>> tracker.process(onset, sounding, loudness, last=True)
        >>> notes = tracker.finish()
        >>> for note in notes:
        ...     print(f"{note['onset']:.2f} s to {note['offset']:.2f} s, pitch {note['pitch']}")
        0.12 s to 0.58 s, pitch 60
    """

    _LOOK = 2  # frames on either side that a peak must exceed

    def __init__(self, threshold: float = 0.4, release: float = 0.35) -> None:
        self.threshold, self.release = threshold, release
        self._tail: Grid = np.zeros((3, self._LOOK, PITCHES), np.float32)
        self._frame = 0  # index of the first frame of the tail that is not decided yet
        self._active: dict[
            int, tuple[int, float]
        ] = {}  # key → first frame and level of the note that it holds
        self._ended: list[tuple[float, float, int, int, int]] = []
        self._notes: list[NDArray[np.void]] = []

    def process(self, onset: Grid, sounding: Grid, loudness: Grid, *, last: bool = False) -> None:
        """Take the next frames.

        Args:
            onset: (T, 88), the probability that a note begins in the frame.
            sounding: (T, 88), the probability that the key sounds.
            loudness: (T, 88) in [0, 1], where 1 is velocity 127.
            last: whether these are the last frames.
        """
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

    def finish(self) -> NDArray[np.void]:
        """End the notes that still sound and return all notes, rows of ``NOTE_DTYPE`` sorted by onset."""
        for key, (first, level) in sorted(self._active.items()):
            self._add_note(key, first, self._frame, level)
        self._active.clear()
        notes = np.concatenate([*self._notes, np.array(self._ended, NOTE_DTYPE)])
        return np.sort(notes, order=["onset", "pitch"])

    def _decide(self, grid: Grid, frames: int) -> None:
        """Find onsets and ends in the middle ``frames`` frames of a grid (3, look + frames + look, 88)."""
        onset, sounding, loudness = grid
        look = self._LOOK
        now = onset[look : look + frames]
        before = np.max([onset[k : k + frames] for k in range(look)], axis=0)
        after = np.max([onset[look + k : look + k + frames] for k in range(1, look + 1)], axis=0)
        # Of equal neighbors the first: in reduced precision they are common, and one of them is a note.
        starts = (now >= self.threshold) & (now > before) & (now >= after)
        held = np.maximum(sounding[look : look + frames], onset[look : look + frames]) >= self.release
        held |= sounding[look + 1 : look + 1 + frames] >= self.release  # one missing frame is no gap
        keys = set(np.flatnonzero(starts.any(axis=0)).tolist()) | set(self._active)
        for key in sorted(keys):
            self._track_key(key, starts[:, key], held[:, key], loudness[look : look + frames + look, key])

    def _track_key(self, key: int, starts: Mask, held: Mask, loudness: Grid) -> None:
        """Follow one key through the frames: the note that it brought along, then those that begin in them.

        A note ends at the first frame that is not held, or where the next one begins; else it is carried on.
        """
        onsets, frames = np.flatnonzero(starts).tolist(), len(starts)
        levels = [float(loudness[start : start + 1 + self._LOOK].mean()) for start in onsets]
        spans = [(self._frame + start, level, start + 1) for start, level in zip(onsets, levels, strict=True)]
        if key in self._active:
            spans.insert(0, (*self._active.pop(key), 0))
        nexts = [*onsets, frames][-len(spans) :]
        breaks = np.flatnonzero(~held)
        for (first, level, since), following in zip(spans, nexts, strict=True):
            end = next((int(frame) for frame in breaks[np.searchsorted(breaks, since) :]), frames)
            if min(end, following) < frames:
                self._add_note(key, first, self._frame + min(end, following), level)
            else:
                self._active[key] = (first, level)

    def _add_note(self, key: int, first: int, end: int, level: float) -> None:
        velocity = int(np.clip(round(level * 127), 1, 127))
        offset = max(end, first + _SHORTEST) / FRAME_RATE
        self._ended.append((first / FRAME_RATE, offset, key + LOWEST_PITCH, velocity, 0))
