"""A recording that appears under its name only when it is whole; see :mod:`audiostyle.atomic`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import soundfile

from audiostyle import atomic
from audiostyle.atomic import STANDARD_OUTPUT
from audiostyle.errors import AudioWriteError

__all__ = ["STANDARD_OUTPUT", "AtomicAudioFile", "explain_audio_errors"]


@contextmanager
def explain_audio_errors(name: str) -> Iterator[None]:
    """Turn the errors of the system and of libsndfile into one line about an output.

    Args:
        name: what the message calls the output.

    Raises:
        AudioWriteError: in place of any ``OSError`` and ``SoundFileError`` inside the block.

    Example:
        >>> with explain_audio_errors("a.wav"):
        ...     raise OSError(28, "No space left on device")
        Traceback (most recent call last):
        audiostyle.errors.AudioWriteError: a.wav: cannot be written (No space left on device); make room on \
the disk or choose another
    """
    try:
        with atomic.explain_errors(name, AudioWriteError):
            yield
    except soundfile.SoundFileError as error:
        # libsndfile says "System error" for whatever the system reported; once a file is open that is a full
        # disk.
        said = re.sub(r"^Error opening .*?: (?=System error)", "", str(error)).rstrip(".")
        reason = _find_shortage() or f"{said}: is the disk full?"
        raise AudioWriteError(f"{name}: cannot be written ({reason}); {atomic.MAKE_ROOM}") from None


def _find_shortage() -> str | None:
    """Return what the system says where no file at all can be opened."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.strerror
    return None


class AtomicAudioFile(atomic.AtomicFile):
    """The file of a recording; see :class:`audiostyle.atomic.AtomicFile`.

    Args:
        path: of the output; ``-`` is standard output.

    Raises:
        AudioWriteError: the file cannot be made.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "a.wav")
        >>> file = AtomicAudioFile(path)
        >>> path.exists(), file.commit(), path.exists()
        (False, None, True)
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__(path, AudioWriteError)
