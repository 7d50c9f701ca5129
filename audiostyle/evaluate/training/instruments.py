"""One performance on many instruments, as cepstra: what a timbre network learns from.

Every instrument plays the same excerpts, so that neither pitch nor rhythm nor harmony can tell instruments
apart.  Excerpt *n* depends on the seed and on *n* alone.  What one instrument plays is kept in a file of its
own, so an interrupted preparation goes on where it stopped.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle.evaluate.timbre import compute_cepstra
from audiostyle.music import scores
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.interpretation import perform
from audiostyle.music.performance import Performance, concatenate_performances

_RATE = 44_100  # Hz; lower ones alias in FluidSynth, which is heard as timbre
_DECAY = 1.5  # seconds at the end of an excerpt in which its last notes die away
_FEWEST_NOTES = 6


@dataclass(frozen=True)
class InstrumentMaterial:
    """What :func:`render_instruments` makes.

    Attributes:
        soundfonts: a program of each is an instrument of its own.
        programs: General MIDI numbers.
        excerpts: how many from each split of the scores.
        seconds: length of an excerpt.
    """

    soundfonts: tuple[Path, ...]
    programs: tuple[int, ...]
    excerpts: Mapping[str, int]
    seconds: float = 8.0
    seed: int = 0

    @property
    def instruments(self) -> list[tuple[Path, int]]:
        """Soundfont and program of each."""
        return [(soundfont, program) for soundfont in self.soundfonts for program in self.programs]


def render_instruments(
    material: InstrumentMaterial,
    folder: Path,
    *,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, NDArray[np.float32]]:
    """Return what is heard of every instrument, by split: (instruments, excerpts, coefficients, frames).

    Raises:
        TrainingError: FluidSynth, a soundfont or music21 is missing.
    """
    own = folder / hashlib.sha256(repr(material).encode()).hexdigest()[:12]
    own.mkdir(parents=True, exist_ok=True)
    missing = [instrument for instrument in material.instruments if not _file(own, *instrument).is_file()]
    if missing:
        with ProcessPoolExecutor(jobs) as pool:
            work = partial(_keep, own, list(draw_performances(material)), material.seconds)
            for done, _ in enumerate(pool.map(work, missing), 1):
                if progress:
                    progress(done, len(missing))
    heard = np.stack([np.load(_file(own, *instrument)) for instrument in material.instruments])
    ends = np.cumsum(list(material.excerpts.values()))
    return dict(zip(material.excerpts, np.split(heard, ends[:-1], axis=1), strict=True))


def draw_performances(material: InstrumentMaterial) -> Iterator[Performance]:
    """Yield every excerpt, split by split."""
    splits = [split for split, count in material.excerpts.items() for _ in range(count)]
    for number, split in enumerate(splits):
        rng = np.random.default_rng([material.seed, number])
        # Etudes go to the ends of the keyboard, where two notes of one instrument have little in common.
        pieces = [piece for piece in scores.list_pieces(split) if not piece.startswith("etude/")]
        while True:
            score = scores.load_score(pieces[rng.integers(len(pieces))])
            played = perform(score, rng, programs=[0], seconds=material.seconds - _DECAY)
            if len(played.notes) >= _FEWEST_NOTES:
                break
        yield played


def _file(folder: Path, soundfont: Path, program: int) -> Path:
    return folder / f"{soundfont.stem}-{program:03d}.npy"


def _keep(folder: Path, played: Sequence[Performance], seconds: float, instrument: tuple[Path, int]) -> None:
    """Write the cepstra (excerpts, cepstra, frames) of all excerpts on one instrument."""
    soundfont, program = instrument
    # All excerpts are rendered at once, because a soundfont is slow to load.
    whole = concatenate_performances(played, seconds).arrange_for(program)
    wave = render_performance(whole, soundfont, sample_rate=_RATE)
    size = round(seconds * _RATE)
    wave = np.pad(wave, (0, max(0, len(played) * size - len(wave))))
    heard = [
        compute_cepstra(wave[n * size : (n + 1) * size].astype(float), _RATE) for n in range(len(played))
    ]
    file = _file(folder, soundfont, program)
    part = file.with_name(f".{file.name}.part")
    with part.open("wb") as stream:
        np.save(stream, np.stack(heard))
    os.replace(part, file)
