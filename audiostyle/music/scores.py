"""Pieces of music as notes: music21's corpus, and etudes made up to cover what it lacks.

A piece is named by an id such as ``"bach/bwv66.6.mxl"`` or ``"etude/17"`` and belongs to exactly one of
the splits ``train``, ``valid`` and ``test``, whatever is rendered from it, so that no model is ever judged
on a piece that it has heard.  Training needs the ``train`` extra (music21).
"""

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np

from audiostyle.errors import TrainingError

SCORE_DTYPE = np.dtype([("onset", "f4"), ("duration", "f4"), ("pitch", "i2"), ("part", "i2")])
"""One row a note: onset and duration in quarter notes, MIDI pitch, index of the part that plays it."""

SPLITS = ("train", "valid", "test")

# Folk-tune and mass collections hold over a thousand near-identical pieces each; a sample of them keeps
# the corpus from being mostly modal counterpoint in four voices.
_LARGEST_COLLECTION = 120
_NOT_MUSIC = {"choraleAnalyses", "demos", "theoryExercises", "leadSheet", "nottingham-dataset"}
_ETUDES = 400


@lru_cache(maxsize=1)
def list_piece_ids() -> tuple[str, ...]:
    """Return the ids of every piece, sorted, etudes last.

    Raises:
        TrainingError: music21 is not installed.
    """
    collections: dict[str, list[str]] = {}
    root = _corpus_root()
    for path in sorted(root.rglob("*")):
        if path.suffix not in {".mxl", ".xml", ".musicxml", ".krn", ".abc"}:
            continue
        piece = path.relative_to(root).as_posix()
        if piece.split("/")[0] not in _NOT_MUSIC:
            collections.setdefault(piece.split("/")[0], []).append(piece)
    ids = [piece for name in sorted(collections) for piece in _sample(collections[name])]
    return (*ids, *(f"etude/{n}" for n in range(_ETUDES)))


def get_split(piece: str) -> str:
    """Return the split a piece belongs to: 10 % test, 5 % valid, the rest train, fixed by its id alone."""
    slot = int.from_bytes(hashlib.sha256(piece.encode()).digest()[:4], "big") % 100
    return "test" if slot < 10 else "valid" if slot < 15 else "train"


def list_pieces(split: str) -> list[str]:
    """Return the ids of one split, in the order of :func:`list_piece_ids`."""
    return [piece for piece in list_piece_ids() if get_split(piece) == split]


def load_score(piece: str) -> np.ndarray:
    """Return the notes of a piece as :data:`SCORE_DTYPE` rows sorted by onset; empty where it has none.

    Raises:
        TrainingError: there is no piece of that id.
    """
    collection, _, number = piece.partition("/")
    if collection == "etude" and number.isdecimal():
        from audiostyle.music.etudes import compose_etude

        return compose_etude(int(number))
    path = _corpus_root() / piece
    if not path.is_file():
        raise TrainingError(f"no piece called {piece!r} in music21's corpus")
    return _parse(path)


def _corpus_root() -> Path:
    try:
        import music21
    except ImportError:
        raise TrainingError("scores need music21: pip install 'audiostyle[train]'") from None
    return Path(music21.__file__).parent / "corpus"


def _sample(collection: list[str]) -> list[str]:
    by_hash = sorted(collection, key=lambda piece: hashlib.sha256(piece.encode()).digest())
    return sorted(by_hash[:_LARGEST_COLLECTION])


def _parse(path: Path) -> np.ndarray:
    from music21 import converter

    parsed = converter.parse(path)
    if hasattr(parsed, "scores"):  # an Opus: several tunes in one file; the first stands for it
        parsed = parsed.scores.first()
    rows: list[tuple[float, float, int, int]] = []
    parts = parsed.parts  # type: ignore[union-attr]
    for part, stream in enumerate(parts):
        for element in stream.stripTies().flatten().notes:
            duration = float(element.quarterLength)
            if duration <= 0 or not hasattr(element, "pitches"):  # grace notes; unpitched percussion
                continue
            rows.extend((float(element.offset), duration, p.midi, part) for p in element.pitches)
    notes = np.array([row for row in rows if 21 <= row[2] <= 108], dtype=SCORE_DTYPE)
    return np.sort(notes, order=["onset", "pitch"])
