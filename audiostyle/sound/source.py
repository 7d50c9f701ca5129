"""From what a user names as input to something that a decoder can open and rewind, or one clear error."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import IO

from audiostyle.errors import AudioReadError

STANDARD_INPUT = "-"
"""The path that means standard input."""


def describe_source(path: str | Path) -> str:
    """Return what messages call an input: its path, on one line whatever characters are in it.

    Args:
        path: of a file, or ``-``.

    Example:
        >>> describe_source("-"), describe_source("song.wav")
        ('standard input', 'song.wav')
        >>> print(describe_source("two\\nlines\\x1b[2J.wav"))
        two\\nlines\\x1b[2J.wav
    """
    if str(path) == STANDARD_INPUT:
        return "standard input"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(path))


def open_source(path: str | Path) -> Path | IO[bytes]:
    """Return a file that can be opened and rewound.

    Args:
        path: of a file or a named pipe, or ``-`` for standard input.

    Returns:
        The path itself if it is a file that can be read.  For a stream, an open temporary copy, which
        vanishes when it is closed or the process is killed.

    Raises:
        AudioReadError: the input is missing, a folder, not readable, empty or a terminal, or there is no
            room for the copy.

    Example:
        >>> open_source("missing.wav")
        Traceback (most recent call last):
        audiostyle.errors.AudioReadError: missing.wav: no such file; check the name and the folder
    """
    if str(path) == STANDARD_INPUT:
        if sys.stdin is None:
            raise AudioReadError("standard input: is closed; pipe a WAV into it, or name a file")
        return _copy(sys.stdin.buffer, describe_source(path))
    path, name = Path(path), describe_source(path)
    try:
        if path.is_dir():
            raise AudioReadError(f"{name}: is a folder; name a file in it")
        with path.open("rb") as file:
            if not path.is_file():
                return _copy(file, name)
            if not file.read(1):
                raise AudioReadError(f"{name}: is empty (0 bytes); choose another file")
    except FileNotFoundError:
        raise AudioReadError(f"{name}: no such file; check the name and the folder") from None
    except OSError as error:
        reason = error.strerror or error
        raise AudioReadError(f"{name}: cannot be opened ({reason}); check its permissions") from None
    return path


def is_endless(stream: IO[bytes]) -> bool:
    """Return whether a stream comes from a device such as ``/dev/zero``, which no disk can hold.

    Args:
        stream: open; a byte of it may be taken.

    Example:
        >>> with open("/dev/null", "rb") as nothing:
        ...     is_endless(nothing)
        False
    """
    try:
        mode = os.fstat(stream.fileno()).st_mode
    except (OSError, AttributeError):  # no file of the system, but something in memory
        return False
    return (stat.S_ISCHR(mode) or stat.S_ISBLK(mode)) and bool(stream.read(1))


def _copy(stream: IO[bytes], name: str) -> IO[bytes]:
    """Copy a stream to a temporary file; messages call the stream ``name``."""
    if stream.isatty():
        raise AudioReadError(f"{name}: is a terminal; pipe a WAV into it")
    if is_endless(stream):
        raise AudioReadError(f"{name}: is a device and has no end; name a file")
    copy = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
    try:
        shutil.copyfileobj(stream, copy, 1 << 20)
    except OSError as error:
        copy.close()
        remedy = f"make room in {tempfile.gettempdir()}, or name a file"
        raise AudioReadError(f"{name}: cannot be copied ({error.strerror}); {remedy}") from None
    if copy.tell() == 0:
        copy.close()
        raise AudioReadError(f"{name}: is empty (0 bytes); pipe a WAV into it")
    copy.seek(0)
    return copy
