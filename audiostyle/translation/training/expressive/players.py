"""Players: a part, and the renderer that turns it into sound."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audiostyle.music.corpus import ENSEMBLE_PROGRAMS
from audiostyle.music.drums import draw_drum_groove
from audiostyle.music.notes import DRUM_CHANNEL
from audiostyle.translation.training.expressive import articulation, sampler, soundfonts, source_filter
from audiostyle.translation.training.expressive.material import SAMPLES, SECONDS, TICKS, TrainingMaterial
from audiostyle.translation.training.expressive.note_changes import fit_range
from audiostyle.translation.training.expressive.playing_style import (
    draw_expressive_style,
    draw_plain_style,
    draw_vocal_style,
)
from audiostyle.translation.training.expressive.source_filter import SourceFilterInstrument
from audiostyle.translation.training.expressive.voices import Part, Voice, to_ticks

Renderer = Callable[[Part], NDArray[np.float32]]

SUSTAINING = (*range(16, 24), *range(40, 45), *range(48, 55), *range(56, 80), *range(80, 96))
"""General MIDI programs whose notes can be held."""

STRUCK = (
    "piano",
    "guitar-acoustic",
    "guitar-electric",
    "guitar-nylon",
    "harp",
    "xylophone",
    "bass-electric",
)
"""Sampled instruments whose notes decay by themselves."""

_KEYBOARDS = ("organ", "harmonium")  # sampled instruments without vibrato
_KITS = (0, 0, 8, 16, 24, 25, 32, 40)  # numbers of General MIDI drum kits
_HIT_TICKS = 14  # length of a percussion note, 81 ms
_LONGEST_PIANO_NOTE, _LONGEST_SAMPLE = 9.0, 3.4  # seconds of the recordings of samplers


class RenderablePart(NamedTuple):
    """A part, and what turns it into sound."""

    part: Part
    render: Renderer


def draw_tuning(rng: np.random.Generator) -> float:
    """Draw the semitones above 440 Hz of a whole recording: nearly none in half of them, else up to ± 0.5."""
    return float(rng.normal(0, 0.04)) if rng.random() < 0.5 else float(rng.uniform(-0.5, 0.5))


def draw_soundfont(material: TrainingMaterial, program: int, rng: np.random.Generator) -> Renderer:
    """Return a renderer by a program of one of the soundfonts."""
    soundfont = material.soundfonts[int(rng.integers(len(material.soundfonts)))]
    return lambda part: soundfonts.render_part(part, soundfont, program, SAMPLES)


def use_sampler(material: TrainingMaterial, name: str, rng: np.random.Generator) -> Renderer:
    """Return a renderer by a sampled instrument."""
    seed = int(rng.integers(1 << 31))
    instrument = material.instruments[name]
    return lambda part: sampler.render_part(part, instrument, SAMPLES, np.random.default_rng(seed))


def use_source_filter(instrument: SourceFilterInstrument, seed: int) -> Renderer:
    """Return a renderer by source–filter synthesis."""
    return lambda part: source_filter.render_part(part, instrument, SAMPLES, np.random.default_rng(seed))


def draw_part(
    material: TrainingMaterial, notes: np.ndarray, tuning: float, rng: np.random.Generator
) -> RenderablePart:
    """Draw any pitched instrument, all families of programs alike, and how it plays the notes."""
    family = rng.integers(12)
    choices = [program for program in ENSEMBLE_PROGRAMS if program // 8 == family]
    program = choices[rng.integers(len(choices))]
    names = [name for name in material.instruments if name != "piano"]
    if names and rng.random() < 0.12:
        return draw_sampled_player(material, names[rng.integers(len(names))], notes, tuning, rng)
    if program in SUSTAINING and rng.random() < 0.6:
        style = draw_expressive_style(tuning, rng)
        play = articulation.play_melody if rng.random() < 0.5 else articulation.play_polyphonically
        part = play(notes, style, TICKS, rng)
    else:
        part = articulation.play_polyphonically(notes, draw_plain_style(tuning, rng), TICKS, rng)
    if program < 8 and rng.random() < 0.6:
        part = articulation.hold_pedal(part, rng)
    return RenderablePart(part, draw_soundfont(material, program, rng))


def draw_sampled_player(
    material: TrainingMaterial, name: str, notes: np.ndarray, tuning: float, rng: np.random.Generator
) -> RenderablePart:
    """Draw how a sampled instrument plays the notes, which are moved into its range."""
    instrument = material.instruments[name]
    notes = fit_range(notes, instrument.lowest, instrument.highest)
    if name in STRUCK:
        part = articulation.play_polyphonically(notes, draw_plain_style(tuning, rng), TICKS, rng)
    else:
        expressive = rng.random() < 0.6
        style = draw_expressive_style(tuning, rng) if expressive else draw_plain_style(tuning, rng)
        style = replace(style, vibrato=0.0) if name in _KEYBOARDS else style
        play = articulation.play_melody if rng.random() < 0.6 else articulation.play_polyphonically
        part = play(notes, style, TICKS, rng)
    longest = _LONGEST_SAMPLE if name != "piano" else _LONGEST_PIANO_NOTE
    return RenderablePart(limit_length(part, longest), use_sampler(material, name, rng))


def draw_accompaniment(
    material: TrainingMaterial, notes: np.ndarray, tuning: float, probability: float, rng: np.random.Generator
) -> list[RenderablePart]:
    """Draw a softer player of the notes, or none."""
    if rng.random() > probability or not len(notes):
        return []
    softer = notes.copy()
    softer["velocity"] = np.maximum(8, softer["velocity"] * rng.uniform(0.5, 1.0))
    return [draw_part(material, softer, tuning, rng)]


def draw_singer(notes: np.ndarray, tuning: float, rng: np.random.Generator) -> RenderablePart:
    """Draw a singer, with a range of two octaves, of the notes' melody."""
    low = int(rng.integers(40, 60))
    style = draw_vocal_style(tuning, rng)
    part = articulation.play_melody(fit_range(notes, low, low + 24), style, TICKS, rng)
    instrument, seed = source_filter.draw_singer(rng), int(rng.integers(1 << 31))
    return RenderablePart(part, use_source_filter(instrument, seed))


def draw_drums(material: TrainingMaterial, rng: np.random.Generator) -> RenderablePart:
    """Draw drums that play one or two simple patterns."""
    rows = [draw_drum_groove(SECONDS - 0.5, rng) for _ in range(int(rng.integers(1, 3)))]
    notes = np.sort(np.concatenate(rows), order=["onset"])
    loudness = rng.uniform(0.5, 1.2)
    voices = tuple(_make_hit(note, loudness) for note in notes)
    soundfont = material.soundfonts[int(rng.integers(len(material.soundfonts)))]
    kit = int(rng.choice(_KITS))
    return RenderablePart(
        Part(voices), lambda part: soundfonts.render_part(part, soundfont, kit, SAMPLES, drums=True)
    )


def _make_hit(note: np.void, loudness: float) -> Voice:
    """Return a voice of percussion, of which nothing is to be found."""
    start = to_ticks(float(note["onset"]))
    velocity = int(np.clip(note["velocity"] * loudness, 1, 127))
    flat = np.ones(1, np.float32)
    assert note["channel"] == DRUM_CHANNEL
    return Voice(start, start + _HIT_TICKS, int(note["pitch"]), velocity, 0 * flat, flat, ())


def limit_length(part: Part, seconds: float) -> Part:
    """Return a part whose notes are held for ``seconds`` at most, as long as recordings are."""
    longest = to_ticks(seconds)
    return replace(part, voices=tuple(_shorten(voice, voice.start + longest) for voice in part.voices))


def _shorten(voice: Voice, end: int) -> Voice:
    if voice.end <= end:
        return voice
    targets = tuple(replace(note, stop=min(note.stop, end)) for note in voice.targets if note.start < end)
    return replace(voice, stop=min(voice.stop, end), sustained=min(voice.sustained, end), targets=targets)
