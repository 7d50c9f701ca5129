"""The two kinds of notes: as they are written in a score, and as they are played."""

import numpy as np

SCORE_DTYPE = np.dtype([("onset", "f4"), ("duration", "f4"), ("pitch", "i2"), ("part", "i2")])
"""One row for each written note: onset and duration in quarter notes, MIDI pitch, index of its part."""

NOTE_DTYPE = np.dtype(
    [("onset", "f4"), ("offset", "f4"), ("pitch", "i2"), ("velocity", "i2"), ("channel", "i2")]
)
"""One row for each played note: onset and offset in seconds, MIDI pitch 0–127, velocity 1–127, MIDI channel
0–15."""

DRUM_CHANNEL = 9
"""The channel on which General MIDI has percussion, counted from 0."""

LOWEST_KEY, HIGHEST_KEY = 21, 108
"""MIDI pitches of the outermost keys of a piano, A0 and C8."""
