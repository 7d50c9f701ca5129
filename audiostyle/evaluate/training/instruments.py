"""The same performances on many instruments, as cepstra: what a timbre network learns from.

Every instrument plays the same excerpts, so that neither pitch nor rhythm nor harmony can tell instruments
apart.  Excerpt *n* depends on the seed and on *n* alone.  The cepstra of each instrument are kept in a file
of their own, so an interrupted rendering goes on where it stopped.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle.atomic import write_atomically
from audiostyle.errors import TrainingError
from audiostyle.evaluate.timbre import compute_cepstra
from audiostyle.music import scores
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.interpretation import perform
from audiostyle.music.performance import Performance, concatenate_performances
from audiostyle.progress import Progress

_RATE = 44_100  # Hz; at lower ones FluidSynth aliases, which changes the timbre
_DECAY = 1.5  # seconds at the end of an excerpt in which its last notes die away
_FEWEST_NOTES = 6  # of an excerpt; sparser ones are drawn again


@dataclass(frozen=True)
class InstrumentMaterial:
    """What :func:`render_instruments` makes.

    Attributes:
        soundfonts: files; a program of each is an instrument of its own.
        programs: General MIDI numbers.
        excerpts: how many from each split of the scores, by the split's name.
        seconds: length of an excerpt.
        seed: of all excerpts.

    Example:
        >>> material = InstrumentMaterial((Path("a.sf2"),), (0, 40), {"train": 10})
        >>> material.instruments
        [(PosixPath('a.sf2'), 0), (PosixPath('a.sf2'), 40)]
    """

    soundfonts: tuple[Path, ...]
    programs: tuple[int, ...]
    excerpts: Mapping[str, int]
    seconds: float = 8.0
    seed: int = 0

    @property
    def instruments(self) -> list[tuple[Path, int]]:
        """Soundfont and program of every instrument."""
        return [(soundfont, program) for soundfont in self.soundfonts for program in self.programs]


def render_instruments(
    material: InstrumentMaterial,
    folder: Path,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> dict[str, NDArray[np.float32]]:
    """Render all excerpts on every instrument, and return their cepstra.

    Args:
        material: what to render.
        folder: where the cepstra are kept.
        jobs: processes to render with.
        progress: called with the number of instruments that are done, and of all that were missing.

    Returns:
        Cepstra (instruments, excerpts, coefficients, frames) by the name of the split.

    Raises:
        TrainingError: FluidSynth, a soundfont or music21 is missing.

    Example:
        >>> soundfont = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
        >>> material = InstrumentMaterial((soundfont,), (0, 40), {"train": 10, "valid": 2})
        >>> render_instruments(material, Path("cepstra"))["valid"].shape  # doctest: +SKIP
        (2, 2, 12, 250)
    """
    cache = folder / hashlib.sha256(repr(material).encode()).hexdigest()[:12]
    cache.mkdir(parents=True, exist_ok=True)
    missing = [instrument for instrument in material.instruments if not _locate(cache, *instrument).is_file()]
    if missing:
        with ProcessPoolExecutor(jobs) as pool:
            work = partial(_render_instrument, cache, list(draw_performances(material)), material.seconds)
            for done, _ in enumerate(pool.map(work, missing), 1):
                if progress:
                    progress(done, len(missing))
    cepstra = np.stack([np.load(_locate(cache, *instrument)) for instrument in material.instruments])
    ends = np.cumsum(list(material.excerpts.values()))
    return dict(zip(material.excerpts, np.split(cepstra, ends[:-1], axis=1), strict=True))


def draw_performances(material: InstrumentMaterial) -> Iterator[Performance]:
    """Yield every excerpt, split by split, for a piano; other instruments are set later.

    Args:
        material: says how many excerpts of which splits, how long, and the seed.

    Raises:
        TrainingError: music21, which has the scores, is missing.
    """
    splits = [split for split, count in material.excerpts.items() for _ in range(count)]
    for number, split in enumerate(splits):
        rng = np.random.default_rng([material.seed, number])
        # Etudes reach the ends of the keyboard, where two notes of one instrument have little in common.
        pieces = [piece for piece in scores.list_pieces(split) if not piece.startswith("etude/")]
        while True:
            score = scores.load_score(pieces[rng.integers(len(pieces))])
            performance = perform(score, rng, programs=[0], seconds=material.seconds - _DECAY)
            if len(performance.notes) >= _FEWEST_NOTES:
                break
        yield performance


def _locate(folder: Path, soundfont: Path, program: int) -> Path:
    return folder / f"{soundfont.stem}-{program:03d}.npy"


def _render_instrument(
    folder: Path, performances: Sequence[Performance], seconds: float, instrument: tuple[Path, int]
) -> None:
    """Write the cepstra (excerpts, cepstra, frames) of all excerpts on one instrument."""
    soundfont, program = instrument
    # All excerpts are rendered at once, because a soundfont is slow to load.
    whole = concatenate_performances(performances, seconds).arrange_for(program)
    wave = render_performance(whole, soundfont, sample_rate=_RATE)
    size = round(seconds * _RATE)
    wave = np.pad(wave, (0, max(0, len(performances) * size - len(wave))))
    cepstra = [
        compute_cepstra(wave[n * size : (n + 1) * size].astype(float), _RATE)
        for n in range(len(performances))
    ]
    file = _locate(folder, soundfont, program)
    with write_atomically(file, TrainingError) as temporary, temporary.open("wb") as stream:
        np.save(stream, np.stack(cepstra))
