"""Organ stops: octaves and twelfths that sound along with the notes that are played."""

from dataclasses import replace

import numpy as np

from audiostyle.music.performance import Performance, remove_overlaps

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
        The performance with the further notes, without overlaps.

    Example:
        >>> from audiostyle.music import NOTE_DTYPE
        >>> played = Performance(np.array([(0, 1, 60, 90, 0)], NOTE_DTYPE))
        >>> sounding = add_organ_stops(played, 1.0, 30.0, np.random.default_rng(0)).notes
        >>> sorted(int(pitch) - 60 for pitch in sounding["pitch"])
        [0, 12]
    """
    copies = [performance.notes]
    for start in np.arange(0.0, performance.seconds, slot):
        inside = performance.get_pitched_notes()
        inside = inside[(inside["onset"] >= start) & (inside["onset"] < start + slot)]
        for semitones, chance in _STOPS.items() if rng.random() < probability else ():
            loudness = rng.uniform(0.4, 1.0)
            pitch = inside["pitch"] + semitones
            copy = inside[(pitch >= _LOWEST_PITCH) & (pitch <= _HIGHEST_PITCH)].copy()
            copy["pitch"] += semitones
            copy["velocity"] = np.clip(copy["velocity"] * loudness, 1, 127)
            if rng.random() < chance:
                copies.append(copy)
    return replace(performance, notes=remove_overlaps(np.concatenate(copies)))
