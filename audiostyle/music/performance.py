"""Notes as they are played: the data type for performances, and what can be done with their times.

A *performance* is what a MIDI file holds: notes in seconds with velocities, one General MIDI program for each
channel, and expression curves.  A *score* (:mod:`.scores`) holds notes in quarter notes instead;
:func:`~audiostyle.music.interpretation.perform` makes a performance of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from audiostyle.errors import ShapeError
from audiostyle.music.curves import NoteCurves
from audiostyle.music.notes import DRUM_CHANNEL, NOTE_DTYPE

_REPEAT_GAP = 0.01  # seconds between the end of a note and the next one of its pitch and channel
_SHORTEST_NOTE = 0.02  # seconds; notes that are cut shorter than this are dropped


@dataclass(frozen=True)
class Performance:
    """Notes with the instruments that play them.

    Attributes:
        notes: (notes,) of :data:`~audiostyle.music.notes.NOTE_DTYPE`, sorted by onset.
        programs: General MIDI program 0–127 of each channel.
        bends: detuning of each channel in semitones; channels that are not listed are in tune.
        expression: rows (seconds, channel, value 0–127) of MIDI controller 11, sorted by time.
        curves: how pitch and level of every note move, in the order of the notes; None where nobody knows.

    Raises:
        ShapeError: there are curves for more notes or for fewer.

    Example:
        >>> notes = np.array([(0.0, 0.5, 60, 90, 0), (0.5, 1.5, 64, 90, 0)], NOTE_DTYPE)
        >>> Performance(notes, {0: 19}).seconds
        1.5
    """

    notes: np.ndarray = field(default_factory=lambda: np.zeros(0, NOTE_DTYPE))
    programs: dict[int, int] = field(default_factory=dict)
    bends: dict[int, float] = field(default_factory=dict)
    expression: tuple[tuple[float, int, int], ...] = ()
    curves: NoteCurves | None = None

    def __post_init__(self) -> None:
        if self.curves is not None and len(self.curves) != len(self.notes):
            counts = f"{len(self.notes)} notes have curves for {len(self.curves)}"
            raise ShapeError(f"{counts}; curves.select() takes those of the notes that are kept")

    @property
    def seconds(self) -> float:
        """The time in seconds at which the last note ends; 0 without notes."""
        return float(self.notes["offset"].max(initial=0.0))

    def get_pitched_notes(self) -> np.ndarray:
        """Return the notes that are not percussion, (n,) of :data:`~audiostyle.music.notes.NOTE_DTYPE`."""
        return self.notes[self.notes["channel"] != DRUM_CHANNEL]

    def arrange_for(self, program: int) -> "Performance":
        """Return the performance with all pitched parts on one instrument, in tune and without percussion.

        Args:
            program: General MIDI program of the instrument, 0–127.
        """
        pitched = np.flatnonzero(self.notes["channel"] != DRUM_CHANNEL)
        notes = self.notes[pitched]
        notes["channel"] = 0
        first = min(self.programs, default=0)
        curve = tuple((time, 0, value) for time, channel, value in self.expression if channel == first)
        return Performance(notes, {0: program}, {}, curve, self.curves and self.curves.select(pitched))


def map_times(performance: Performance, time_map: Callable[[np.ndarray], np.ndarray]) -> Performance:
    """Return the performance with all onsets, offsets and times of the expression mapped.

    The curves of a note are stretched as the note is.

    Args:
        performance: any performance.
        time_map: from times in seconds, (n,), to times in seconds, (n,).

    Example:
        >>> map_times(Performance(expression=((3.0, 0, 90),)), lambda time: time / 2).expression
        ((1.5, 0, 90),)
    """
    notes = performance.notes.copy()
    for end in ("onset", "offset"):
        notes[end] = time_map(notes[end])
    times = time_map(np.array([time for time, _, _ in performance.expression], np.float64)).tolist()
    curve = [(time, *event) for time, (_, *event) in zip(times, performance.expression, strict=True)]
    curves = performance.curves and performance.curves.stretch(_measure_stretching(performance.notes, notes))
    return replace(performance, notes=notes, expression=tuple(curve), curves=curves)


def _measure_stretching(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return by which factor each note got longer, (n,); 1 for notes without length."""
    seconds, longer = (notes["offset"].astype(float) - notes["onset"] for notes in (before, after))
    sensible = (seconds > 0) & (longer > 0)
    return np.where(sensible, longer, 1.0) / np.where(sensible, seconds, 1.0)


def shift_performance(performance: Performance, start: float) -> Performance:
    """Return the performance with its times counted from ``start``.

    Args:
        performance: any performance.
        start: in seconds; what comes before gets negative times.

    Example:
        >>> shift_performance(Performance(expression=((3.0, 0, 90),)), 2.5).expression
        ((0.5, 0, 90),)
    """
    shifted = map_times(replace(performance, curves=None), lambda time: time - start)
    return replace(shifted, curves=performance.curves)  # not stretched, not even by rounding


def select_notes(performance: Performance, start: float, stop: float) -> Performance:
    """Return the performance with only those notes that sound at some time between ``start`` and ``stop``.

    Times and expression stay as they are.

    Args:
        performance: any performance.
        start: in seconds.
        stop: in seconds.

    Example:
        >>> notes = np.array([(0, 1, 60, 90, 0), (1, 3, 62, 90, 0), (4, 5, 64, 90, 0)], NOTE_DTYPE)
        >>> select_notes(Performance(notes), 2, 4).notes["pitch"].tolist()
        [62]
    """
    notes = performance.notes
    inside = np.flatnonzero((notes["offset"] > start) & (notes["onset"] < stop))
    curves = performance.curves and performance.curves.select(inside)
    return replace(performance, notes=notes[inside], curves=curves)


def crop_performance(performance: Performance, start: float, seconds: float) -> Performance:
    """Cut out what sounds in [start, start + seconds), with its times counted from ``start``.

    A note that is held at ``start`` keeps its onset, which becomes negative.  Every channel begins with the
    expression value that holds at ``start``.

    Args:
        performance: any performance.
        start: in seconds.
        seconds: length of the excerpt.

    Example:
        >>> notes = np.array([(0, 1, 60, 90, 0), (1, 3, 62, 90, 0)], NOTE_DTYPE)
        >>> cropped = crop_performance(Performance(notes, expression=((0.0, 0, 90),)), start=2, seconds=2)
        >>> cropped.notes["onset"].tolist(), cropped.expression
        ([-1.0], ((0.0, 0, 90),))
    """
    held: dict[int, tuple[float, int, int]] = {}
    curve = []
    for time, channel, value in performance.expression:
        if time <= start:
            held[channel] = (start, channel, value)
        elif time < start + seconds:
            curve.append((time, channel, value))
    inside = select_notes(performance, start, start + seconds)
    return shift_performance(replace(inside, expression=(*held.values(), *curve)), start)


def concatenate_performances(performances: Sequence[Performance], seconds: float) -> Performance:
    """Put performances one after another, each in a slot of the same length.

    Args:
        performances: at least one.
        seconds: length of a slot.

    Returns:
        A performance with the programs and the detuning of the first one.  At the end of every slot the
        expression returns to 127, so that a fade does not reach into the next slot.

    Example:
        >>> notes = np.array([(0, 1, 60, 90, 0)], NOTE_DTYPE)
        >>> concatenate_performances([Performance(notes), Performance(notes)], 30.0).notes["onset"].tolist()
        [0.0, 30.0]
    """
    moved = [shift_performance(part, -slot * seconds) for slot, part in enumerate(performances)]
    curve = [point for part in moved for point in part.expression]
    for slot, part in enumerate(performances, start=1):
        curve += [(slot * seconds - 0.02, channel, 127) for channel in part.programs]
    notes = np.concatenate([part.notes for part in moved])
    curves = NoteCurves.concatenate([part.curves or NoteCurves.make_flat(len(part.notes)) for part in moved])
    known = any(part.curves is not None for part in moved)
    expression = tuple(sorted(curve))
    return replace(performances[0], notes=notes, expression=expression, curves=curves if known else None)


def remove_overlaps(notes: np.ndarray) -> np.ndarray:
    """End every note before the next one of its pitch and channel begins, and drop what gets too short.

    MIDI knows one note at a time for each key of a channel.

    Args:
        notes: (n,) of :data:`~audiostyle.music.notes.NOTE_DTYPE`, in any order.

    Returns:
        (m,) of :data:`~audiostyle.music.notes.NOTE_DTYPE`, sorted by onset and pitch.  Notes end
        10 ms before the next one of their pitch and channel, and last 20 ms or longer; of two that begin
        together one is left.

    Example:
        >>> notes = np.array([(0, 2, 60, 90, 0), (1, 2, 60, 90, 0)], NOTE_DTYPE)
        >>> remove_overlaps(notes)["offset"].round(3).tolist()
        [0.9900000095367432, 2.0]
    """
    return _resolve_overlaps(notes)[0]


def release_repeated_keys(performance: Performance) -> Performance:
    """Return the performance with notes as :func:`remove_overlaps` leaves them, each with its curves.

    Example:
        >>> notes = np.array([(0, 2, 60, 90, 0), (1, 2, 60, 90, 0)], NOTE_DTYPE)
        >>> curves = NoteCurves.from_lists([[5.0], [7.0]], [[0.0], [0.0]])
        >>> release_repeated_keys(Performance(notes, curves=curves)).curves.cents.tolist()
        [5.0, 7.0]
    """
    notes, order = _resolve_overlaps(performance.notes)
    return replace(performance, notes=notes, curves=performance.curves and performance.curves.select(order))


def _resolve_overlaps(notes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the notes without overlaps, sorted by onset and pitch, and the place that each of them had."""
    order = np.lexsort((notes["onset"], notes["pitch"], notes["channel"]))
    notes = notes[order]
    same = (notes["pitch"][1:] == notes["pitch"][:-1]) & (notes["channel"][1:] == notes["channel"][:-1])
    latest = np.where(same, notes["onset"][1:] - _REPEAT_GAP, np.inf)
    notes["offset"][:-1] = np.minimum(notes["offset"][:-1], latest)
    kept = notes["offset"] - notes["onset"] >= _SHORTEST_NOTE
    notes, order = notes[kept], order[kept]
    sorting = np.argsort(notes, order=["onset", "pitch"])
    return notes[sorting], order[sorting]
