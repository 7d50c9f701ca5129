"""A recording that appears under its name only when it is whole; see :mod:`audiostyle.atomic`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import soundfile

from audiostyle import atomic
from audiostyle.atomic import STANDARD_OUTPUT
from audiostyle.errors import AudioWriteError

__all__ = ["STANDARD_OUTPUT", "AtomicFile", "explain_errors"]


@contextmanager
def explain_errors(name: str) -> Iterator[None]:
    """Turn what the system and libsndfile raise into `AudioWriteError` about the output ``name``."""
    try:
        with atomic.explain_errors(name, AudioWriteError):
            yield
    except soundfile.SoundFileError as error:
        # libsndfile says "System error" where the system said why; once a file is open that is a full disk
        reason = f"{str(error).rstrip('.')}: is the disk full?"
        raise AudioWriteError(f"{name}: cannot be written ({reason}); {atomic.MAKE_ROOM}") from None


class AtomicFile(atomic.AtomicFile):
    """The file of a recording.  Raises `AudioWriteError`."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(path, AudioWriteError)
