"""Pieces of music as notes: those of music21's corpus, and etudes that cover what it lacks.

A piece is named by an id such as ``"bach/bwv66.6.mxl"`` or ``"etude/17"``.  It belongs to exactly one of the
splits ``train``, ``valid`` and ``test``, whatever is rendered from it, so that no model is ever judged on a
piece that it was trained on.  The corpus needs the ``train`` extra (music21); etudes do not.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np

from audiostyle.errors import TrainingError
from audiostyle.music.etudes import compose_etude
from audiostyle.music.notes import HIGHEST_KEY, LOWEST_KEY, SCORE_DTYPE

SPLITS = ("train", "valid", "test")
"""The names of the splits."""

# Collections of folk tunes and masses hold over a thousand pieces each that are nearly alike; a sample of
# each keeps the corpus from being mostly modal counterpoint in four voices.
_LARGEST_COLLECTION = 120
_NOT_MUSIC = {"choraleAnalyses", "demos", "theoryExercises", "leadSheet", "nottingham-dataset"}
_SUFFIXES = {".mxl", ".xml", ".musicxml", ".krn", ".abc"}
_ETUDES = 400


@lru_cache(maxsize=1)
def list_piece_ids() -> tuple[str, ...]:
    """Return the ids of all pieces, sorted, etudes last.

    Raises:
        TrainingError: music21 is not installed.

    Example:
        >>> list_piece_ids()[-1]  # doctest: +SKIP
        'etude/399'
    """
    collections: dict[str, list[str]] = {}
    root = _find_corpus()
    for path in sorted(root.rglob("*")):
        if path.suffix not in _SUFFIXES:
            continue
        piece = path.relative_to(root).as_posix()
        if piece.split("/")[0] not in _NOT_MUSIC:
            collections.setdefault(piece.split("/")[0], []).append(piece)
    ids = [piece for name in sorted(collections) for piece in _sample(collections[name])]
    return (*ids, *(f"etude/{n}" for n in range(_ETUDES)))


def get_split(piece: str) -> str:
    """Return the split that a piece belongs to: 10 % are in test, 5 % in valid, the rest in train.

    Args:
        piece: its id, which alone decides.

    Example:
        >>> get_split("bach/bwv66.6.mxl"), get_split("etude/4")
        ('train', 'test')
    """
    slot = int.from_bytes(hashlib.sha256(piece.encode()).digest()[:4], "big") % 100
    return "test" if slot < 10 else "valid" if slot < 15 else "train"


def list_pieces(split: str) -> list[str]:
    """Return the ids of one split, in the order of :func:`list_piece_ids`.

    Args:
        split: one of :data:`SPLITS`.

    Raises:
        TrainingError: music21 is not installed.

    Example:
        >>> list_pieces("test")[-1]  # doctest: +SKIP
        'etude/397'
    """
    return [piece for piece in list_piece_ids() if get_split(piece) == split]


def load_score(piece: str) -> np.ndarray:
    """Return the notes of a piece.

    Args:
        piece: its id.

    Returns:
        (notes,) of :data:`~audiostyle.music.notes.SCORE_DTYPE`, sorted by onset; empty where the piece has no
        pitched notes.  Notes beyond a piano's keyboard are left out.

    Raises:
        TrainingError: there is no piece of that id, or it is one of music21's, which is not installed.

    Example:
        >>> load_score("etude/17").dtype == SCORE_DTYPE
        True
    """
    collection, _, number = piece.partition("/")
    if collection == "etude" and number.isdecimal():
        return compose_etude(int(number))
    path = _find_corpus() / piece
    if not path.is_file():
        raise TrainingError(f"no piece called {piece!r} in music21's corpus")
    return _parse(path)


def _find_corpus() -> Path:
    """Return the folder of music21's corpus."""
    try:
        import music21
    except ImportError:
        raise TrainingError("scores need music21: pip install 'audiostyle[train]'") from None
    return Path(music21.__file__).parent / "corpus"


def _sample(collection: list[str]) -> list[str]:
    """Choose the pieces of a collection that are used: always the same, and without favoring any."""
    by_hash = sorted(collection, key=lambda piece: hashlib.sha256(piece.encode()).digest())
    return sorted(by_hash[:_LARGEST_COLLECTION])


def _parse(path: Path) -> np.ndarray:
    """Return the notes of a file in one of music21's formats."""
    from music21 import converter

    parsed = converter.parse(path)
    if hasattr(parsed, "scores"):  # several tunes in one file (music21's Opus); the first stands for it
        parsed = parsed.scores.first()
    rows: list[tuple[float, float, int, int]] = []
    parts = parsed.parts  # type: ignore[union-attr]
    for part, stream in enumerate(parts):
        for element in stream.stripTies().flatten().notes:
            duration = float(element.quarterLength)
            if duration <= 0 or not hasattr(element, "pitches"):  # grace notes; unpitched percussion
                continue
            rows.extend((float(element.offset), duration, p.midi, part) for p in element.pitches)
    notes = np.array([row for row in rows if LOWEST_KEY <= row[2] <= HIGHEST_KEY], dtype=SCORE_DTYPE)
    return np.sort(notes, order=["onset", "pitch"])
