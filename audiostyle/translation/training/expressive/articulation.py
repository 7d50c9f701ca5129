"""From played notes to voices: legato lines with slides, vibrato and swells, pedal, organ stops."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from audiostyle.translation.training.expressive import playing_style
from audiostyle.translation.training.expressive.playing_style import Curve, PlayingStyle
from audiostyle.translation.training.expressive.voices import (
    TICK_RATE,
    Part,
    TargetNote,
    Voice,
    to_ticks,
)

_JOINED = to_ticks(0.08)  # two notes of a line with a smaller gap may be connected by a slide
_WIDEST_SLIDE = 12  # semitones
_CHORD_SECONDS = 0.06  # notes that begin within this time count as one chord
_SHORTEST_NOTE = 0.03  # seconds; what a melody leaves of a note must be longer
_STOPS = ((12, 0.8), (24, 0.5), (19, 0.4), (-12, 0.3))
"""Semitones above the played note at which an organ stop sounds, and the probability that it is drawn."""


def play_polyphonically(
    notes: np.ndarray, style: PlayingStyle, length: int, rng: np.random.Generator
) -> Part:
    """Return a part in which notes may sound together, each with an attack of its own.

    Args:
        notes: (notes,) of :data:`~audiostyle.music.notes.NOTE_DTYPE`, sorted by onset.
        style: how they are played.
        length: ticks of the recording; notes that begin later are left out.
        rng: decides what the style leaves open.

    Example:
        >>> from audiostyle.music import NOTE_DTYPE
        >>> notes = np.array([(0.0, 0.5, 60, 90, 0), (0.5, 1.0, 64, 90, 0)], NOTE_DTYPE)
        >>> part = play_polyphonically(notes, PlayingStyle(), 400, np.random.default_rng(0))
        >>> [(voice.start, voice.stop, voice.key) for voice in part.voices]
        [(0, 86, 60), (86, 172, 64)]
    """
    phrasing = _make_phrasing(style, length, rng)
    drift = playing_style.make_drift(length, style, rng)
    voices = [_make_voice([note], style, phrasing, drift, rng) for note in notes]
    return Part(tuple(voice for voice in voices if voice.start < length))


def play_melody(notes: np.ndarray, style: PlayingStyle, length: int, rng: np.random.Generator) -> Part:
    """Return a part that plays the melody of notes, one at a time, with the slides of the style.

    The arguments are those of :func:`play_polyphonically`.
    """
    phrasing = _make_phrasing(style, length, rng)
    drift = playing_style.make_drift(length, style, rng)
    groups: list[list[np.void]] = []
    for note in find_melody(notes):
        if groups and _draw_slide(groups[-1][-1], note, style, rng):
            groups[-1].append(note)
        else:
            groups.append([note])
    voices = [_make_voice(group, style, phrasing, drift, rng) for group in groups]
    return Part(tuple(voice for voice in voices if voice.start < length))


def find_melody(notes: np.ndarray) -> list[np.void]:
    """Return the upper line of notes: of each chord the highest one, which lasts until the next at most.

    A note that is more than four semitones lower is left out while the upper one is held.
    """
    line: list[np.void] = []
    for note in np.sort(notes, order=["onset", "pitch"]):
        if line and note["onset"] - line[-1]["onset"] < _CHORD_SECONDS:
            if note["pitch"] > line[-1]["pitch"]:
                line[-1] = note.copy()
            continue
        if line and note["onset"] < line[-1]["offset"]:
            if note["pitch"] < line[-1]["pitch"] - 4 and note["onset"] < line[-1]["offset"] - 0.1:
                continue
            line[-1]["offset"] = note["onset"]
        line.append(note.copy())
    return [note for note in line if note["offset"] - note["onset"] > _SHORTEST_NOTE]


def hold_pedal(part: Part, rng: np.random.Generator) -> Part:
    """Return a part whose notes are held by the pedal, which changes every half second to four seconds.

    A note lasts until the pedal is released or its key is struck again, but no longer than it is audible.
    """
    releases = _draw_releases(part, rng)
    next_attack: dict[int, int] = {}
    voices = []
    for voice in reversed(part.voices):
        release = int(releases[np.searchsorted(releases, voice.stop)])
        audible = count_audible_ticks(voice.key)
        held = min(release, voice.start + max(voice.stop - voice.start, audible))
        held = max(voice.stop, min(held, next_attack.get(voice.key, held)))
        targets = tuple(replace(note, stop=max(note.stop, held)) for note in voice.targets)
        voices.append(replace(voice, targets=targets, sustained=held))
        next_attack[voice.key] = voice.start
    return Part(tuple(reversed(voices)), part.gain)


def _draw_releases(part: Part, rng: np.random.Generator) -> np.ndarray:
    """Draw the ticks at which the pedal is released and pressed again, eight times in ten at an attack."""
    end = max((voice.stop for voice in part.voices), default=0)
    starts = np.array([voice.start for voice in part.voices])
    releases, tick = [0], 0
    while tick < end:
        tick += to_ticks(rng.uniform(0.5, 4.0))
        if len(starts) and rng.random() < 0.8:
            tick = int(starts[np.argmin(np.abs(starts - tick))])
        tick = max(tick, releases[-1] + to_ticks(0.3))
        releases.append(tick)
    return np.array([*releases, end + to_ticks(1.0)])


def count_audible_ticks(key: int) -> int:
    """Return for how many ticks a piano's string is clearly audible: 8 s at the bottom, 0.6 s at the top."""
    return to_ticks(8.0 * 2 ** (-(key - 21) / 23))


def add_stop_voices(part: Part, rng: np.random.Generator) -> Part:
    """Return a part with octaves and twelfths that are not to be found, as an organ's stops add them."""
    added = []
    for semitones, probability in _STOPS:
        if rng.random() > probability:
            continue
        loudness = rng.uniform(0.4, 1.0)
        for voice in part.voices:
            key = voice.key + semitones
            if 12 <= key <= 115:
                velocity = max(1, round(voice.velocity * loudness))
                added.append(replace(voice, key=key, velocity=velocity, targets=(), sustained=0))
    return Part(tuple(sorted((*part.voices, *added), key=lambda voice: voice.start)), part.gain)


def _make_phrasing(style: PlayingStyle, length: int, rng: np.random.Generator) -> Curve:
    return playing_style.make_phrasing(length, style, rng) if style.phrasing else np.ones(length, np.float32)


def _draw_slide(last: np.void, note: np.void, style: PlayingStyle, rng: np.random.Generator) -> bool:
    """Draw whether the pitch slides from one note to the next."""
    joined = to_ticks(float(note["onset"] - last["offset"])) <= _JOINED
    near = 0 < abs(int(note["pitch"]) - int(last["pitch"])) <= _WIDEST_SLIDE
    return bool(joined and near and rng.random() < style.slide_probability)


def _make_voice(
    notes: Sequence[np.void], style: PlayingStyle, phrasing: Curve, drift: Curve, rng: np.random.Generator
) -> Voice:
    """Return one attack that plays all ``notes``, with a slide to each after the first."""
    starts = [to_ticks(float(note["onset"])) for note in notes]
    stop = max(to_ticks(float(notes[-1]["offset"])), starts[-1] + 2)
    start, key, length = starts[0], int(notes[0]["pitch"]), stop - starts[0]
    ticks = np.arange(length, dtype=float)
    bend = np.full(length, style.tuning, np.float32) + _crop(drift, start, length)
    for last, note, onset in zip(notes, notes[1:], starts[1:], strict=False):
        interval = int(note["pitch"]) - int(last["pitch"])
        duration = min(rng.uniform(0.03, 0.3) * TICK_RATE, 0.8 * (onset - start), 0.8 * (stop - onset))
        bend += (interval * playing_style.make_slide(ticks, onset - start, duration)).astype(np.float32)
    if rng.random() < style.scoop_probability:
        bend += playing_style.make_scoop(length, rng)
    if style.vibrato and rng.random() < style.vibrato_probability:
        bend += playing_style.make_vibrato(length, style, rng)
    expression = _crop(phrasing, start, length).copy()
    if rng.random() < style.swell_probability and length > to_ticks(0.25):
        expression *= playing_style.make_swell(length, style, rng)
    ends = [*starts[1:], stop]
    targets = [TargetNote(s, e, int(n["pitch"])) for s, e, n in zip(starts, ends, notes, strict=True)]
    return Voice(start, stop, key, int(notes[0]["velocity"]), bend, expression, tuple(targets))


def _crop(curve: Curve, start: int, length: int) -> Curve:
    """Return ``length`` values from ``start`` on; the ends of the curve are held."""
    return curve[np.clip(np.arange(start, start + length), 0, len(curve) - 1)]
