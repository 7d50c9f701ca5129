"""Beats: where they fall in a performance, and the tempo map that puts a MIDI file's bars on them.

Beats are found in the notes alone: onsets make a curve, its autocorrelation gives the tempo, and dynamic
programming the beats (Ellis, "Beat tracking by dynamic programming", 2007).  Music that has no steady beat,
or too few notes, gives none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audiostyle.errors import ShapeError

TICKS_PER_BEAT = 960
"""MIDI ticks a quarter note."""

_MICROSECONDS = 1_000_000
_SLOWEST_TEMPO = 2**24 - 1  # microseconds a beat: what a MIDI file can say

_FRAME = 0.01  # seconds
_BLUR = 2.0  # frames, standard deviation: players are not exact
_SHORTEST, _LONGEST = 0.25, 1.5  # seconds from beat to beat: 240 to 40 a minute
_USUAL, _OCTAVES = 0.5, 0.9  # seconds from beat to beat that are expected, and how firmly
_TIGHTNESS = 300.0  # how dear a change of tempo is from beat to beat, times its squared logarithm
_LOYALTY = 20.0  # how dear it is to leave the tempo of the whole
_SMOOTHING = 4  # beats to either side that a beat's place is fitted to
_FEWEST_NOTES, _FEWEST_BEATS = 12, 6
_DIVISIONS = (2, 3, 4)  # parts of a beat on which notes may begin
_STEADINESS = 0.48  # of music; of sung speech 0.29, of many onsets drawn by chance 0.36 at most
_CHANCE = 5.5  # over the root of the number of notes: what few onsets reach by chance is less
_STEADY = 0.03  # seconds by which beats may miss a constant tempo and still have one


@dataclass(frozen=True)
class Beats:
    """A grid of beats, with one at time 0.

    Attributes:
        times: (n,) float64, rising, n ≥ 2, in seconds; before the first note there may be beats that nobody
            plays.  After the last one the tempo stays.

    Raises:
        ShapeError: the times do not begin at 0 or do not rise.

    Example:
        >>> beats = Beats(np.array([0.0, 0.5, 1.0]))
        >>> beats.to_positions([0.25, 2.0]).tolist()
        [0.5, 4.0]
    """

    times: NDArray[np.float64]

    def __post_init__(self) -> None:
        times = np.asarray(self.times, np.float64)
        if times.ndim != 1 or len(times) < 2 or times[0] != 0 or not np.all(np.diff(times) >= 1e-3):
            raise ShapeError("beats are two or more rising times in seconds, the first of them 0")
        # A MIDI file counts microseconds a beat; on whole ones no error adds up.
        object.__setattr__(self, "times", np.round(times * _MICROSECONDS) / _MICROSECONDS)

    def to_positions(self, seconds: ArrayLike) -> NDArray[np.float64]:
        """Return where times lie, in beats from the first one; the first and last tempo go on outside."""
        seconds = np.asarray(seconds, np.float64)
        place = np.clip(np.searchsorted(self.times, seconds, side="right") - 1, 0, len(self.times) - 2)
        return place + (seconds - self.times[place]) / (self.times[place + 1] - self.times[place])

    def to_seconds(self, positions: ArrayLike) -> NDArray[np.float64]:
        """Return the times of positions in beats, which is what :meth:`to_positions` undoes."""
        positions = np.asarray(positions, np.float64)
        place = np.clip(np.floor(positions).astype(int), 0, len(self.times) - 2)
        return self.times[place] + (positions - place) * (self.times[place + 1] - self.times[place])

    def list_tempos(self) -> list[tuple[int, int]]:
        """Return (tick, microseconds a beat) wherever the tempo changes."""
        lengths = np.round(np.diff(self.times) * _MICROSECONDS).astype(int)
        lengths = np.clip(lengths, 1, _SLOWEST_TEMPO)
        new = np.flatnonzero(np.diff(lengths, prepend=-1))
        return [(TICKS_PER_BEAT * int(beat), int(lengths[beat])) for beat in new]


def find_beats(notes: NDArray[np.void]) -> Beats | None:
    """Find the beats of a performance.

    Args:
        notes: rows of :data:`~audiostyle.music.notes.NOTE_DTYPE`, in any order; percussion counts, too.

    Returns:
        The grid, or None where the music keeps no steady beat or has fewer than a dozen notes.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> tune = np.array([(1 + 0.5 * n, 1.4 + 0.5 * n, 60, 90, 0) for n in range(16)], NOTE_DTYPE)
        >>> beats = find_beats(tune)
        >>> [round(60 / length) for length in np.diff(beats.times)[:3]]
        [120, 120, 120]
    """
    if len(notes) < _FEWEST_NOTES:
        return None
    onsets = notes["onset"].astype(np.float64)
    envelope = _make_envelope(onsets, notes["velocity"] / 127)
    period, likeness = _find_period(envelope)
    times = _FRAME * _track(envelope, period / _FRAME)
    if len(times) < _FEWEST_BEATS:
        return None
    times = _smooth(times)
    steadiness = likeness + _measure_contrast(onsets, notes["velocity"], times)
    if steadiness < max(_STEADINESS, _CHANCE / np.sqrt(len(notes))):
        return None
    return Beats(_lead_in(times))


def _make_envelope(onsets: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much begins in each frame: chords count more than single notes, but not in proportion."""
    frames = np.round(np.maximum(onsets, 0) / _FRAME).astype(int)
    strength = np.zeros(frames.max() + round(4 * _BLUR) + 1)
    np.add.at(strength, frames, weights)
    reach = np.arange(-round(4 * _BLUR), round(4 * _BLUR) + 1)
    blurred = np.convolve(strength, np.exp(-0.5 * np.square(reach / _BLUR)), mode="same")
    envelope = np.log1p(4 * blurred)
    return envelope / max(float(envelope.std()), 1e-9)


def _find_period(envelope: NDArray[np.float64]) -> tuple[float, float]:
    """Return the seconds from beat to beat, and how like itself the music is after one to four beats, 0 to 1.

    Of several periods after which the music repeats, the one near the usual tempo is the beat's.
    """
    size = 2 * len(envelope)
    centered = envelope - envelope.mean()
    likeness = np.fft.irfft(np.square(np.abs(np.fft.rfft(centered, size))), size)[: len(envelope)]
    likeness /= max(float(likeness[0]), 1e-9)
    lags = np.arange(_SHORTEST, _LONGEST, _FRAME / 4)
    frames = np.arange(len(likeness))
    by_count = [np.interp(count * lags / _FRAME, frames, likeness, right=0.0) for count in (1, 2, 3, 4)]
    prior = np.exp(-0.5 * np.square(np.log2(lags / _USUAL) / _OCTAVES))
    best = int(np.argmax(prior * np.maximum(by_count[0] + by_count[1] + by_count[3], 0)))
    return float(lags[best]), float(np.mean([values[best] for values in by_count]))


def _track(envelope: NDArray[np.float64], period: float) -> NDArray[np.float64]:
    """Return the frames of the beats: strong onsets, about a period apart."""
    nearest, farthest = round(period / 2), round(2 * period)
    gaps = np.arange(nearest, farthest + 1)
    strangeness = _LOYALTY * np.square(np.log(gaps / period))
    best, before = envelope.copy(), np.full(len(envelope), -1)
    latest = np.full(len(envelope), period)  # the gap that led to a frame
    for frame in range(nearest, len(envelope)):
        usable = gaps[gaps <= frame]
        changes = np.log(usable / latest[frame - usable])
        scores = best[frame - usable] - _TIGHTNESS * np.square(changes) - strangeness[: len(usable)]
        choice = int(np.argmax(scores))
        if scores[choice] > 0:
            best[frame] += scores[choice]
            before[frame], latest[frame] = frame - usable[choice], usable[choice]
    tail = len(envelope) - farthest
    frame = max(tail, 0) + int(np.argmax(best[max(tail, 0) :]))
    beats = []
    while frame >= 0:
        beats.append(frame)
        frame = int(before[frame])
    return np.array(beats[::-1], np.float64)


def _smooth(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return beats on a straight line where the tempo is constant, else on a line through their neighbors."""
    count = np.arange(len(times), dtype=np.float64)
    period, start = np.polyfit(count, times, 1)
    line = start + count * round(period * _MICROSECONDS) / _MICROSECONDS
    if np.abs(line - times).max() <= _STEADY:
        return np.asarray(line)
    smooth = times.copy()
    for beat in range(len(times)):
        near = slice(max(0, beat - _SMOOTHING), beat + _SMOOTHING + 1)
        smooth[beat] = np.polyfit(count[near] - beat, times[near], 1)[1]
    return smooth


def _measure_contrast(
    onsets: NDArray[np.float64], velocities: NDArray[np.int16], times: NDArray[np.float64]
) -> float:
    """Return how well onsets keep to halves, thirds or quarters of beats: 1 exactly, 0 not at all."""
    inside = (onsets >= times[0]) & (onsets <= times[-1])
    place = np.interp(onsets[inside], times, np.arange(len(times)))
    weights = velocities[inside].astype(np.float64)
    turns = [abs(np.sum(weights * np.exp(2j * np.pi * parts * place))) for parts in _DIVISIONS]
    return float(max(turns) / max(weights.sum(), 1e-9))


def _lead_in(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the beats with as many before them as bring the first one to time 0."""
    period = float(np.median(np.diff(times)))
    while times[0] < 0.35 * period:  # a beat that short would have a tempo of its own
        times = times[1:]
    count = max(1, round(times[0] / period))
    return np.concatenate([times[0] / count * np.arange(count), times])
