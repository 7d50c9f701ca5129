"""Organ stops: octaves and twelfths that sound along with the notes that are played."""

from dataclasses import replace

import numpy as np

from audiostyle.music.notes import DRUM_CHANNEL
from audiostyle.music.performance import Performance, release_repeated_keys

_STOPS = {12: 0.8, 24: 0.5, 19: 0.4, -12: 0.3}
"""Semitones above the played note at which a stop sounds (4', 2', 2⅔' and 16'; the note itself is the 8'),
and the probability that the stop is drawn."""

_LOWEST_PITCH, _HIGHEST_PITCH = 12, 115  # MIDI pitches beyond which no pipe sounds


def add_organ_stops(
    performance: Performance, probability: float, slot: float, rng: np.random.Generator
) -> Performance:
    """Let octaves and twelfths sound along in some parts of a performance.

    Args:
        performance: percussion stays as it is.
        probability: that stops are drawn in a slot, 0..1.
        slot: seconds after which the stops may change.
        rng: decides which stops are drawn and how loud they are.

    Returns:
        The performance with the further notes, without overlaps; a stop has the curves of its note.

    Example:
        >>> from audiostyle.music import NOTE_DTYPE
        >>> played = Performance(np.array([(0, 1, 60, 90, 0)], NOTE_DTYPE))
        >>> sounding = add_organ_stops(played, 1.0, 30.0, np.random.default_rng(0)).notes
        >>> sorted(int(pitch) - 60 for pitch in sounding["pitch"])
        [0, 12]
    """
    notes = performance.notes
    copies, played = [notes], [np.arange(len(notes))]
    for start in np.arange(0.0, performance.seconds, slot):
        places = np.flatnonzero(
            (notes["channel"] != DRUM_CHANNEL) & (notes["onset"] >= start) & (notes["onset"] < start + slot)
        )
        inside = notes[places]
        for semitones, chance in _STOPS.items() if rng.random() < probability else ():
            loudness = rng.uniform(0.4, 1.0)
            pitch = inside["pitch"] + semitones
            exists = (pitch >= _LOWEST_PITCH) & (pitch <= _HIGHEST_PITCH)
            copy = inside[exists].copy()
            copy["pitch"] += semitones
            copy["velocity"] = np.clip(copy["velocity"] * loudness, 1, 127)
            if rng.random() < chance:
                copies.append(copy)
                played.append(places[exists])
    curves = performance.curves and performance.curves.select(np.concatenate(played))
    return release_repeated_keys(replace(performance, notes=np.concatenate(copies), curves=curves))
