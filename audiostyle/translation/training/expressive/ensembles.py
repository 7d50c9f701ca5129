"""Kinds of recordings: who plays together, from a piano alone to a band with drums and a singer."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from audiostyle.translation.training.expressive import modal, source_filter
from audiostyle.translation.training.expressive.articulation import (
    add_stop_voices,
    hold_pedal,
    play_melody,
    play_polyphonically,
)
from audiostyle.translation.training.expressive.material import SAMPLES, SECONDS, TICKS, TrainingMaterial
from audiostyle.translation.training.expressive.note_changes import (
    add_power_chords,
    fit_range,
    humanize,
    make_bass_line,
    strum,
    sustain,
)
from audiostyle.translation.training.expressive.players import (
    STRUCK,
    SUSTAINING,
    RenderablePart,
    draw_accompaniment,
    draw_drums,
    draw_part,
    draw_sampled_player,
    draw_singer,
    draw_soundfont,
    draw_tuning,
    limit_length,
    use_sampler,
    use_source_filter,
)
from audiostyle.translation.training.expressive.playing_style import (
    PlayingStyle,
    draw_expressive_style,
    draw_plain_style,
    draw_vocal_style,
)

_PIANOS = (0, 0, 0, 1, 2, 3, 4, 5)
_ORGANS = (16, 17, 18, 19, 19, 20, 21, 22)
_PLUCKED = (24, 24, 25, 25, 26, 27, 28, 29, 30, 45, 46, 6, 7, 104, 105, 106, 107, 108)
_CHOIRS = (52, 53, 54, 85, 91)
_BARS = (8, 9, 9, 9, 10, 11, 11, 12, 13, 14, 114)
_BASSES = (32, 33, 34, 35, 36, 37, 38, 39, 43)
_CHORDS = (24, 25, 26, 27, 28, 29, 30, 0, 4, 5, 16, 48, 81, 89)
_SOLOISTS = (40, 41, 42, 43, 56, 57, 58, 59, 60, *range(64, 80), 22, 21, 29, 30, 80, 81, 82, 52, 53, 54, 85)
"""General MIDI programs of each role; what is listed twice is drawn twice as often."""

_SAMPLED_PLUCKED = ("guitar-acoustic", "guitar-nylon", "guitar-electric", "harp")
_LONGEST_PLUCKED_NOTE = 3.4  # seconds of a sampled instrument's recordings


def _draw_mixed_ensemble(material: TrainingMaterial, rng: np.random.Generator) -> list[RenderablePart]:
    """One to five players of any instruments, a part of the piece each; three times in ten with drums."""
    size = int(rng.choice([1, 2, 3, 4, 5], p=[0.3, 0.25, 0.2, 0.15, 0.1]))
    tuning, players = draw_tuning(rng), []
    for notes in material.draw_notes(rng, size, rng.uniform(0.9, 1.4)):
        players.append(draw_part(material, notes, tuning + float(rng.normal(0, 0.04)), rng))
    if rng.random() < 0.3:
        players.append(draw_drums(material, rng))
    return players


def _draw_piano(material: TrainingMaterial, rng: np.random.Generator) -> list[RenderablePart]:
    """A piano alone, sampled or of a soundfont, seven times in ten with pedal."""
    notes = material.draw_notes(rng, 1, rng.uniform(0.7, 1.5))[0]
    tuning = draw_tuning(rng) if rng.random() < 0.6 else 0.0
    style = PlayingStyle(tuning=tuning) if rng.random() < 0.6 else draw_plain_style(tuning, rng)
    part = play_polyphonically(humanize(notes, rng), style, TICKS, rng)
    if rng.random() < 0.7:
        part = hold_pedal(part, rng)
    if "piano" in material.instruments and rng.random() < 0.6:
        return [RenderablePart(part, use_sampler(material, "piano", rng))]
    return [RenderablePart(part, draw_soundfont(material, _PIANOS[rng.integers(len(_PIANOS))], rng))]


def _draw_plucked(material: TrainingMaterial, rng: np.random.Generator) -> list[RenderablePart]:
    """A guitar or a harp alone, with strummed chords, four times in ten with strings that ring on."""
    notes = strum(material.draw_notes(rng, 1, rng.uniform(0.9, 1.6))[0], rng)
    tuning = draw_tuning(rng)
    names = [name for name in _SAMPLED_PLUCKED if name in material.instruments]
    if names and rng.random() < 0.5:
        name = names[rng.integers(len(names))]
        instrument = material.instruments[name]
        notes = fit_range(notes, instrument.lowest, instrument.highest)
        part = play_polyphonically(notes, draw_plain_style(tuning, rng), TICKS, rng)
        part = hold_pedal(part, rng) if rng.random() < 0.4 else part
        return [RenderablePart(limit_length(part, _LONGEST_PLUCKED_NOTE), use_sampler(material, name, rng))]
    part = play_polyphonically(notes, draw_plain_style(tuning, rng), TICKS, rng)
    part = hold_pedal(part, rng) if rng.random() < 0.4 else part
    return [RenderablePart(part, draw_soundfont(material, _PLUCKED[rng.integers(len(_PLUCKED))], rng))]


def _draw_soloist(material: TrainingMaterial, rng: np.random.Generator) -> list[RenderablePart]:
    """One expressive melody, three times in ten with a quiet accompaniment."""
    lines = material.draw_notes(rng, 3, rng.uniform(1.0, 1.8))
    tuning = draw_tuning(rng)
    names = [name for name in material.instruments if name not in STRUCK]
    if names and rng.random() < 0.4:
        name = names[rng.integers(len(names))]
        first = draw_sampled_player(material, name, lines[0], tuning, rng)
    else:
        part = play_melody(lines[0], draw_expressive_style(tuning, rng), TICKS, rng)
        first = RenderablePart(part, draw_soundfont(material, _SOLOISTS[rng.integers(len(_SOLOISTS))], rng))
    return [first, *draw_accompaniment(material, lines[1], tuning, 0.3, rng)]


def _draw_song(material: TrainingMaterial, rng: np.random.Generator) -> list[RenderablePart]:
    """A singer, often with accompaniment and now and then with drums."""
    lines = material.draw_notes(rng, 3, rng.uniform(1.2, 2.2))
    tuning = draw_tuning(rng)
    players = [draw_singer(lines[0], tuning, rng)]
    players += draw_accompaniment(material, lines[1], tuning, 0.4, rng)
    players += draw_accompaniment(material, lines[2], tuning, 0.25, rng)
    return [*players, draw_drums(material, rng)] if rng.random() < 0.15 else players


def _draw_choir(material: TrainingMaterial, rng: np.random.Generator) -> list[RenderablePart]:
    """Two to four parts, each sung by one to three singers or by a soundfont's choir."""
    tuning, players = draw_tuning(rng), []
    for notes in material.draw_notes(rng, int(rng.integers(2, 5)), rng.uniform(1.2, 2.2)):
        if rng.random() < 0.35:
            part = play_melody(notes, draw_expressive_style(tuning, rng), TICKS, rng)
            renderer = draw_soundfont(material, _CHOIRS[rng.integers(len(_CHOIRS))], rng)
            players.append(RenderablePart(part, renderer))
            continue
        if not len(notes):
            continue
        for number in range(int(rng.integers(1, 4))):
            part, renderer = _draw_chorister(notes, tuning + float(rng.normal(0, 0.08)), rng)
            players.append(RenderablePart(part if number == 0 else part.remove_targets(), renderer))
    return players


def _draw_chorister(notes: np.ndarray, tuning: float, rng: np.random.Generator) -> RenderablePart:
    """A singer of a part at its written pitch, some hundredths of a second late, with few slides."""
    style = draw_vocal_style(tuning, rng)
    style = replace(
        style,
        slide_probability=0.3 * style.slide_probability,
        scoop_probability=0.3 * style.scoop_probability,
    )
    moved = notes.copy()
    moved["onset"] += np.float32(abs(rng.normal(0, 0.015)))
    part = play_melody(moved[(moved["pitch"] >= 36) & (moved["pitch"] <= 86)], style, TICKS, rng)
    instrument, seed = source_filter.draw_singer(rng), int(rng.integers(1 << 31))
    return RenderablePart(part, use_source_filter(instrument, seed))


def _draw_organ(material: TrainingMaterial, rng: np.random.Generator) -> list[RenderablePart]:
    """An organ, often with stops, whose chords often change one voice at a time."""
    notes = np.concatenate(material.draw_notes(rng, 2, rng.uniform(1.0, 2.5)))
    notes = sustain(notes, SECONDS, rng) if rng.random() < 0.5 else notes
    notes = np.sort(notes, order=["onset", "pitch"])
    part = play_polyphonically(notes, draw_plain_style(draw_tuning(rng), rng), TICKS, rng)
    if rng.random() < 0.5:
        part = add_stop_voices(part, rng)
    choices = _ORGANS if rng.random() < 0.7 else SUSTAINING
    return [RenderablePart(part, draw_soundfont(material, choices[rng.integers(len(choices))], rng))]


def _draw_struck(material: TrainingMaterial, rng: np.random.Generator) -> list[RenderablePart]:
    """Bars, bells or pans, of a soundfont or synthesized, alone or with accompaniment."""
    lines = material.draw_notes(rng, 2, rng.uniform(0.9, 1.6))
    instrument, seed, tuning = modal.draw_instrument(rng), int(rng.integers(1 << 31)), draw_tuning(rng)
    low = int(rng.integers(40, 68))
    notes = fit_range(lines[0], low, low + 40)
    part = play_polyphonically(notes, PlayingStyle(tuning=tuning), TICKS, rng)
    if rng.random() < 0.5:
        struck = RenderablePart(part, draw_soundfont(material, _BARS[rng.integers(len(_BARS))], rng))
        return [struck, *draw_accompaniment(material, lines[1], tuning, 0.45, rng)]
    struck = RenderablePart(
        modal.end_decayed_notes(part, instrument),
        lambda part: modal.render_part(part, instrument, SAMPLES, np.random.default_rng(seed)),
    )
    return [struck, *draw_accompaniment(material, lines[1], tuning, 0.45, rng)]


def _draw_synthetic(material: TrainingMaterial, rng: np.random.Generator) -> list[RenderablePart]:
    """One to three sustained instruments with random resonances."""
    tuning, players = draw_tuning(rng), []
    for notes in material.draw_notes(rng, int(rng.integers(1, 4)), rng.uniform(1.0, 1.8)):
        instrument, seed = source_filter.draw_instrument(rng), int(rng.integers(1 << 31))
        expressive = rng.random() < 0.6
        style = draw_expressive_style(tuning, rng) if expressive else draw_plain_style(tuning, rng)
        play = play_melody if rng.random() < 0.6 else play_polyphonically
        part = play(notes, style, TICKS, rng)
        players.append(RenderablePart(part, use_source_filter(instrument, seed)))
    return players


def _draw_band(material: TrainingMaterial, rng: np.random.Generator) -> list[RenderablePart]:
    """A bass, mostly with drums and chords, half of the time with a melody."""
    tuning = draw_tuning(rng)
    bass, chords, lead = material.draw_notes(rng, 3, rng.uniform(0.9, 1.5))
    low = play_polyphonically(make_bass_line(bass, rng), draw_plain_style(tuning, rng), TICKS, rng)
    players = [RenderablePart(low, draw_soundfont(material, _BASSES[rng.integers(len(_BASSES))], rng))]
    if rng.random() < 0.85:
        players.append(draw_drums(material, rng))
    if rng.random() < 0.7:
        chord_notes = add_power_chords(chords, rng)
        part = play_polyphonically(chord_notes, draw_plain_style(tuning, rng), TICKS, rng)
        renderer = draw_soundfont(material, _CHORDS[rng.integers(len(_CHORDS))], rng)
        players.append(RenderablePart(part, renderer))
    if rng.random() < 0.5:
        sung = rng.random() < 0.5
        players.append(draw_singer(lead, tuning, rng) if sung else draw_part(material, lead, tuning, rng))
    return players


def _draw_drums_alone(material: TrainingMaterial, rng: np.random.Generator) -> list[RenderablePart]:
    return [draw_drums(material, rng)]


ENSEMBLES: dict[
    str, tuple[float, Callable[[TrainingMaterial, np.random.Generator], list[RenderablePart]]]
] = {
    "mixed": (0.17, _draw_mixed_ensemble),
    "piano": (0.14, _draw_piano),
    "plucked": (0.11, _draw_plucked),
    "soloist": (0.17, _draw_soloist),
    "song": (0.10, _draw_song),
    "choir": (0.06, _draw_choir),
    "organ": (0.07, _draw_organ),
    "struck": (0.08, _draw_struck),
    "synthetic": (0.04, _draw_synthetic),
    "band": (0.14, _draw_band),
    "drums": (0.02, _draw_drums_alone),
}
"""Name of a kind of recording → its share, and the function that draws its players."""


def draw_ensemble(material: TrainingMaterial, rng: np.random.Generator) -> list[RenderablePart]:
    """Draw a kind of recording, and its players.

    Example:
        >>> players = draw_ensemble(material, np.random.default_rng(0))  # doctest: +SKIP
    """
    names = list(ENSEMBLES)
    shares = np.array([share for share, _ in ENSEMBLES.values()])
    name = names[rng.choice(len(names), p=shares / shares.sum())]
    return ENSEMBLES[name][1](material, rng)
