"""Note tracking: from the encoder's probabilities, frame by frame, to notes with curves, in a stream.

The encoder (:class:`~audiostyle.models.encoder.PitchGridEncoder`) says for every frame and key how probable
an onset is, how probable it is that the key sounds, how loud it is and how far from its pitch.
:class:`NoteTracker` decides which notes these numbers mean, in four steps, each a module: voices between keys
go to one (:mod:`.pitch_fusion`), keys that sound are :mod:`.fragments`, fragments are put together
(:mod:`.joining`), and what is played on the notes is read along them (:mod:`.pitch_curves`,
:mod:`.level_curves`) until they are let go (:mod:`.damping`).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH
from audiostyle.music.curves import NoteCurves
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.translation.damping import cut_ringing
from audiostyle.translation.fragments import HINT, ONSET, Fragment, FragmentTracker, FrameGrids
from audiostyle.translation.joining import join_fragments
from audiostyle.translation.level_curves import choose_velocities, measure_levels
from audiostyle.translation.pitch_curves import Contour, trace_contour
from audiostyle.translation.pitch_fusion import fuse_pitches
from audiostyle.translation.tuning import estimate_tuning

Grid = NDArray[np.float32]

_UNHEARD = 7  # frames (81 ms) that a note has to last that nobody heard begin
_SURE_MEAN, _SURE_PEAK = 0.65, 0.8  # probability that it sounds
_SHORT, _SURE_ONSET = 6, 0.85  # frames (70 ms) below which a note needs so probable an onset
_BRIEF, _FASTEST = 12, 12.0  # frames (0.14 s), and cents a frame: so short a glide is speech
_HIGH, _BAR_PARTIAL = 72, (39, 40)  # key, and semitones: the frequencies of tuned bars are as 1 : 4 : 10
_OVERTONES = (12, 19, 24, 28, 31, -12)  # semitones from a note at which another one may be imagined


class TrackedNotes(NamedTuple):
    """The notes that were found, and how they are played.

    Attributes:
        notes: rows of :data:`~audiostyle.music.notes.NOTE_DTYPE`, sorted by onset and pitch.
        curves: in the order of the notes; a velocity is that of a note's loudest moment.
    """

    notes: NDArray[np.void]
    curves: NoteCurves


class NoteTracker:
    """Finds the notes in a stream of frames.

    Consecutive frames go to :meth:`process`, in pieces of any size: the notes do not depend on how the frames
    were cut.

    Example:
        >>> onset, sounding, loudness = np.zeros((3, 100, 88), np.float32)
        >>> onset[10, 39], sounding[10:50, 39], loudness[10:50, 39] = 0.9, 0.9, 0.5  # key 39 is middle C
        >>> tracker = NoteTracker()
        >>> tracker.process(onset, sounding, loudness)
        >>> for note in tracker.finish().notes:
        ...     print(f"{note['onset']:.2f} s to {note['offset']:.2f} s, pitch {note['pitch']}")
        0.12 s to 0.58 s, pitch 60
    """

    def __init__(self) -> None:
        self._fragments = FragmentTracker()
        self._measured = False  # whether levels were ever given

    def process(
        self,
        onset: Grid,
        sounding: Grid,
        loudness: Grid,
        cents: Grid | None = None,
        level: Grid | None = None,
        change: Grid | None = None,
    ) -> None:
        """Take the next frames.

        Args:
            onset: (T, 88), the probability that a note begins in the frame.
            sounding: (T, 88), the probability that the key sounds.
            loudness: (T, 88) in [0, 1], where 1 is velocity 127.
            cents: (T, 88), how far the pitch that is heard lies above the key's; None: keys are in tune.
            level: (T, 88), decibels of each key's partials; None: nobody measured, velocities are what the
                encoder hears, and notes have their level all the time.
            change: (T, 88), decibels of them since the frame before.
        """
        self._measured |= level is not None
        nothing = np.zeros_like(onset)
        if cents is not None:
            onset, sounding = fuse_pitches(onset, sounding, cents)
        further = (nothing if grid is None else grid for grid in (cents, level, change))
        self._fragments.process(FrameGrids(onset, sounding, loudness, *further))

    def finish(self) -> TrackedNotes:
        """End the notes that still sound and return all notes."""
        fragments = self._fragments.finish()
        groups, tuning = join_fragments(fragments), estimate_tuning(fragments)
        strong = _list_spans([part for group in groups for part in group if part.onset >= ONSET])
        traced = [(trace_contour(group, tuning), group) for group in groups]
        kept = [cut_ringing(contour) for contour, group in traced if _is_note(contour, group, strong)]
        kept.sort(key=lambda contour: (contour.first, contour.key))
        loudest, levels = measure_levels(kept)
        velocities = choose_velocities(loudest, kept) if self._measured else choose_velocities_by_ear(kept)
        rows = [
            (contour.first / FRAME_RATE, (contour.first + len(contour.cents)) / FRAME_RATE, key, velocity, 0)
            for contour, velocity in zip(kept, velocities.tolist(), strict=True)
            for key in [contour.key + LOWEST_PITCH]
        ]
        curves = NoteCurves.from_lists([contour.cents for contour in kept], levels)
        return TrackedNotes(np.array(rows, NOTE_DTYPE), curves)


def choose_velocities_by_ear(contours: Sequence[Contour]) -> NDArray[np.int64]:
    """Return the velocities that the encoder hears at the onsets of notes.

    Example:
        >>> frame = np.full(9, 0.5, np.float32)
        >>> choose_velocities_by_ear([Contour(0, 39, *[frame] * 5)]).tolist()
        [64]
    """
    heard = np.array([float(contour.loudness[:3].mean()) for contour in contours])
    return np.clip(np.round(127 * heard), 1, 127).astype(np.int64)


def _list_spans(fragments: Sequence[Fragment]) -> NDArray[np.int64]:
    """Return key, first frame and the frame after the last of fragments, (3, fragments)."""
    spans = [(part.key, part.first, part.end) for part in fragments]
    return np.array(spans, np.int64).reshape(-1, 3).T


def _is_note(contour: Contour, fragments: Sequence[Fragment], strong: NDArray[np.int64]) -> bool:
    """Return whether what was traced is likely to be a note.

    What nobody heard begin has to be sure otherwise, and no overtone of a note that somebody did hear.  What
    is short has to be sure, and to stay at a pitch.
    """
    frames, onset = len(contour.cents), max(part.onset for part in fragments)
    if onset < ONSET:
        if frames < _UNHEARD or not contour.sounding.max() >= _SURE_PEAK:
            return False
        if contour.sounding.mean() < _SURE_MEAN:
            return False
        keys, firsts, ends = strong
        together = (firsts <= contour.first) & (ends > contour.first)
        if onset < HINT and np.isin(contour.key - keys[together], _OVERTONES).any():
            return False
    if _is_bar_overtone(contour, strong):
        return False
    if 1 < frames <= _BRIEF and np.abs(np.diff(contour.cents)).mean() > _FASTEST:
        return False
    early = max(part.onset for part in fragments if part.first <= contour.first + 3)
    return frames >= _SHORT or early >= _SURE_ONSET


def _is_bar_overtone(contour: Contour, strong: NDArray[np.int64]) -> bool:
    """Return whether a note is the third partial of a tuned bar (a vibraphone's) that is struck with it."""
    if contour.key < _HIGH:
        return False
    keys, firsts, ends = strong
    end = contour.first + len(contour.cents)
    struck = (np.abs(firsts - contour.first) <= 2) & (ends >= end - 2)
    return bool(np.isin(contour.key - keys[struck], _BAR_PARTIAL).any())
