"""Many scores in one compact file, for machines on which music21 is not installed."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from audiostyle.music.notes import SCORE_DTYPE


def write_scores(path: Path, scores: Iterable[np.ndarray]) -> int:
    """Write scores to one compressed ``.npz`` file; empty ones are left out.

    Args:
        path: of the file.
        scores: (notes,) of :data:`~audiostyle.music.notes.SCORE_DTYPE` each.

    Returns:
        How many scores were written.
    """
    kept = [score for score in scores if len(score)]
    rows = np.concatenate([np.empty(0, SCORE_DTYPE), *kept])
    ends = np.cumsum([len(score) for score in kept], dtype=np.int64)
    names = ("onset", "duration", "pitch", "part")
    onset, duration, pitch, part = (rows[name] for name in names)
    np.savez_compressed(path, ends=ends, onset=onset, duration=duration, pitch=pitch, part=part)
    return len(kept)


def read_scores(path: Path) -> list[np.ndarray]:
    """Return the scores of a file that :func:`write_scores` made, in their order.

    Example:
        >>> import tempfile
        >>> from audiostyle.music import compose_etude
        >>> file = Path(tempfile.mkdtemp(), "scores.npz")
        >>> write_scores(file, [compose_etude(0), compose_etude(1)])
        2
        >>> bool((read_scores(file)[1] == compose_etude(1)).all())
        True
    """
    with np.load(path, allow_pickle=False) as archive:
        ends = archive["ends"]
        rows = np.empty(int(ends[-1]) if len(ends) else 0, SCORE_DTYPE)
        for name in SCORE_DTYPE.names or ():
            rows[name] = archive[name]
    return np.split(rows, ends[:-1]) if len(ends) else []
