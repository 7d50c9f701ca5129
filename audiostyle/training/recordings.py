"""Recordings in folders, for trainings of all kinds."""

from pathlib import Path

from audiostyle.errors import TrainingError
from audiostyle.sound.formats import READABLE_SUFFIXES


def find_recordings(folder: Path, out: Path | None = None) -> list[Path]:
    """Return the recordings below ``folder`` in order, without what was prepared into ``out``.

    Raises TrainingError where there are none.
    """
    prepared = out and out.resolve()  # which may lie below the folder
    found = [p for p in sorted(folder.rglob("*")) if _is_recording(p) and prepared not in p.resolve().parents]
    if not found:
        raise TrainingError(
            f"{folder}: no recordings; put some {', '.join(sorted(READABLE_SUFFIXES))} files there"
        )
    return found


def _is_recording(path: Path) -> bool:
    return path.suffix.lower() in READABLE_SUFFIXES and not path.name.startswith(".") and path.is_file()
