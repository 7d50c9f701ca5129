"""Finding the recordings in a folder, for trainings of all kinds."""

from pathlib import Path

from audiostyle.errors import TrainingError
from audiostyle.sound.formats import READABLE_SUFFIXES


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
        audiostyle.errors.TrainingError: ...: no recordings; put some .aac, ... files there
    """
    prepared = out and out.resolve()
    found = [p for p in sorted(folder.rglob("*")) if _is_recording(p) and prepared not in p.resolve().parents]
    if not found:
        raise TrainingError(
            f"{folder}: no recordings; put some {', '.join(sorted(READABLE_SUFFIXES))} files there"
        )
    return found


def _is_recording(path: Path) -> bool:
    return path.suffix.lower() in READABLE_SUFFIXES and not path.name.startswith(".") and path.is_file()
