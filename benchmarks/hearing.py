"""Measures of a transcription of a real recording, against what is known of it.

A truth has a ``kind`` and what belongs to it; ``real_recordings.py`` lists the kinds.  Pitches that a
transcription gives are those of its notes, moved by their curves where there are some.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from audiostyle.evaluate.notes import match_notes, note_f1
from audiostyle.music.curves import STEP
from audiostyle.sound.units import hz_to_midi
from audiostyle.translation.transcription import Transcription

SUNG_TOLERANCE = 0.1  # seconds
SUNG_OFFSETS = np.arange(-0.5, 0.5, 0.01)  # seconds by which annotations of songs may be off
ALIGNED = 0.08  # seconds by which a truth may be off that was aligned with a recording afterwards
PHRASE, TAIL = 0.5, 20.0  # seconds on either side; decibels below the loudest there: what rings on in a room
SHORT = 0.06  # seconds: what nobody sings
BASS = 45  # MIDI, A2: what is below
GRID = 0.01  # seconds between moments at which basses are compared

Truth = dict[str, Any]


def get_pairs(notes: np.ndarray) -> np.ndarray:
    """Return onsets and pitches, (notes, 2)."""
    return np.stack([notes["onset"], notes["pitch"]], axis=1).astype(np.float64)


def measure_f1(heard: Transcription, truth: Truth, tolerance: float = 0.05) -> float:
    """Return the note F1 by onsets within a tolerance in seconds."""
    return note_f1(get_pairs(heard.notes), np.array(truth["notes"])[:, [0, 2]], tolerance)


def measure_raw_pitch(heard: Transcription, truth: Truth) -> float:
    """Return the share of voiced moments at which a pitch within half a semitone sounds."""
    hits = [
        bool(np.any(np.abs(find_sounding(heard, moment)[:, None] - pitch) <= 0.5))
        for moment, hertz in zip(truth["times"], truth["hz"], strict=True)
        if len(pitch := to_pitches([hertz]))
    ]
    return float(np.mean(hits))


def measure_frame_accuracy(heard: Transcription, truth: Truth) -> float:
    """Return hits / (hits + misses + inventions) over all moments, each true pitch serving once."""
    hits = wrong = 0
    for moment, hertz in zip(truth["times"], truth["hz"], strict=True):
        found, wanted = np.unique(find_sounding(heard, moment)), to_pitches(hertz)
        pairs = [[0.0, pitch] for pitch in found], [[0.0, pitch] for pitch in wanted]
        matched = len(match_notes(*pairs)) if len(found) and len(wanted) else 0
        hits += matched
        wrong += len(found) + len(wanted) - 2 * matched
    return hits / max(1, hits + wrong)


def measure_sung_onsets(heard: Transcription, truth: Truth) -> float:
    """Return the share of sung onsets that are found in any octave, at the best constant offset."""
    notes, sung, best = heard.notes, np.array(truth["notes"]), 0.0
    for offset in SUNG_OFFSETS:
        near = np.abs(notes["onset"][None] - sung[:, :1] - offset) <= SUNG_TOLERANCE
        alike = (notes["pitch"][None] - np.round(sung[:, 2:3])) % 12 == 0
        best = max(best, float(np.mean((near & alike).any(axis=1))))
    return best


MEASURES: dict[str, tuple[str, Callable[[Transcription, Truth], float]]] = {
    "notes": ("onset F1", measure_f1),
    "f0": ("raw pitch accuracy", measure_raw_pitch),
    "multif0": ("frame accuracy", measure_frame_accuracy),
    "voice": ("sung onsets", measure_sung_onsets),
}
"""Kind of a truth → name of the measure, and the measure."""


def leave_out_tails(truth: Truth, wave: np.ndarray, sample_rate: int) -> Truth:
    """Return a truth of kind ``f0`` without the moments that are soft beside what is around them.

    Where a player has stopped, a tracker of pitch follows the room for some tenths of a second.
    """
    times, reach = np.array(truth["times"]), sample_rate // 100
    sums = np.concatenate([[0.0], np.cumsum(np.square(wave, dtype=np.float64))])
    middles = np.round(times * sample_rate).astype(int)
    first, last = (np.clip(middles + side * reach, 0, len(wave)) for side in (-1, 1))
    levels = 10 * np.log10((sums[last] - sums[first]) / (2 * reach) + 1e-12)
    loudest = [levels[np.abs(times - time) <= PHRASE].max() for time in times]
    hertz = np.where(levels > np.array(loudest) - TAIL, truth["hz"], 0.0)
    return {**truth, "hz": hertz.tolist()}


def measure_all(heard: Transcription, truth: Truth, wave: np.ndarray, sample_rate: int) -> dict[str, float]:
    """Return every number that can be had for a recording, a wave (samples,), by name."""
    notes, found, seconds = heard.notes, {}, len(wave) / sample_rate
    kinds = [part for part in (truth, truth.get("f0")) if part and part["kind"] in MEASURES]
    for part in kinds:
        name, measure = MEASURES[part["kind"]]
        found[name] = measure(heard, part)
        if part["kind"] == "f0":  # as a frame accuracy, notes that nobody sings count as well
            one = {**part, "hz": [[hertz] for hertz in part["hz"]]}
            found["frame accuracy"] = measure_frame_accuracy(heard, one)
            played = leave_out_tails(part, wave, sample_rate)
            found[f"raw pitch accuracy, within {TAIL:.0f} dB"] = measure_raw_pitch(heard, played)
    found["notes/s"] = len(notes) / seconds
    if truth["kind"] == "notes":
        found[f"onset F1, within {1000 * ALIGNED:.0f} ms"] = measure_f1(heard, truth, ALIGNED)
        found["notes for one"] = len(notes) / len(truth["notes"])
    if len(notes):
        found["under 60 ms"] = float(np.mean(notes["offset"] - notes["onset"] < SHORT))
    return found


def measure_bass(heard: Transcription, judged: Transcription, seconds: float) -> float:
    """Return which share of the pitches below A2 that a judge hears, moment by moment, is heard here."""
    hits = wanted = 0
    for moment in np.arange(0, seconds, GRID):
        low = [pitch for pitch in find_sounding(judged, moment) if pitch < BASS]
        found = find_sounding(heard, moment)
        hits += sum(bool(np.any(np.abs(found - pitch) <= 0.5)) for pitch in low)
        wanted += len(low)
    return hits / max(1, wanted)


def find_sounding(heard: Transcription, moment: float) -> np.ndarray:
    """Return the pitches that sound at a moment in seconds, with their curves."""
    notes, curves = heard.notes, heard.curves
    sounding = np.flatnonzero((notes["onset"] <= moment) & (notes["offset"] > moment))
    pitches = notes["pitch"][sounding].astype(float)
    for place, index in enumerate(sounding if curves is not None else ()):
        cents = curves.get_cents(index)
        if len(cents):
            point = (moment - float(notes["onset"][index])) / STEP
            pitches[place] += np.interp(point, np.arange(len(cents)), cents) / 100
    return pitches


def to_pitches(hertz: Iterable[float]) -> np.ndarray:
    """Return the MIDI numbers of the frequencies that are above 0."""
    return hz_to_midi(np.array([value for value in hertz if value and value > 0], float))
