"""Changes to notes before they are played: range, strumming, timing, sustain, bass lines, power chords.

Notes are (notes,) of :data:`~audiostyle.music.notes.NOTE_DTYPE`; the given ones are not changed.
"""

import numpy as np

from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.translation.training.expressive.articulation import find_melody

_WIDE_RANGE = 30  # semitones; notes are not moved towards the middle of a wider range
_CHORD_SECONDS = 0.03  # notes that begin within this time are strummed together
_BASS_RANGE = (26, 50)  # MIDI pitches
_POWER_CHORD_RANGE = (40, 62)  # MIDI pitches


def fit_range(notes: np.ndarray, lowest: int, highest: int) -> np.ndarray:
    """Move notes by octaves until most lie within a range, and drop the others.

    Args:
        notes: of one part.
        lowest, highest: MIDI pitches, both included; in a range of more than 30 semitones notes stay where
            they are.

    Example:
        >>> fit_range(np.array([(0, 1, 40, 90, 0)], NOTE_DTYPE), 60, 72)["pitch"].tolist()
        [64]
    """
    if not len(notes):
        return notes
    median, center = float(np.median(notes["pitch"])), (lowest + highest) / 2
    moved = notes.copy()
    moved["pitch"] += 12 * round((center - median) / 12)
    if highest - lowest > _WIDE_RANGE:
        moved["pitch"] = notes["pitch"]
    return moved[(moved["pitch"] >= lowest) & (moved["pitch"] <= highest)]


def strum(notes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Delay the notes of chords from bottom to top by up to 40 ms each, or from top to bottom."""
    notes = humanize(notes, rng)
    step = float(rng.choice([0.0, rng.uniform(0, 0.04)])) * (1 if rng.random() < 0.7 else -1)
    groups = np.cumsum(np.diff(notes["onset"], prepend=notes["onset"][:1]) > _CHORD_SECONDS)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        order = np.argsort(np.argsort(notes["pitch"][rows]))
        delay = step * order if step > 0 else -step * (len(rows) - 1 - order)
        notes["onset"][rows] += delay.astype(np.float32)
        notes["offset"][rows] = np.maximum(notes["offset"][rows], notes["onset"][rows] + 0.05)
    return np.sort(notes, order=["onset", "pitch"])


def humanize(notes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Delay every note a little, up to some hundredths of a second, and change every velocity a little."""
    notes = notes.copy()
    delay = np.abs(rng.normal(0, rng.uniform(0, 0.02), len(notes))).astype(np.float32)
    notes["onset"] += delay
    notes["offset"] += delay
    notes["velocity"] = np.clip(notes["velocity"] + rng.normal(0, rng.uniform(2, 14), len(notes)), 8, 127)
    return np.sort(notes, order=["onset", "pitch"])


def sustain(notes: np.ndarray, seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Hold three notes in ten for up to six seconds longer, until their pitch is played again.

    Args:
        notes: of one or more parts.
        seconds: length of the recording; all notes end before.
        rng: decides which notes, and how long.
    """
    notes = np.sort(notes, order=["pitch", "onset"])
    longer = notes["offset"] + rng.uniform(0, 6, len(notes)) * (rng.random(len(notes)) < 0.3)
    same = notes["pitch"][1:] == notes["pitch"][:-1]
    latest = np.append(np.where(same, notes["onset"][1:] - 0.02, np.inf), np.inf)
    notes["offset"] = np.minimum(np.minimum(longer, latest), seconds - 0.1)
    return notes[notes["offset"] - notes["onset"] > 0.03]


def make_bass_line(notes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a line of single low notes, four times in ten repeated as a pulse of short ones."""
    line = _join(find_melody(fit_range(notes, *_BASS_RANGE)))
    if not len(line):
        return line
    line["pitch"] = 28 + (line["pitch"] - 28) % int(rng.choice([12, 24]))
    if rng.random() < 0.4:
        step, rows = rng.uniform(0.15, 0.5), []
        for onset, offset, pitch, velocity, channel in line.tolist():
            for start in np.arange(onset, offset - 0.08, step):
                rows.append((start, min(start + 0.9 * step, offset), pitch, velocity, channel))
        line = np.array(rows, NOTE_DTYPE)
    return line


def add_power_chords(notes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Four times in ten replace notes by their melody in power chords, with fifths and often octaves."""
    if rng.random() < 0.6 or not len(notes):
        return notes
    line = _join(find_melody(fit_range(notes, *_POWER_CHORD_RANGE)))
    copies = [line]
    for interval in (7, 12)[: int(rng.integers(1, 3))]:
        copy = line.copy()
        copy["pitch"] += interval
        copies.append(copy)
    return np.sort(np.concatenate(copies), order=["onset", "pitch"])


def _join(notes: list[np.void]) -> np.ndarray:
    return np.array([note.item() for note in notes], NOTE_DTYPE)
