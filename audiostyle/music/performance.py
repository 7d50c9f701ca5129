"""A score played by somebody: tempo, touch, dynamics, instruments.

A *performance* is what a MIDI file holds: notes in seconds with velocities, one General MIDI program a
channel, and expression curves.  The same performance rendered with two instruments is what paired training
and honest evaluation need.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

NOTE_DTYPE = np.dtype(
    [("onset", "f4"), ("offset", "f4"), ("pitch", "i2"), ("velocity", "i2"), ("channel", "i2")]
)
"""One row a note: onset and offset in seconds, MIDI pitch 0–127, velocity 1–127, MIDI channel 0–15."""

DRUM_CHANNEL = 9
_QUARTER_SECONDS = (0.35, 0.8)


@dataclass(frozen=True)
class Performance:
    """Notes (:data:`NOTE_DTYPE`, sorted by onset), the program of each channel, and its expression.

    ``expression`` holds rows (seconds, channel, value 0–127) of controller 11, ``bends`` the detuning of a
    channel in semitones.
    """

    notes: np.ndarray = field(default_factory=lambda: np.zeros(0, NOTE_DTYPE))
    programs: dict[int, int] = field(default_factory=dict)
    bends: dict[int, float] = field(default_factory=dict)
    expression: tuple[tuple[float, int, int], ...] = ()

    @property
    def seconds(self) -> float:
        """The time at which the last note ends."""
        return float(self.notes["offset"].max(initial=0.0))

    def pitched(self) -> np.ndarray:
        """Return the notes that are not percussion."""
        return self.notes[self.notes["channel"] != DRUM_CHANNEL]

    def on(self, program: int) -> "Performance":
        """Return the same playing with every pitched part on one instrument and no drums."""
        notes = self.pitched().copy()
        notes["channel"] = 0
        first = min(self.programs, default=0)
        curve = tuple((t, 0, v) for t, channel, v in self.expression if channel == first)
        return Performance(notes, {0: program}, {}, curve)


def perform(
    score: np.ndarray,
    rng: np.random.Generator,
    *,
    programs: Sequence[int],
    seconds: float,
    swells: bool = True,
) -> Performance:
    """Play an excerpt of at most ``seconds`` of a score (rows of ``scores.SCORE_DTYPE``).

    Part ``i`` is played by ``programs[i % len(programs)]`` on channel ``i`` of that list.  Tempo,
    transposition within the piano's range, dynamics, articulation and small errors of timing are drawn
    from ``rng``; ``swells`` adds expression curves to some of the parts.
    """
    quarter = rng.uniform(*_QUARTER_SECONDS)
    length = seconds / quarter
    last = float(score["onset"].max(initial=0.0))
    start = rng.uniform(0, max(0.0, last - length)) if last > length else 0.0
    excerpt = score[(score["onset"] >= start) & (score["onset"] < start + length)]
    notes = np.zeros(len(excerpt), dtype=NOTE_DTYPE)
    notes["onset"] = (excerpt["onset"] - start) * quarter + np.abs(rng.normal(0, 0.008, len(excerpt)))
    legato = rng.uniform(0.75, 1.0)
    notes["offset"] = notes["onset"] + np.maximum(0.04, excerpt["duration"] * quarter * legato)
    notes["offset"] = np.minimum(notes["offset"], seconds)
    notes["pitch"] = excerpt["pitch"] + _transposition(excerpt["pitch"], rng)
    notes["channel"] = excerpt["part"] % len(programs)
    notes["channel"] += notes["channel"] >= DRUM_CHANNEL
    notes["velocity"] = _dynamics(notes["onset"], excerpt["part"], rng)
    notes = _remove_overlaps(notes[notes["offset"] > notes["onset"]])
    channels = [i + (i >= DRUM_CHANNEL) for i in range(len(programs))]
    curve = _swells(channels, seconds, rng) if swells and rng.random() < 0.4 else ()
    return Performance(notes, dict(zip(channels, programs, strict=True)), {}, curve)


def map_times(performance: Performance, time_map: Callable[[np.ndarray], np.ndarray]) -> Performance:
    """Return the performance with ``time_map`` applied to all onsets, offsets and times of the expression.

    Args:
        time_map: from seconds (n,) to seconds (n,).
    """
    notes = performance.notes.copy()
    for end in ("onset", "offset"):
        notes[end] = time_map(notes[end])
    times = time_map(np.array([time for time, _, _ in performance.expression], np.float64)).tolist()
    curve = [(time, *event) for time, (_, *event) in zip(times, performance.expression, strict=True)]
    return replace(performance, notes=notes, expression=tuple(curve))


def shift_performance(performance: Performance, start: float) -> Performance:
    """Return the performance with times counted from second ``start``; what came before is negative.

    Example:
        >>> moved = shift_performance(Performance(expression=((3.0, 0, 90),)), 2.5)
        >>> moved.expression
        ((0.5, 0, 90),)
    """
    return map_times(performance, lambda time: time - start)


def select_notes(performance: Performance, start: float, stop: float) -> Performance:
    """Return the performance with only those notes that sound at some time between ``start`` and ``stop``.

    Times stay as they are, and so does the expression.
    """
    notes = performance.notes
    return replace(performance, notes=notes[(notes["offset"] > start) & (notes["onset"] < stop)])


def crop_performance(performance: Performance, start: float, seconds: float) -> Performance:
    """Cut out what sounds in [start, start + seconds) and count its times from ``start``.

    A note that is held at ``start`` keeps its onset, which becomes negative.  Every channel begins with the
    expression value that holds at ``start``.
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
    """Put performances one after another, each in a slot of ``seconds``.

    Returns:
        A performance with the programs and the detuning of the first one.  At the end of every slot the
        expression returns to 127, so that a swell does not reach into the next slot.
    """
    moved = [shift_performance(part, -slot * seconds) for slot, part in enumerate(performances)]
    curve = [point for part in moved for point in part.expression]
    for slot, part in enumerate(performances, start=1):
        curve += [(slot * seconds - 0.02, channel, 127) for channel in part.programs]
    notes = np.concatenate([part.notes for part in moved])
    return replace(performances[0], notes=notes, expression=tuple(sorted(curve)))


_STOPS = {12: 0.8, 24: 0.5, 19: 0.4, -12: 0.3}
"""Semitones at which an organ's stops sound (8' being the note itself), and how often each is drawn."""


def add_organ_stops(
    performance: Performance, share: float, slot: float, rng: np.random.Generator
) -> Performance:
    """Let octaves and twelfths sound along in about ``share`` of the slots of ``slot`` seconds."""
    copies = [performance.notes]
    for start in np.arange(0.0, performance.seconds, slot):
        inside = performance.pitched()
        inside = inside[(inside["onset"] >= start) & (inside["onset"] < start + slot)]
        for semitones, chance in _STOPS.items() if rng.random() < share else ():
            strength = rng.uniform(0.4, 1.0)
            copy = inside[(inside["pitch"] + semitones >= 12) & (inside["pitch"] + semitones <= 115)].copy()
            copy["pitch"] += semitones
            copy["velocity"] = np.clip(copy["velocity"] * strength, 1, 127)
            if rng.random() < chance:
                copies.append(copy)
    notes = _remove_overlaps(np.concatenate(copies))
    return replace(performance, notes=notes)


def draw_drum_groove(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Return a simple drum pattern (kick, snare, hats, now and then a crash or tom) as notes."""
    step = rng.uniform(0.1, 0.22)
    rows = []
    patterns = {36: (8, 0.9), 38: (8, 0.8), 42: (2, 0.8), 46: (16, 0.3), 49: (32, 0.5), 45: (16, 0.3)}
    for pitch, (period, chance) in patterns.items():
        phase = 4 if pitch == 38 else 0
        for n in range(phase, int(seconds / step), period):
            if rng.random() < chance:
                onset = n * step
                rows.append((onset, onset + 0.08, pitch, int(rng.integers(50, 115)), DRUM_CHANNEL))
    return np.array(rows, dtype=NOTE_DTYPE)


def _transposition(pitches: np.ndarray, rng: np.random.Generator) -> int:
    if not len(pitches):
        return 0
    low, high = max(-6, 21 - int(pitches.min())), min(6, 108 - int(pitches.max()))
    return int(rng.integers(low, high + 1)) if low <= high else 0


def _dynamics(onsets: np.ndarray, parts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw velocities: a slow curve for everybody, an offset a part, a little noise a note."""
    level, depth = rng.uniform(50, 95), rng.uniform(5, 25)
    phase, period = rng.uniform(0, 2 * np.pi), rng.uniform(4, 16)
    slow = level + depth * np.sin(2 * np.pi * onsets / period + phase)
    offsets = rng.normal(0, 8, int(parts.max(initial=0)) + 1)
    return np.clip(slow + offsets[parts] + rng.normal(0, 6, len(onsets)), 20, 127).astype(np.int16)


def _remove_overlaps(notes: np.ndarray) -> np.ndarray:
    """End a note where the next one of its pitch and channel begins; drop doubled notes."""
    order = np.lexsort((notes["onset"], notes["pitch"], notes["channel"]))
    notes = notes[order]
    same = (notes["pitch"][1:] == notes["pitch"][:-1]) & (notes["channel"][1:] == notes["channel"][:-1])
    latest = np.where(same, notes["onset"][1:] - 0.01, np.inf)
    notes["offset"][:-1] = np.minimum(notes["offset"][:-1], latest)
    notes = notes[notes["offset"] - notes["onset"] >= 0.02]
    return np.sort(notes, order=["onset", "pitch"])


def _swells(
    channels: Sequence[int], seconds: float, rng: np.random.Generator
) -> tuple[tuple[float, int, int], ...]:
    """Draw one slow expression curve, shared by all channels so that it survives a change of instrument."""
    times = np.arange(0.0, seconds, 0.1)
    period, phase = rng.uniform(2, 8), rng.uniform(0, 2 * np.pi)
    values = np.clip(95 + 32 * np.sin(2 * np.pi * times / period + phase), 1, 127).astype(int)
    return tuple(
        (float(t), channel, int(v)) for t, v in zip(times, values, strict=True) for channel in channels
    )
