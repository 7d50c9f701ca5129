"""Fragments: stretches of time in which one key sounds, found in a stream of frames.

A fragment is a note, or a piece of one: a voice that glides leaves a fragment on each key that it passes.
:mod:`.joining` puts these together.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import PITCHES

Grid = NDArray[np.float32]
Mask = NDArray[np.bool_]

ONSET = 0.5
"""Least probability of an onset that begins a note by itself."""

HINT = 0.2
"""Least probability of an onset that says when a note began which is there in any case."""

_SOUNDING = 0.5  # probability at which a key sounds that nobody heard begin
_UNHEARD = 3  # frames (35 ms) for which it has to; as a note by itself it would need more
_RELEASE = 0.3  # probability below which a key is released
_SHORTEST = 2  # frames; 23 ms
_HINT = 5  # frames from where a key begins to sound to an onset that belongs to it
_NEAR = 6  # frames that an onset may come later than that and still be the beginning
_RISE = 4  # frames before in which it may have risen to that
_REFILL = 20  # frames (0.23 s) for which a key that goes on without an onset may seem released
_PEAK = 2  # frames on either side that a peak must exceed
_BEFORE, _AFTER = 48, 9  # frames that a decision looks back and ahead; more than all of these


class FrameGrids(NamedTuple):
    """What is known of T frames, each (T, 88) float32.

    Attributes:
        onset: the probability that a note begins.
        sounding: the probability that the key sounds.
        loudness: in [0, 1], where 1 is velocity 127.
        cents: how far the pitch that is heard lies above the key's.
        level: decibels of the key's partials.
        change: decibels of them since the frame before.
    """

    onset: Grid
    sounding: Grid
    loudness: Grid
    cents: Grid
    level: Grid
    change: Grid


@dataclass(eq=False)
class Fragment:
    """One key sounding from frame ``first`` on.

    Attributes:
        key: 0 is the lowest one of a piano.
        first: its first frame.
        onset: probability of the onset that began it; 0: none was heard.
    """

    key: int
    first: int
    onset: float
    pieces: list[Grid] = field(default_factory=list)

    @property
    def values(self) -> Grid:
        """All of :class:`FrameGrids` but the onset, (5, frames)."""
        if len(self.pieces) > 1:
            self.pieces = [np.concatenate(self.pieces, axis=1)]
        return self.pieces[0]

    @property
    def end(self) -> int:
        """The frame after its last."""
        return self.first + sum(piece.shape[1] for piece in self.pieces)


class FragmentTracker:
    """Finds the fragments in a stream of frames, with nine frames of delay.

    A fragment begins where the onset probability has a peak of :data:`ONSET` or more, and where a key begins
    to sound for 35 ms.  It ends where its key is released or struck again.  The fragments do not depend on
    how the frames are cut.

    Example:
        >>> onset, sounding, nothing = np.zeros((3, 100, 88), np.float32)
        >>> onset[10, 39] = 0.9
        >>> sounding[10:50, 39] = sounding[20:80, 51] = 0.9
        >>> tracker = FragmentTracker()
        >>> tracker.process(FrameGrids(onset, sounding, *[nothing] * 4))
        >>> [(found.key, found.first, found.end) for found in tracker.finish()]
        [(39, 10, 50), (51, 20, 80)]
    """

    def __init__(self) -> None:
        self._tail: Grid = np.zeros((len(FrameGrids._fields), _BEFORE, PITCHES), np.float32)
        self._frame = 0  # number of the first frame of which nothing is decided
        self._active: dict[int, Fragment] = {}
        self._latest: dict[int, Fragment] = {}  # of each key, the one that ended last
        self._found: list[Fragment] = []

    def process(self, grids: FrameGrids) -> None:
        """Take the next frames."""
        self._take(np.stack(grids))

    def finish(self) -> list[Fragment]:
        """End what still sounds and return all fragments, sorted by their first frame and key."""
        self._take(np.zeros((len(FrameGrids._fields), _AFTER, PITCHES), np.float32))
        return sorted(self._found, key=lambda fragment: (fragment.first, fragment.key))

    def _take(self, grid: Grid) -> None:
        grid = np.concatenate([self._tail, grid], axis=1)
        frames = grid.shape[1] - _BEFORE - _AFTER
        if frames > 0:
            self._decide(grid, frames)
            self._frame += frames
            grid = grid[:, frames:]
        self._tail = grid

    def _decide(self, grid: Grid, frames: int) -> None:
        """Find beginnings and ends in the middle ``frames`` frames of (6, before + frames + after, 88)."""
        onset, sounding = grid[0], grid[1]
        peaks = find_peaks(onset) & (onset >= HINT)
        strong = peaks & (onset >= ONSET)
        here = slice(_BEFORE, _BEFORE + frames)
        above = sounding >= _SOUNDING
        unheard = np.logical_and.reduce([above[_BEFORE + n : _BEFORE + n + frames] for n in range(_UNHEARD)])
        held = np.maximum(sounding, onset) >= _RELEASE
        held[:-1] |= sounding[1:] >= _RELEASE  # one missing frame is no gap
        active = (strong[here] | unheard).any(axis=0)
        for key in sorted({*np.flatnonzero(active).tolist(), *self._active}):
            self._follow(key, grid[:, :, key], peaks[:, key], strong[:, key], unheard[:, key], held[:, key])

    def _follow(self, key: int, grid: Grid, peaks: Mask, strong: Mask, unheard: Mask, held: Mask) -> None:
        """Follow one key through the middle frames; positions count from the first frame of the grid."""
        stop = _BEFORE + len(unheard)
        onsets = _BEFORE + np.flatnonzero(strong[_BEFORE:])
        steady = _BEFORE + np.flatnonzero(unheard)
        breaks = _BEFORE + np.flatnonzero(~held[_BEFORE:stop])
        now = _BEFORE
        while True:
            fragment = self._active.pop(key, None)
            if fragment is None:
                struck, entry = _get_next(onsets, now, stop + _NEAR), _get_next(steady, now, stop)
                if min(struck, entry) >= stop:
                    return
                if entry <= struck - _NEAR:
                    now = entry
                    fragment = self._begin_unheard(key, grid, peaks, entry)
                else:
                    now = struck
                    if now >= stop:
                        return
                    fragment = self._add(key, now, float(grid[0, now]))
                since = now + 1
            else:
                since = now
            end = min(_get_next(breaks, since, stop), _get_next(onsets, since, stop))
            begin = fragment.end - self._frame + _BEFORE
            last = max(end, fragment.first - self._frame + _BEFORE + _SHORTEST) if end < stop else end
            if last > begin:
                fragment.pieces.append(grid[1:, begin:last].copy())
            if end >= stop:
                self._active[key] = fragment
                return
            self._latest[key] = fragment
            now = max(end, since)

    def _begin_unheard(self, key: int, grid: Grid, peaks: Mask, entry: int) -> Fragment:
        """Return the fragment of a key that sounds from ``entry`` on, perhaps its latest one."""
        previous = self._latest.get(key)
        earliest = 0 if previous is None else previous.end - self._frame + _BEFORE
        window = slice(max(earliest, entry - _HINT), entry + _HINT + 1)
        if peaks[window].any():
            hint = window.start + int(np.argmax(np.where(peaks[window], grid[0, window], 0)))
            return self._add(key, min(hint, entry), float(grid[0, hint]))
        first = entry
        while first > max(earliest, entry - _RISE) and grid[1, first - 1] >= _RELEASE:
            first -= 1
        if previous is not None and first - earliest <= _REFILL:
            return previous
        return self._add(key, first, 0.0)

    def _add(self, key: int, first: int, onset: float) -> Fragment:
        """Return a new fragment that begins at a position of the present grid."""
        fragment = Fragment(key, self._frame + first - _BEFORE, onset)
        self._found.append(fragment)
        return fragment


def find_peaks(values: Grid) -> Mask:
    """Return where values (T, K) exceed their two neighbors on either side; beyond the ends is nothing.

    Of equal neighbors the first counts: in reduced precision they are common, and one of them is a note.

    Example:
        >>> find_peaks(np.array([[0.1], [0.9], [0.9], [0.2]], np.float32)).ravel().tolist()
        [False, True, False, False]
    """
    frames = len(values)
    padded = np.pad(values, ((_PEAK, _PEAK), (0, 0)))
    before = np.maximum(padded[:frames], padded[1 : 1 + frames])
    after = np.maximum(padded[3 : 3 + frames], padded[4 : 4 + frames])
    return np.asarray((values > before) & (values >= after))


def _get_next(positions: NDArray[np.int64], since: int, otherwise: int) -> int:
    """Return the first of ascending positions that is ``since`` or later."""
    index = int(np.searchsorted(positions, since))
    return int(positions[index]) if index < len(positions) else otherwise
