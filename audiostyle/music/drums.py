"""Drum patterns, so that an encoder learns to tell music from percussion."""

import numpy as np

from audiostyle.music.notes import DRUM_CHANNEL, NOTE_DTYPE

_STEP_SECONDS = (0.1, 0.22)  # range of the length of a step, a sixteenth note
_HIT_SECONDS = 0.08
_SNARE = 38
_PATTERNS = {36: (8, 0.9), _SNARE: (8, 0.8), 42: (2, 0.8), 46: (16, 0.3), 49: (32, 0.5), 45: (16, 0.3)}
"""General MIDI percussion key → (steps between hits, probability of each hit): bass drum, snare drum, closed
and open hi-hat, crash cymbal, low tom."""
_BACKBEAT = 4  # steps by which the snare drum comes after the bass drum


def draw_drum_groove(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Draw a simple pattern of bass drum, snare drum and hi-hat, now and then with a crash or a tom.

    Args:
        seconds: length of the pattern.
        rng: decides everything that is drawn.

    Returns:
        (hits,) of :data:`~audiostyle.music.notes.NOTE_DTYPE` on the channel of percussion, one
        instrument after the other.

    Example:
        >>> groove = draw_drum_groove(4.0, np.random.default_rng(0))
        >>> bool((groove["onset"] < 4.0).all()), set(groove["channel"].tolist())
        (True, {9})
    """
    step = rng.uniform(*_STEP_SECONDS)
    rows = []
    for pitch, (period, probability) in _PATTERNS.items():
        first = _BACKBEAT if pitch == _SNARE else 0
        for n in range(first, int(seconds / step), period):
            if rng.random() < probability:
                onset = n * step
                rows.append((onset, onset + _HIT_SECONDS, pitch, int(rng.integers(50, 115)), DRUM_CHANNEL))
    return np.array(rows, dtype=NOTE_DTYPE)
