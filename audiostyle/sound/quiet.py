"""Decoders that write to stderr from C, silenced; what others write there in the meantime is passed on."""

from __future__ import annotations

import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STDERR = 2
_OURS = re.compile(
    rb"(?:\[[^\]\n]*libmpg123[^\]\n]*\]|Note: |Warning: |mpg123: |Illegal Audio-MPEG)[^\n]*\n?"
)
_lock = threading.Lock()
_users = 0
_saved = -1
_caught = -1


@contextmanager
def hide_decoder_messages() -> Iterator[None]:
    """Keep mpg123's remarks on damaged frames from stderr while the block runs.

    They come from C, past :data:`sys.stderr`, and name neither the file nor a remedy.  So the descriptor is
    led into a temporary file for a moment.  Lines in it that are not mpg123's go to stderr afterwards.  Any
    number of threads may be inside at once.

    Example:
        >>> with hide_decoder_messages():
        ...     _ = os.write(2, b"Note: Illegal Audio-MPEG-Header 0x3c3c3c3c at offset 1024.")
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _users, _saved, _caught
    with _lock:
        _users += 1
        if _users > 1 or _saved >= 0:
            return
        try:
            _saved = os.dup(_STDERR)
            if _caught < 0:
                with tempfile.TemporaryFile() as file:
                    _caught = os.dup(file.fileno())
            os.dup2(_caught, _STDERR)
        except OSError:  # stderr is closed, or there is no room for a file: then messages stay
            if _saved >= 0:
                os.close(_saved)
            _saved = -1


def _leave() -> None:
    global _users, _saved
    with _lock:
        _users -= 1
        if _users or _saved < 0:
            return
        os.dup2(_saved, _STDERR)
        os.close(_saved)
        _saved = -1
        with suppress(OSError):
            if size := os.lseek(_caught, 0, os.SEEK_CUR):
                os.lseek(_caught, 0, os.SEEK_SET)
                written = os.read(_caught, size)
                os.ftruncate(_caught, 0)
                os.lseek(_caught, 0, os.SEEK_SET)
                others = _OURS.sub(b"", written).strip(b"\n")
                if others:
                    os.write(_STDERR, others + b"\n")
