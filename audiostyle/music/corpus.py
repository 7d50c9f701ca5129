"""Rendered corpora: folders of recordings, each with the MIDI file of the notes it holds.

``NAME/00017.flac`` and ``NAME/00017.mid`` are one recording.  Recording *n* depends on the seed and on *n*
alone.  So an interrupted rendering continues where it stopped, a longer corpus begins with the shorter one,
and any number of processes gives the same files.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from audiostyle.atomic import write_atomically
from audiostyle.errors import TrainingError
from audiostyle.music import scores
from audiostyle.music.drums import draw_drum_groove
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.interpretation import perform
from audiostyle.music.midi import write_midi
from audiostyle.music.notes import DRUM_CHANNEL
from audiostyle.music.performance import Performance, concatenate_performances
from audiostyle.music.stops import add_organ_stops
from audiostyle.progress import Progress
from audiostyle.sound.writing import AudioWriter

SLOT_SECONDS = 30.0
"""Seconds of a recording that one excerpt of a score gets."""

ENSEMBLE_PROGRAMS = tuple(p for p in range(96) if p not in (31, 47, 55, 86))
"""General MIDI programs that sound the pitch they are asked for.  Left out are guitar harmonics, timpani,
orchestra hits, the lead in fifths, and from 96 on synthesizer effects, percussion and sound effects."""

_PLAYED_SECONDS = 28.5  # of a slot; the rest lets the last note die away
_SLOTS = 4  # in one recording, which therefore lasts two minutes
_FEWEST_NOTES = 4  # of an excerpt; sparser ones are drawn again
_DRUMS_PROBABILITY = 0.25  # that an ensemble's excerpt has drums
_DETUNING_PROBABILITY = 0.5  # that an ensemble is not tuned to 440 Hz
_LARGEST_DETUNING = 0.33  # semitones
_PART_DETUNING = 0.04  # semitones: standard deviation of the parts from each other


@dataclass(frozen=True)
class CorpusSpec:
    """What :func:`render_corpus` is to make.

    Attributes:
        soundfont: an .sf2 or .sf3 file.
        instruments: name and General MIDI program of each domain to render; the same performances are
            rendered for all of them.  Empty means one folder ``ensemble`` of changing instruments, mixtures,
            drums and detuning, which is what an encoder is trained on.
        minutes: length of every folder, rounded up to whole recordings of two minutes.
        split: of the scores: ``train``, ``valid`` or ``test``.
        seed: decides every random choice.
        sample_rate: in hertz.
        programs: the General MIDI programs that an ensemble is drawn from.
        stops: probability that octaves and twelfths sound along in an excerpt, as an organ's stops do, 0..1;
            the MIDI file holds the notes that are played.

    Example:
        >>> CorpusSpec(Path("FluidR3_GM.sf2"), {"piano": 0, "flute": 73}, minutes=5).recordings
        3
    """

    soundfont: Path
    instruments: Mapping[str, int]
    minutes: float
    split: str = "train"
    seed: int = 0
    sample_rate: int = 44100
    programs: Sequence[int] = ENSEMBLE_PROGRAMS
    stops: float = 0.0

    @property
    def recordings(self) -> int:
        """The number of recordings in each folder."""
        return int(np.ceil(self.minutes * 60 / (_SLOTS * SLOT_SECONDS)))

    @property
    def folders(self) -> Mapping[str, int]:
        """The name of each folder with its General MIDI program, which means nothing for an ensemble."""
        return self.instruments or {"ensemble": 0}


def render_corpus(out: Path, spec: CorpusSpec, *, jobs: int = 1, progress: Progress | None = None) -> None:
    """Render a corpus; recordings that exist already are kept.

    Args:
        out: gets one folder for each instrument.
        spec: what to render.
        jobs: number of processes; the files do not depend on it.
        progress: called with the number of recordings that are done and that there will be.

    Raises:
        TrainingError: FluidSynth, the soundfont or music21 is missing, or the split is unknown.

    Example:
        >>> spec = CorpusSpec(Path("FluidR3_GM.sf2"), {"piano": 0}, minutes=10)
        >>> render_corpus(Path("corpus"), spec, jobs=2)  # doctest: +SKIP
    """
    if spec.split not in scores.SPLITS:
        raise TrainingError(f"no split called {spec.split!r}; there are {', '.join(scores.SPLITS)}")
    for name in spec.folders:
        (out / name).mkdir(parents=True, exist_ok=True)
    work = partial(_render_recording, out, spec)
    with ProcessPoolExecutor(jobs) as pool:
        for done, _ in enumerate(pool.map(work, range(spec.recordings)), 1):
            if progress:
                progress(done, spec.recordings)


def list_recordings(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the audio and the MIDI file of every recording of a rendered folder, in order.

    Args:
        folder: one of those that :func:`render_corpus` made.

    Raises:
        TrainingError: there is no recording with a MIDI file.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> for name in ("00000.flac", "00000.mid"):
        ...     (folder / name).touch()
        >>> [(audio.name, midi.name) for audio, midi in list_recordings(folder)]
        [('00000.flac', '00000.mid')]
    """
    found = [(audio, audio.with_suffix(".mid")) for audio in sorted(folder.glob("*.flac"))]
    pairs = [(audio, notes) for audio, notes in found if notes.is_file()]
    if not pairs:
        raise TrainingError(f"{folder}: no rendered recordings; make some with 'audiostyle corpus render'")
    yield from pairs


def _render_recording(out: Path, spec: CorpusSpec, number: int) -> None:
    """Render recording ``number`` into every folder, unless all of them have it already."""
    stems = {name: out / name / f"{number:05d}" for name in spec.folders}
    if all(stem.with_suffix(".flac").is_file() for stem in stems.values()):
        return
    rng = np.random.default_rng([spec.seed, number])
    performance = _draw_performance(spec, rng)
    for name, program in spec.folders.items():
        played = performance.arrange_for(program) if spec.instruments else performance
        sounding = add_organ_stops(played, spec.stops, SLOT_SECONDS, rng) if spec.stops else played
        wave = render_performance(sounding, spec.soundfont, sample_rate=spec.sample_rate)
        length = int(_SLOTS * SLOT_SECONDS * spec.sample_rate)
        wave = np.pad(wave[:length], (0, max(0, length - len(wave))))
        with write_atomically(stems[name].with_suffix(".mid"), TrainingError) as temporary:
            write_midi(played, temporary)
        # The factor 2 spends the headroom that FluidSynth was given; of 16 bits the signal then has 14.
        flac = stems[name].with_suffix(".flac")
        with AudioWriter(flac, spec.sample_rate, 1, subtype="PCM_16", clip="clamp") as writer:
            writer.write(2 * wave[None])


def _draw_performance(spec: CorpusSpec, rng: np.random.Generator) -> Performance:
    """Draw what a recording's excerpts are and how they are played."""
    ids = scores.list_pieces(spec.split)
    programs = [0] if spec.instruments else _draw_ensemble(spec.programs, rng)
    slots: list[Performance] = []
    while len(slots) < _SLOTS:
        score = scores.load_score(ids[rng.integers(len(ids))])
        played = perform(score, rng, programs=programs, seconds=_PLAYED_SECONDS)
        if len(played.notes) < _FEWEST_NOTES:
            continue
        if not spec.instruments and rng.random() < _DRUMS_PROBABILITY:
            drums = draw_drum_groove(_PLAYED_SECONDS, rng)
            played = replace(played, notes=np.concatenate([played.notes, drums]))
        slots.append(played)
    whole = concatenate_performances(slots, SLOT_SECONDS)
    notes = np.sort(whole.notes, order=["onset", "pitch"])
    return replace(whole, notes=notes, bends={} if spec.instruments else _draw_detuning(whole, rng))


def _draw_ensemble(programs: Sequence[int], rng: np.random.Generator) -> list[int]:
    """Draw the programs of one to four instruments, one in half of the cases, all families alike."""
    families = sorted({p // 8 for p in programs})
    size = int(rng.choice([1, 2, 3, 4], p=[0.5, 0.2, 0.15, 0.15]))
    members = []
    for family in rng.choice(families, size=size):
        choices = [p for p in programs if p // 8 == family]
        members.append(int(choices[rng.integers(len(choices))]))
    return members


def _draw_detuning(performance: Performance, rng: np.random.Generator) -> dict[int, float]:
    """Draw a detuning in semitones that all channels share, and a small one for each of them."""
    shared = 0.0
    if rng.random() < _DETUNING_PROBABILITY:
        shared = rng.uniform(-_LARGEST_DETUNING, _LARGEST_DETUNING)
    channels = [channel for channel in performance.programs if channel != DRUM_CHANNEL]
    return {channel: float(shared + rng.normal(0, _PART_DETUNING)) for channel in channels}
