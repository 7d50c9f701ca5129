"""Rendered corpora: folders of recordings, each with the MIDI file of the notes it holds.

``NAME/00017.flac`` and ``NAME/00017.mid`` are one recording.  Recording *n* depends on the seed and on *n*
alone, so an interrupted render goes on where it stopped, a longer corpus begins with the shorter one, and
any number of processes gives the same files.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import soundfile

from audiostyle.errors import TrainingError
from audiostyle.music import scores
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.midi import write_midi
from audiostyle.music.performance import (
    DRUM_CHANNEL,
    NOTE_DTYPE,
    Performance,
    add_organ_stops,
    concatenate_performances,
    draw_drum_groove,
    perform,
)

SLOT_SECONDS = 30.0
_PLAYED_SECONDS = 28.5  # of a slot; the rest lets the last note die away
_SLOTS = 4  # excerpts in one recording of two minutes

# General MIDI programs that sound the pitch they are asked for.  Left out: guitar harmonics, timpani and
# hits, the lead in fifths, synth effects, percussion and sound effects.
ENSEMBLE_PROGRAMS = tuple(p for p in range(96) if p not in (31, 47, 55, 86))


@dataclass(frozen=True)
class CorpusSpec:
    """What :func:`render_corpus` makes.

    Attributes:
        instruments: General MIDI program of every domain to render, by name; the same performances are
            rendered for each.  Empty: one folder ``ensemble`` of changing instruments, mixtures, drums and
            detuning, which is what an encoder is trained on.
        minutes: length of every folder, rounded up to whole recordings of two minutes.
        programs: what an ensemble is drawn from.
        stops: share of the ensemble's excerpts in which octaves and twelfths sound along with every note, as
            an organ's stops do; the MIDI file holds the notes that are played.
    """

    soundfont: Path
    instruments: dict[str, int]
    minutes: float
    split: str = "train"
    seed: int = 0
    sample_rate: int = 44100
    programs: Sequence[int] = ENSEMBLE_PROGRAMS
    stops: float = 0.0

    @property
    def recordings(self) -> int:
        """How many recordings each folder gets."""
        return int(np.ceil(self.minutes * 60 / (_SLOTS * SLOT_SECONDS)))


def render_corpus(
    out: Path, plan: CorpusSpec, *, jobs: int = 1, progress: Callable[[int, int], None] | None = None
) -> None:
    """Render a corpus into ``out``; recordings that exist already are kept.

    Raises:
        TrainingError: FluidSynth, the soundfont or music21 is missing, or the split is unknown.
    """
    if plan.split not in scores.SPLITS:
        raise TrainingError(f"no split called {plan.split!r}; there are {', '.join(scores.SPLITS)}")
    for name in plan.instruments or {"ensemble": 0}:
        (out / name).mkdir(parents=True, exist_ok=True)
    work = partial(_render_recording, out, plan)
    with ProcessPoolExecutor(jobs) as pool:
        for done, _ in enumerate(pool.map(work, range(plan.recordings)), 1):
            if progress:
                progress(done, plan.recordings)


def list_recordings(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield (audio, midi) of every recording of a rendered folder, in order.

    Raises:
        TrainingError: there is none.
    """
    found = [(audio, audio.with_suffix(".mid")) for audio in sorted(folder.glob("*.flac"))]
    pairs = [(audio, notes) for audio, notes in found if notes.is_file()]
    if not pairs:
        raise TrainingError(f"{folder}: no rendered recordings; make some with 'audiostyle corpus render'")
    yield from pairs


def _render_recording(out: Path, plan: CorpusSpec, number: int) -> None:
    wanted = plan.instruments or {"ensemble": 0}
    stems = {name: out / name / f"{number:05d}" for name in wanted}
    if all(stem.with_suffix(".flac").is_file() for stem in stems.values()):
        return
    rng = np.random.default_rng([plan.seed, number])
    performance = _recording(plan, rng)
    for name, program in wanted.items():
        played = performance.on(program) if plan.instruments else performance
        sounding = add_organ_stops(played, plan.stops, SLOT_SECONDS, rng) if plan.stops else played
        wave = render_performance(sounding, plan.soundfont, sample_rate=plan.sample_rate)
        length = int(_SLOTS * SLOT_SECONDS * plan.sample_rate)
        wave = np.pad(wave[:length], (0, max(0, length - len(wave))))
        write_midi(played, stems[name].with_suffix(".mid"))
        part = stems[name].with_suffix(".part")
        # The gain spends the headroom that FluidSynth was given; 16 bits then keep 14 of signal.
        soundfile.write(part, np.clip(2 * wave, -1, 1), plan.sample_rate, "PCM_16", format="FLAC")
        os.replace(part, stems[name].with_suffix(".flac"))


def _recording(plan: CorpusSpec, rng: np.random.Generator) -> Performance:
    ids = scores.list_pieces(plan.split)
    programs = [0] if plan.instruments else _ensemble(plan.programs, rng)
    slots: list[Performance] = []
    while len(slots) < _SLOTS:
        score = scores.load_score(ids[rng.integers(len(ids))])
        played = perform(score, rng, programs=programs, seconds=_PLAYED_SECONDS)
        if len(played.notes) < 4:
            continue
        if not plan.instruments and rng.random() < 0.25:
            drums = draw_drum_groove(_PLAYED_SECONDS, rng)
            played = replace(played, notes=np.concatenate([played.notes, drums.astype(NOTE_DTYPE)]))
        slots.append(played)
    whole = concatenate_performances(slots, SLOT_SECONDS)
    notes = np.sort(whole.notes, order=["onset", "pitch"])
    return replace(whole, notes=notes, bends={} if plan.instruments else _detuning(whole, rng))


def _ensemble(programs: Sequence[int], rng: np.random.Generator) -> list[int]:
    """Draw one instrument (half of the time) or up to four, all families alike."""
    families = sorted({p // 8 for p in programs})
    size = int(rng.choice([1, 2, 3, 4], p=[0.5, 0.2, 0.15, 0.15]))
    members = []
    for family in rng.choice(families, size=size):
        choices = [p for p in programs if p // 8 == family]
        members.append(int(choices[rng.integers(len(choices))]))
    return members


def _detuning(performance: Performance, rng: np.random.Generator) -> dict[int, float]:
    """Tune everybody up to a third of a semitone off 440 Hz, and each part a little off the others."""
    common = rng.uniform(-0.33, 0.33) if rng.random() < 0.5 else 0.0
    channels = [channel for channel in performance.programs if channel != DRUM_CHANNEL]
    return {channel: float(common + rng.normal(0, 0.04)) for channel in channels}
