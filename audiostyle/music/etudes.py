"""Etudes: made-up pieces that cover what a corpus of vocal and chamber music lacks.

They have wide chords, arpeggios over the whole keyboard, runs in fast notes, repeated notes, sustained
clusters and sparse single notes at the extremes.  They are not meant to please: they teach a decoder every
key at every length, and an encoder not to lean on harmony.
"""

from collections.abc import Iterator

import numpy as np

from audiostyle.music.notes import HIGHEST_KEY, LOWEST_KEY, SCORE_DTYPE

_LENGTH = 96.0  # quarter notes after which no further passage begins
_NARROWEST = 14  # semitones; a narrower register is widened by 10 to either side

_Note = tuple[float, float, int]
"""Onset and duration in quarter notes, MIDI pitch."""

_SCALES = ([0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 11], [0, 2, 4, 7, 9], list(range(12)))
"""Semitones above the root: major, harmonic minor, pentatonic, chromatic."""


def compose_etude(number: int) -> np.ndarray:
    """Compose an etude of at least 96 quarter notes in two parts.

    Args:
        number: any number ≥ 0; the same number gives the same etude.

    Returns:
        (notes,) of :data:`~audiostyle.music.notes.SCORE_DTYPE`, sorted by onset.

    Example:
        >>> etude = compose_etude(17)
        >>> sorted(set(etude["part"].tolist())), bool(etude["pitch"].min() >= 21)
        ([0, 1], True)
    """
    rng = np.random.default_rng([1729, number])
    rows: list[tuple[float, float, int, int]] = []
    time = 0.0
    while time < _LENGTH:
        passage = _PASSAGES[rng.integers(len(_PASSAGES))]
        low, high = sorted(rng.integers(LOWEST_KEY, HIGHEST_KEY + 1, size=2))
        if high - low <= _NARROWEST:
            low, high = max(LOWEST_KEY, low - 10), min(HIGHEST_KEY, high + 10)
        last = time
        for onset, duration, pitch in passage(rng, int(low), int(high)):
            key = int(np.clip(pitch, LOWEST_KEY, HIGHEST_KEY))
            rows.append((time + onset, duration, key, len(rows) % 2))
            last = max(last, time + onset + duration)
        time = last + rng.choice([0.0, 0.5, 1.0])
    return np.sort(np.array(rows, dtype=SCORE_DTYPE), order=["onset", "pitch"])


def _draw_scale(rng: np.random.Generator, low: int, high: int) -> np.ndarray:
    """Return the pitches of a random scale between two pitches."""
    steps = _SCALES[rng.integers(len(_SCALES))]
    root = rng.integers(12)
    return np.array([p for p in range(low, high + 1) if (p - root) % 12 in steps])


def _draw_chords(rng: np.random.Generator, low: int, high: int) -> Iterator[_Note]:
    onset = 0.0
    for _ in range(rng.integers(3, 8)):
        duration = float(rng.choice([0.5, 1.0, 2.0, 4.0]))
        size = min(int(rng.integers(2, 8)), high - low)
        for pitch in rng.choice(np.arange(low, high), size=size, replace=False):
            yield onset, duration * float(rng.uniform(0.5, 1.0)), int(pitch)
        onset += duration


def _draw_run(rng: np.random.Generator, low: int, high: int) -> Iterator[_Note]:
    scale = _draw_scale(rng, low, high)
    step = float(rng.choice([0.125, 1 / 6, 0.25, 0.5]))
    index = int(rng.integers(len(scale)))
    for n in range(int(rng.integers(12, 40))):
        yield n * step, step * float(rng.uniform(0.6, 1.0)), int(scale[index % len(scale)])
        index += int(rng.choice([-2, -1, 1, 1, 2, 3]))


def _draw_arpeggio(rng: np.random.Generator, low: int, high: int) -> Iterator[_Note]:
    step = float(rng.choice([0.25, 1 / 3, 0.5]))
    duration = float(rng.choice([step, 2.0]))
    chord = np.sort(rng.choice(np.arange(low, high), size=min(6, high - low), replace=False))
    for n in range(24):
        yield n * step, duration, int(chord[n % len(chord)])


def _draw_repeated_notes(rng: np.random.Generator, low: int, high: int) -> Iterator[_Note]:
    step = float(rng.choice([0.125, 0.25, 0.5]))
    pitch, bass = int(rng.integers(low, high)), int(rng.integers(low, high))
    for n in range(int(rng.integers(6, 20))):
        yield n * step, step * 0.8, pitch
        if n % 4 == 0:
            yield n * step, step * 3, bass


def _draw_single_notes(rng: np.random.Generator, low: int, high: int) -> Iterator[_Note]:
    onset = 0.0
    for _ in range(int(rng.integers(2, 6))):
        duration = float(rng.choice([0.25, 1.0, 3.0, 6.0]))
        yield onset, duration, int(rng.integers(LOWEST_KEY, HIGHEST_KEY + 1))
        onset += duration + float(rng.choice([0.0, 1.0]))


_PASSAGES = (_draw_chords, _draw_chords, _draw_run, _draw_arpeggio, _draw_repeated_notes, _draw_single_notes)
"""What an etude is made of, each as likely as the others; chords are listed twice."""
