"""Material of a WaveNet's training, small enough to travel: a recording at 16 kHz and its notes.

A folder holds ``train.flac`` and ``train.npz``, and the same of ``valid``.  Wave and notes are of one piece,
so that a trainer needs neither scores, nor a synthesizer, nor a reader of MIDI.
"""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
from numpy.typing import NDArray

from audiostyle.atomic import write_atomically
from audiostyle.errors import TrainingError
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.performance import Performance, concatenate_performances
from audiostyle.music.samples.opening import PlayableInstrument
from audiostyle.translation.note_grid import truncate_overlaps
from audiostyle.translation.training.sampled import draw_performance

SPLITS = ("train", "valid")
"""Of the scores; each becomes one recording."""

_SLOT = 30.0  # seconds of an excerpt
_PEAK = 0.95  # of a file
_BITS = 16  # of a sample of a file
_STRAIGHT = 0.4  # share of excerpts that are played without curves, of an instrument that can have some
_VIBRATO = (4.5, 6.5), 35.0  # hertz, and cents at most to either side
_TUNING = 6.0  # cents, standard deviation
_SCOOP = 0.15, 150.0, 0.06  # share of notes that begin below, cents by which they do, seconds to 1 / e
_SWELL = 14.0  # decibels that a note may swell by


class Material(NamedTuple):
    """A recording and what is played in it.

    Attributes:
        wave: (N,) float32 at 16 kHz.
        performance: its notes in seconds, as :func:`~audiostyle.translation.note_grid.truncate_overlaps`
            returns them.
    """

    wave: NDArray[np.float32]
    performance: Performance


def render_material(
    instrument: PlayableInstrument, split: str, minutes: float, seed: int, *, expressive: bool
) -> Material:
    """Let an instrument play excerpts of scores.

    Args:
        instrument: plays performances at 44.1 kHz.
        split: of the scores, ``train``, ``valid`` or ``test``.
        minutes: rounded up to excerpts of half a minute.
        seed: decides what is played and how.
        expressive: whether notes have curves, of pitch and of level.
    """
    waves, played = [], []
    for number in range(-(-int(60 * minutes) // int(_SLOT))):
        rng = np.random.default_rng([seed, SPLITS.index(split), number])
        performance = draw_performance(instrument, split, rng, slots=1)
        if expressive:
            performance = replace(performance, curves=draw_curves(performance.notes, rng))
        waves.append(_resample(instrument.render(performance)))
        played.append(performance)
    return Material(np.concatenate(waves), truncate_overlaps(concatenate_performances(played, _SLOT)))


def _resample(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bring the sound of an excerpt from 44.1 to 16 kHz, and to the length of its slot."""
    import soxr

    slow = soxr.resample(wave, 44100, WAVENET_RATE).astype(np.float32)[: round(_SLOT * WAVENET_RATE)]
    return np.pad(slow, (0, round(_SLOT * WAVENET_RATE) - len(slow)))


def draw_curves(notes: NDArray[np.void], rng: np.random.Generator) -> NoteCurves | None:
    """Draw how pitch and level of an excerpt's notes move; None where they do not.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> notes = np.array([(0.0, 0.5, 60, 90, 0)], NOTE_DTYPE)
        >>> len(draw_curves(notes, np.random.default_rng(1)))
        1
    """
    if rng.random() < _STRAIGHT:
        return None
    (slowest, fastest), deepest = _VIBRATO
    rate, depth, swell = rng.uniform(slowest, fastest), rng.uniform(0, deepest), rng.uniform(0, _SWELL)
    cents, level = [], []
    for note in notes:
        seconds = float(note["offset"] - note["onset"])
        time = np.arange(int(seconds / STEP) + 2) * STEP
        turn = np.sin(2 * np.pi * (rate * time + rng.random()))
        bend = rng.normal(0, _TUNING) + depth * np.minimum(1, time / 0.3) * turn
        if rng.random() < _SCOOP[0]:
            bend -= rng.uniform(0, _SCOOP[1]) * np.exp(-time / _SCOOP[2])
        place = 2 * np.pi * (time / max(seconds, 0.2) * rng.uniform(0.3, 1.0) + rng.random())
        cents.append(bend)
        level.append(-swell * rng.random() * (0.5 + 0.5 * np.cos(place)))
    return NoteCurves.from_lists(cents, level)


def write_material(folder: Path, split: str, material: Material, *, bits: int = _BITS) -> None:
    """Write a recording and its notes.

    Args:
        folder: made if need be.
        split: name of the two files.
        material: what they are to hold.
        bits: of a sample, 16 at most; with each less a minute takes 0.12 MB less.

    Raises:
        TrainingError: the folder cannot be written.
    """
    gain = _PEAK / max(float(np.abs(material.wave).max(initial=0.0)), 1e-6)
    performance = material.performance
    curves = performance.curves or NoteCurves.make_flat(len(performance.notes))
    with write_atomically(folder / f"{split}.flac", TrainingError) as temporary:
        coarse = np.round(gain * material.wave * 2 ** (bits - 1)).astype(np.int16) * 2 ** (_BITS - bits)
        soundfile.write(temporary, coarse.astype(np.int16), WAVENET_RATE, subtype="PCM_16", format="FLAC")
    with (
        write_atomically(folder / f"{split}.npz", TrainingError) as temporary,
        temporary.open("wb") as file,
    ):
        np.savez_compressed(
            file,
            gain=np.float64(gain),
            notes=performance.notes,
            starts=curves.starts,
            cents=curves.cents.astype(np.float16),
            level=curves.level.astype(np.float16),
        )


def read_material(folder: Path, split: str) -> Material:
    """Read what :func:`write_material` wrote.

    Raises:
        TrainingError: it is not there, or damaged.
    """
    try:
        with np.load(folder / f"{split}.npz", allow_pickle=False) as table:
            curves = NoteCurves(
                table["starts"], table["cents"].astype(np.float32), table["level"].astype(np.float32)
            )
            notes, gain = table["notes"], float(table["gain"])
        wave, rate = soundfile.read(folder / f"{split}.flac", dtype="float32")
    except (OSError, ValueError, KeyError, soundfile.SoundFileError) as error:
        raise TrainingError(f"{folder}: no material for {split!r} ({error}); render it first") from None
    if rate != WAVENET_RATE or wave.ndim != 1:
        raise TrainingError(f"{folder / split}.flac: is not mono at {WAVENET_RATE} Hz; render it again")
    flat = not (curves.cents.any() or curves.level.any())
    return Material(wave / np.float32(gain), Performance(notes, {0: 0}, curves=None if flat else curves))
