"""What training recordings are made of: scores, soundfonts and sampled instruments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from audiostyle.errors import TrainingError
from audiostyle.models.frontend import ENCODER_RATE, FRAME_RATE, HOP
from audiostyle.music.interpretation import perform
from audiostyle.music.libfluidsynth import SoundFont, load_library
from audiostyle.translation.training.expressive.sampler import SampledInstrument, read_instruments
from audiostyle.translation.training.expressive.score_archive import read_scores
from audiostyle.translation.training.expressive.voices import TICKS_PER_FRAME

FRAMES = 1408
"""Frames of a recording: 16.3 s."""

SAMPLES = FRAMES * HOP
"""Samples of a recording at 22,050 Hz."""

TICKS = FRAMES * TICKS_PER_FRAME
"""Ticks of a recording; see :mod:`.voices`."""

SECONDS = FRAMES / FRAME_RATE
"""Length of a recording in seconds."""

_DECAY_SECONDS = 0.8  # at the end of a recording, without new notes
_FEWEST_NOTES = 3  # of an excerpt; sparser ones are drawn again


@dataclass(frozen=True)
class TrainingMaterial:
    """What recordings are made of.

    Attributes:
        scores: (notes,) of :data:`~audiostyle.music.notes.SCORE_DTYPE` each; at least one of three notes.
        soundfonts: loaded with a sample rate of 22,050 Hz; one is drawn for each part.
        instruments: sampled instruments by name, possibly none.

    Example:
        >>> from audiostyle.music import compose_etude
        >>> material = TrainingMaterial([compose_etude(0)])
        >>> [part.dtype.names[0] for part in material.draw_notes(np.random.default_rng(0), parts=2)]
        ['onset', 'onset']
    """

    scores: Sequence[np.ndarray]
    soundfonts: Sequence[SoundFont] = ()
    instruments: dict[str, SampledInstrument] = field(default_factory=dict)

    def draw_notes(self, rng: np.random.Generator, parts: int, slowness: float = 1.0) -> list[np.ndarray]:
        """Draw an excerpt of a score and how it is played.

        Args:
            rng: decides everything.
            parts: into which the notes are divided.
            slowness: factor by which it is played slower.

        Returns:
            The notes of each part, (notes,) of :data:`~audiostyle.music.notes.NOTE_DTYPE`; some may have
            none.
        """
        while True:
            score = self.scores[int(rng.integers(len(self.scores)))]
            seconds = (SECONDS - _DECAY_SECONDS) / slowness
            performance = perform(score, rng, programs=[0] * parts, seconds=seconds, swells=False)
            notes = performance.notes
            if len(notes) >= _FEWEST_NOTES:
                break
        notes = notes.copy()
        for end in ("onset", "offset"):
            notes[end] *= slowness
        notes["velocity"] = _spread_velocities(notes["velocity"], rng)
        return [notes[notes["channel"] == channel] for channel in performance.programs]


def _spread_velocities(velocity: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return velocities with another mean and more or less contrast, so that the whole range is used."""
    mean = float(velocity.mean()) if len(velocity) else 0.0
    contrast = rng.uniform(0.6, 2.2)
    return np.clip(rng.uniform(45, 105) + contrast * (velocity - mean), 8, 127).astype(np.int16)


def load_material(folders: Sequence[Path]) -> TrainingMaterial:
    """Load what recordings are made of.

    Args:
        folders: that hold together ``scores.npz`` (:mod:`.score_archive`) and soundfonts (``*.sf2``,
            ``*.sf3``); perhaps ``recorded/`` (:mod:`.sampler`) and, where FluidSynth is not installed,
            ``lib/`` with its library.

    Raises:
        TrainingError: there are no scores or no soundfont, or FluidSynth's library cannot be loaded.

    Example:
        >>> load_material([Path("/nowhere")])
        Traceback (most recent call last):
        audiostyle.errors.TrainingError: /nowhere: no scores.npz
    """
    names = ", ".join(str(folder) for folder in folders)
    archives = [path for folder in folders if (path := folder / "scores.npz").is_file()]
    if not archives:
        raise TrainingError(f"{names}: no scores.npz")
    paths = sorted(path for folder in folders for path in folder.glob("*.sf[23]"))
    if not paths:
        raise TrainingError(f"{names}: no soundfont")
    libraries = [folder / "lib" for folder in folders if (folder / "lib").is_dir()]
    library = load_library(libraries[0] if libraries else None)
    soundfonts = [SoundFont(library, path, ENCODER_RATE) for path in paths]
    instruments: dict[str, SampledInstrument] = {}
    for folder in folders:
        instruments |= read_instruments(folder / "recorded")
    return TrainingMaterial(read_scores(archives[0]), soundfonts, instruments)
