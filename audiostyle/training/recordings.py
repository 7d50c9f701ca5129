"""Finding the recordings in a folder, for trainings of all kinds."""

import logging
from collections.abc import Sequence
from pathlib import Path

from audiostyle.errors import AudioReadError, TrainingError
from audiostyle.sound.formats import READABLE_SUFFIXES
from audiostyle.sound.reading import AudioReader

_log = logging.getLogger(__name__)


def find_recordings(folder: Path, out: Path | None = None) -> list[Path]:
    """Return the recordings in ``folder`` and below in order, without those in ``out``.

    Args:
        folder: searched through.
        out: where a training puts what it prepares of them, which may lie below ``folder``.

    Raises:
        TrainingError: there are none.

    Example:
        >>> import tempfile
        >>> find_recordings(Path(tempfile.mkdtemp()))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        audiostyle.errors.TrainingError: ...: no recordings; put some .wav, .flac, .mp3 or ...
    """
    prepared = out and out.resolve()
    found = [p for p in sorted(folder.rglob("*")) if _is_recording(p) and prepared not in p.resolve().parents]
    if not found:
        raise TrainingError(f"{folder}: no recordings; put some .wav, .flac, .mp3 or other sound files there")
    return found


def _is_recording(path: Path) -> bool:
    return path.suffix.lower() in READABLE_SUFFIXES and not path.name.startswith(".") and path.is_file()


def keep_readable(files: Sequence[Path]) -> list[Path]:
    """Return the recordings that can be opened; the others are named in the log, all of them before any work.

    Args:
        files: of recordings, at least one.

    Raises:
        TrainingError: there is none that can be opened.

    Example:
        >>> import tempfile
        >>> empty = Path(tempfile.mkdtemp(), "empty.wav")
        >>> empty.touch()
        >>> keep_readable([empty])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        audiostyle.errors.TrainingError: ...empty.wav: is empty (0 bytes); choose another file
    """
    kept, problems = [], []
    for file in files:
        try:
            AudioReader(file).close()
            kept.append(file)
        except AudioReadError as error:
            problems.append(str(error))
    if not kept:
        more = f" (and {len(problems) - 1} others cannot be read either)" if len(problems) > 1 else ""
        raise TrainingError(problems[0] + more)
    for problem in problems:
        _log.warning("left out: %s", problem)
    return kept
