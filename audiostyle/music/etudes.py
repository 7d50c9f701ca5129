"""Etudes: made-up pieces that cover what a corpus of vocal and chamber music lacks.

Wide chords, arpeggios over the whole keyboard, runs in fast notes, repeated notes, sustained clusters and
sparse single notes at the extremes.  They are not meant to please; they teach a decoder every key at every
length, and an encoder not to lean on harmony.
"""

from collections.abc import Iterator

import numpy as np

_LENGTH = 96.0  # quarter notes


def compose_etude(number: int) -> np.ndarray:
    """Return etude ``number`` as rows of :data:`audiostyle.music.scores.SCORE_DTYPE`."""
    from audiostyle.music.scores import SCORE_DTYPE

    rng = np.random.default_rng([1729, number])
    rows: list[tuple[float, float, int, int]] = []
    time = 0.0
    while time < _LENGTH:
        texture = _TEXTURES[rng.integers(len(_TEXTURES))]
        low, high = sorted(rng.integers(21, 109, size=2))
        low, high = (low, high) if high - low > 14 else (max(21, low - 10), min(108, high + 10))
        last = time
        for onset, duration, pitch in texture(rng, int(low), int(high)):
            rows.append((time + onset, duration, int(np.clip(pitch, 21, 108)), len(rows) % 2))
            last = max(last, time + onset + duration)
        time = last + rng.choice([0.0, 0.5, 1.0])
    return np.sort(np.array(rows, dtype=SCORE_DTYPE), order=["onset", "pitch"])


_Note = tuple[float, float, int]
_SCALES = ([0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 11], [0, 2, 4, 7, 9], list(range(12)))


def _scale(rng: np.random.Generator, low: int, high: int) -> np.ndarray:
    steps = _SCALES[rng.integers(len(_SCALES))]
    root = rng.integers(12)
    return np.array([p for p in range(low, high + 1) if (p - root) % 12 in steps])


def _chords(rng: np.random.Generator, low: int, high: int) -> Iterator[_Note]:
    onset = 0.0
    for _ in range(rng.integers(3, 8)):
        duration = float(rng.choice([0.5, 1.0, 2.0, 4.0]))
        size = min(int(rng.integers(2, 8)), high - low)
        for pitch in rng.choice(np.arange(low, high), size=size, replace=False):
            yield onset, duration * float(rng.uniform(0.5, 1.0)), int(pitch)
        onset += duration


def _run(rng: np.random.Generator, low: int, high: int) -> Iterator[_Note]:
    scale = _scale(rng, low, high)
    step = float(rng.choice([0.125, 1 / 6, 0.25, 0.5]))
    index = int(rng.integers(len(scale)))
    for n in range(int(rng.integers(12, 40))):
        yield n * step, step * float(rng.uniform(0.6, 1.0)), int(scale[index % len(scale)])
        index += int(rng.choice([-2, -1, 1, 1, 2, 3]))


def _arpeggio(rng: np.random.Generator, low: int, high: int) -> Iterator[_Note]:
    step = float(rng.choice([0.25, 1 / 3, 0.5]))
    held = float(rng.choice([step, 2.0]))
    chord = np.sort(rng.choice(np.arange(low, high), size=min(6, high - low), replace=False))
    for n in range(24):
        yield n * step, held, int(chord[n % len(chord)])


def _repeated(rng: np.random.Generator, low: int, high: int) -> Iterator[_Note]:
    step = float(rng.choice([0.125, 0.25, 0.5]))
    pitch, bass = int(rng.integers(low, high)), int(rng.integers(low, high))
    for n in range(int(rng.integers(6, 20))):
        yield n * step, step * 0.8, pitch
        if n % 4 == 0:
            yield n * step, step * 3, bass


def _single_notes(rng: np.random.Generator, low: int, high: int) -> Iterator[_Note]:
    onset = 0.0
    for _ in range(int(rng.integers(2, 6))):
        duration = float(rng.choice([0.25, 1.0, 3.0, 6.0]))
        yield onset, duration, int(rng.integers(21, 109))
        onset += duration + float(rng.choice([0.0, 1.0]))


_TEXTURES = (_chords, _chords, _run, _arpeggio, _repeated, _single_notes)
