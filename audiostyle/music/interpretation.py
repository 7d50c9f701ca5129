"""How a score is played: tempo, transposition, articulation, dynamics and instruments, drawn at random.

The same interpretation rendered with two instruments is what paired training and honest evaluation need, so
the instruments decide nothing but the sound.
"""

from collections.abc import Sequence

import numpy as np

from audiostyle.music.notes import DRUM_CHANNEL, HIGHEST_KEY, LOWEST_KEY, NOTE_DTYPE
from audiostyle.music.performance import Performance, remove_overlaps

_QUARTER_SECONDS = (0.35, 0.8)  # range of the length of a quarter note: 171 to 75 a minute
_ONSET_DEVIATION = 0.008  # seconds: standard deviation of the errors of timing, all of them late
_LEGATO = (0.75, 1.0)  # range of the share of its written length that a note is held
_SHORTEST_HOLD = 0.04  # seconds that a note is held at least
_SWELL_PROBABILITY = 0.4  # that a performance has expression curves
_LARGEST_TRANSPOSITION = 6  # semitones


def perform(
    score: np.ndarray,
    rng: np.random.Generator,
    *,
    programs: Sequence[int],
    seconds: float,
    swells: bool = True,
) -> Performance:
    """Play an excerpt of a score.

    Tempo, transposition within the piano's range, dynamics, articulation and small errors of timing are drawn
    from ``rng``.

    Args:
        score: (notes,) of :data:`~audiostyle.music.notes.SCORE_DTYPE`.
        rng: decides everything that is drawn.
        programs: General MIDI programs 0–127; part ``i`` of the score is played by
            ``programs[i % len(programs)]``.
        seconds: greatest length of the excerpt.
        swells: whether there may be expression curves.

    Returns:
        A performance with one channel for each of ``programs``; the channel of percussion is left free.

    Example:
        >>> from audiostyle.music import compose_etude
        >>> rng = np.random.default_rng(0)
        >>> performance = perform(compose_etude(3), rng, programs=[0, 40], seconds=10.0)
        >>> performance.programs, performance.seconds <= 10.0
        ({0: 0, 1: 40}, True)
    """
    quarter = rng.uniform(*_QUARTER_SECONDS)
    length = seconds / quarter
    last = float(score["onset"].max(initial=0.0))
    start = rng.uniform(0, max(0.0, last - length)) if last > length else 0.0
    excerpt = score[(score["onset"] >= start) & (score["onset"] < start + length)]
    notes = np.zeros(len(excerpt), dtype=NOTE_DTYPE)
    lateness = np.abs(rng.normal(0, _ONSET_DEVIATION, len(excerpt)))
    notes["onset"] = (excerpt["onset"] - start) * quarter + lateness
    legato = rng.uniform(*_LEGATO)
    notes["offset"] = notes["onset"] + np.maximum(_SHORTEST_HOLD, excerpt["duration"] * quarter * legato)
    notes["offset"] = np.minimum(notes["offset"], seconds)
    notes["pitch"] = excerpt["pitch"] + _draw_transposition(excerpt["pitch"], rng)
    notes["channel"] = excerpt["part"] % len(programs)
    notes["channel"] += notes["channel"] >= DRUM_CHANNEL
    notes["velocity"] = _draw_velocities(notes["onset"], excerpt["part"], rng)
    notes = remove_overlaps(notes[notes["offset"] > notes["onset"]])
    channels = [i + (i >= DRUM_CHANNEL) for i in range(len(programs))]
    has_swells = swells and rng.random() < _SWELL_PROBABILITY
    curve = _draw_swells(channels, seconds, rng) if has_swells else ()
    return Performance(notes, dict(zip(channels, programs, strict=True)), {}, curve)


def _draw_transposition(pitches: np.ndarray, rng: np.random.Generator) -> int:
    """Draw by how many semitones to transpose, so that all pitches stay on the piano's keyboard."""
    if not len(pitches):
        return 0
    low = max(-_LARGEST_TRANSPOSITION, LOWEST_KEY - int(pitches.min()))
    high = min(_LARGEST_TRANSPOSITION, HIGHEST_KEY - int(pitches.max()))
    return int(rng.integers(low, high + 1)) if low <= high else 0


def _draw_velocities(onsets: np.ndarray, parts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw velocities: one slow curve for all parts, an offset for each part, some noise for each note."""
    level, depth = rng.uniform(50, 95), rng.uniform(5, 25)
    phase, period = rng.uniform(0, 2 * np.pi), rng.uniform(4, 16)
    slow = level + depth * np.sin(2 * np.pi * onsets / period + phase)
    offsets = rng.normal(0, 8, int(parts.max(initial=0)) + 1)
    return np.clip(slow + offsets[parts] + rng.normal(0, 6, len(onsets)), 20, 127).astype(np.int16)


def _draw_swells(
    channels: Sequence[int], seconds: float, rng: np.random.Generator
) -> tuple[tuple[float, int, int], ...]:
    """Draw one slow expression curve for all channels, so that it survives a change of instrument."""
    times = np.arange(0.0, seconds, 0.1)
    period, phase = rng.uniform(2, 8), rng.uniform(0, 2 * np.pi)
    values = np.clip(95 + 32 * np.sin(2 * np.pi * times / period + phase), 1, 127).astype(int)
    return tuple(
        (float(t), channel, int(v)) for t, v in zip(times, values, strict=True) for channel in channels
    )
