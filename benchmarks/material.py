"""What the benchmarks listen to: held-out pieces, performed once, rendered by any instrument.

The pieces are of the ``test`` split, the source instruments come from soundfonts that nothing was trained on,
and the truth is the same performance on the instrument that a domain was trained on.  Pitches stay where the
composer put them, so pieces are chosen whose notes mostly lie where flutes, clarinets and guitars can play.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np
from joblib import Memory

from audiostyle.music import scores
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.interpretation import perform
from audiostyle.music.performance import NOTE_DTYPE, Performance

RATE = 44_100  # Hz
DECAY = 1.5  # seconds at the end of an excerpt in which the last notes die away
COMFORTABLE = (48, 84)  # MIDI: C3 to C6
FITTING = 0.9  # share of a piece's notes that must be comfortable
FEWEST_NOTES = 60  # in an excerpt of 30 s; slower music says little about notes
POLYPHONY = 1.5  # notes sounding at once, on average: folk tunes in one voice are too easy to read
PER_COLLECTION = 2  # pieces by one composer or from one collection

DOMAINS = {"piano": 0, "strings": 48, "guitar": 24, "organ": 19}  # name: General MIDI program
SOURCES = {"strings": 48, "flute": 73, "clarinet": 71, "nylon guitar": 24, "church organ": 19, "brass": 61}

_SOUNDS = Path("/usr/share/sounds")  # where Debian's soundfont packages put them
TRAINING = _SOUNDS / "sf2" / "FluidR3_GM.sf2"  # fluid-soundfont-gm
RESERVED = (_SOUNDS / "sf2" / "TimGM6mb.sf2", _SOUNDS / "sf2" / "sf_GMbank.sf2")  # never trained on
ANOTHER = _SOUNDS / "sf3" / "MuseScore_General.sf3"  # musescore-general-soundfont

RUNS = Path(__file__).resolve().parent.parent / "runs" / "benchmark"
memory = Memory(RUNS, verbose=0)  # by content of the arguments: a new model costs only its own work


def held_out(count: int, seconds: float) -> list[str]:
    """Ids of ``count`` test pieces with enough notes, mostly comfortable ones, of many composers."""
    chosen: list[str] = []
    by_hash = sorted(scores.list_pieces("test"), key=lambda piece: hashlib.sha256(piece.encode()).digest())
    for piece in by_hash:
        collection = piece.split("/")[0]
        if collection == "etude" or sum(c.startswith(f"{collection}/") for c in chosen) == PER_COLLECTION:
            continue
        if suits(performance(piece, seconds).notes, seconds):
            chosen.append(piece)
        if len(chosen) == count:
            break
    return chosen


def suits(notes: np.ndarray, seconds: float) -> bool:
    """Whether an excerpt has enough notes, in several voices, mostly where every instrument can play."""
    if len(notes) < FEWEST_NOTES * seconds / 30:
        return False
    comfortable = (notes["pitch"] >= COMFORTABLE[0]) & (notes["pitch"] <= COMFORTABLE[1])
    sounding = np.sum(notes["offset"] - notes["onset"]) / seconds
    return bool(comfortable.mean() >= FITTING and sounding >= POLYPHONY)


@memory.cache
def score(piece: str) -> np.ndarray:
    """The notes on paper; parsing takes a second a piece."""
    return scores.load_score(piece)


def performance(piece: str, seconds: float, take: int = 0) -> Performance:
    """An excerpt of a piece as one player would play it, always the same one; every take has its own."""
    seed = [*hashlib.sha256(piece.encode()).digest(), *([take] if take else [])]
    rng = np.random.default_rng(seed)
    return perform(score(piece), rng, programs=[0], seconds=seconds - DECAY, swells=False)


@memory.cache
def rendered(played: Performance, soundfont: Path, program: int, seconds: float) -> np.ndarray:
    """The performance on one instrument, ``(seconds · RATE,)``, peak at 0.7."""
    wave = render_performance(played.arrange_for(program), soundfont, sample_rate=RATE)
    length = round(seconds * RATE)
    wave = np.pad(wave[:length], (0, max(0, length - len(wave))))
    return (0.7 / max(np.abs(wave).max(), 1e-9) * wave).astype(np.float32)


def source(piece: str, number: int, instrument: str, seconds: float) -> np.ndarray:
    """What is translated; piece ``number`` decides which reserved soundfont plays, so both are heard."""
    place = list(SOURCES).index(instrument)
    soundfont = RESERVED[(number + place) % len(RESERVED)]
    return rendered(performance(piece, seconds), soundfont, SOURCES[instrument], seconds)


def truth(piece: str, domain: str, seconds: float) -> np.ndarray:
    """What a perfect translation would sound like."""
    return rendered(performance(piece, seconds), TRAINING, DOMAINS[domain], seconds)


def true_notes(piece: str, seconds: float) -> np.ndarray:
    """(notes, 2): onset and pitch, as they were played."""
    notes = performance(piece, seconds).notes
    return np.stack([notes["onset"], notes["pitch"]], axis=1).astype(float)


def played_by(notes: np.ndarray) -> Performance:
    """Notes that a transcriber found, (notes, 4) with onset, pitch, end and loudness, as a performance."""
    rows = np.zeros(len(notes), dtype=NOTE_DTYPE)
    rows["onset"], rows["pitch"], rows["offset"] = notes[:, 0], notes[:, 1], notes[:, 2]
    rows["velocity"] = np.clip(np.round(127 * notes[:, 3]), 1, 127)
    return Performance(rows, {0: 0})


@lru_cache(maxsize=1)
def missing_soundfonts() -> list[str]:
    """Paths of soundfonts that are not installed."""
    return [str(path) for path in (TRAINING, *RESERVED, ANOTHER) if not path.is_file()]
