"""The material of the benchmarks: held-out pieces, performed once, rendered by any instrument.

The pieces are of the ``test`` split, and the source instruments come from soundfonts that nothing was
trained on.  The truth is the same performance on the instrument that a domain was trained on.  Pitches are
not changed, so pieces are chosen whose notes mostly lie where flutes, clarinets and guitars can play.
"""

import hashlib
import os
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from joblib import Memory

from audiostyle.music import scores
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.interpretation import perform
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.music.samples.folder import read_folder
from audiostyle.music.samples.opening import PlayableInstrument
from audiostyle.music.samples.playing import render_samples

RATE = 44_100  # Hz
DECAY = 1.5  # seconds without onsets at the end of an excerpt, in which the last notes decay
COMFORTABLE = (48, 84)  # MIDI: C3 to C6
FITTING = 0.9  # share of a piece's notes that must be comfortable
FEWEST_NOTES = 60  # in an excerpt of 30 s; slower music says little about notes
POLYPHONY = 1.5  # notes sounding at once, on average: folk tunes in one voice are too easy to read
PER_COLLECTION = 2  # pieces by one composer or from one collection

DOMAINS = {  # name: General MIDI program
    **{"piano": 0, "strings": 48, "guitar": 24, "organ": 19, "harpsichord": 6, "epiano": 4, "violin": 40},
    **{"cello": 42, "flute": 73, "clarinet": 71, "trumpet": 56, "saxophone": 65, "choir": 52},
}
SOURCES = {"strings": 48, "flute": 73, "clarinet": 71, "nylon guitar": 24, "church organ": 19, "brass": 61}

_SOUNDS = Path("/usr/share/sounds")  # where Debian's soundfont packages put them
_ROOT = Path(__file__).resolve().parent.parent
SALAMANDER = Path(os.environ.get("AUDIOSTYLE_SALAMANDER", _ROOT / "samples" / "salamander"))
"""Where the recordings of the domain piano are; recipes/instruments.toml says whence."""
TRAINING = _SOUNDS / "sf2" / "FluidR3_GM.sf2"  # fluid-soundfont-gm
RESERVED = (_SOUNDS / "sf2" / "TimGM6mb.sf2", _SOUNDS / "sf2" / "sf_GMbank.sf2")  # never trained on
ANOTHER = _SOUNDS / "sf3" / "MuseScore_General.sf3"  # musescore-general-soundfont

RUNS = _ROOT / "runs" / "benchmark"
memory = Memory(RUNS, verbose=0)  # keyed by the content of the arguments: a new model costs only its own work


def choose_pieces(count: int, seconds: float) -> list[str]:
    """Return the ids of ``count`` test pieces that are suitable, by many composers, always the same ones."""
    chosen: list[str] = []
    by_hash = sorted(scores.list_pieces("test"), key=lambda piece: hashlib.sha256(piece.encode()).digest())
    for piece in by_hash:
        collection = piece.split("/")[0]
        if collection == "etude" or sum(c.startswith(f"{collection}/") for c in chosen) == PER_COLLECTION:
            continue
        if is_suitable(make_performance(piece, seconds).notes, seconds):
            chosen.append(piece)
        if len(chosen) == count:
            break
    return chosen


def is_suitable(notes: np.ndarray, seconds: float) -> bool:
    """Return whether an excerpt has enough notes, several voices, and a range that all instruments have."""
    if len(notes) < FEWEST_NOTES * seconds / 30:
        return False
    comfortable = (notes["pitch"] >= COMFORTABLE[0]) & (notes["pitch"] <= COMFORTABLE[1])
    polyphony = np.sum(notes["offset"] - notes["onset"]) / seconds
    return bool(comfortable.mean() >= FITTING and polyphony >= POLYPHONY)


@memory.cache
def load_score(piece: str) -> np.ndarray:
    """Return the notes as written; parsing takes a second for each piece."""
    return scores.load_score(piece)


def make_performance(piece: str, seconds: float, take: int = 0) -> Performance:
    """Return an excerpt of a piece as one player would play it; a piece and a take always give the same."""
    seed = [*hashlib.sha256(piece.encode()).digest(), *([take] if take else [])]
    rng = np.random.default_rng(seed)
    return perform(load_score(piece), rng, programs=[0], seconds=seconds - DECAY, swells=False)


@memory.cache
def render(performance: Performance, soundfont: Path, program: int, seconds: float) -> np.ndarray:
    """Return the performance on one instrument, float32 (seconds · RATE,), with its peak at 0.7."""
    wave = render_performance(performance.arrange_for(program), soundfont, sample_rate=RATE)
    length = round(seconds * RATE)
    wave = np.pad(wave[:length], (0, max(0, length - len(wave))))
    return (0.7 / max(np.abs(wave).max(), 1e-9) * wave).astype(np.float32)


def render_source(piece: str, number: int, instrument: str, seconds: float) -> np.ndarray:
    """Return the recording that is to be translated, float32 (samples,).

    The reserved soundfonts take turns over the pieces, by ``number``, so that both are used.
    """
    place = list(SOURCES).index(instrument)
    soundfont = RESERVED[(number + place) % len(RESERVED)]
    return render(make_performance(piece, seconds), soundfont, SOURCES[instrument], seconds)


def render_truth(piece: str, domain: str, seconds: float) -> np.ndarray:
    """Return what a perfect translation would sound like, float32 (samples,)."""
    return render_domain(make_performance(piece, seconds), domain, seconds)


@memory.cache
def render_domain(performance: Performance, domain: str, seconds: float) -> np.ndarray:
    """Return the performance on the instrument that a domain was made of, as :func:`render` does.

    It is the preset of the domain's program, but for the piano, whose notes are recordings.
    """
    if domain != "piano":
        return render.func(performance, TRAINING, DOMAINS[domain], seconds)
    length = round(seconds * RATE)
    wave = load_piano().render(performance.arrange_for(0))[:length]
    wave = np.pad(wave, (0, length - len(wave)))
    return (0.7 / max(np.abs(wave).max(), 1e-9) * wave).astype(np.float32)


@lru_cache(maxsize=1)
def load_piano() -> PlayableInstrument:
    """Return the instrument that the domain piano was made of."""
    sampled = read_folder(SALAMANDER)  # without looking at every recording, which takes half a minute
    return PlayableInstrument("piano", partial(render_samples, instrument=sampled), *sampled.range)


def get_notes(piece: str, seconds: float) -> np.ndarray:
    """Return the notes as performed, (notes, 2): onset in seconds and MIDI pitch."""
    notes = make_performance(piece, seconds).notes
    return np.stack([notes["onset"], notes["pitch"]], axis=1).astype(float)


def to_performance(notes: np.ndarray) -> Performance:
    """Return the notes of :func:`judge.transcribe`, (notes, 4), as a performance."""
    rows = np.zeros(len(notes), dtype=NOTE_DTYPE)
    rows["onset"], rows["pitch"], rows["offset"] = notes[:, 0], notes[:, 1], notes[:, 2]
    rows["velocity"] = np.clip(np.round(127 * notes[:, 3]), 1, 127)
    return Performance(rows, {0: 0})


@lru_cache(maxsize=1)
def find_missing_soundfonts() -> list[str]:
    """Return the paths of the soundfonts that are not installed."""
    paths = [path for path in (TRAINING, *RESERVED, ANOTHER) if not path.is_file()]
    return [str(path) for path in (*paths, *([] if SALAMANDER.is_dir() else [SALAMANDER]))]
