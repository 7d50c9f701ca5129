"""Standard streams in any state: closed, broken, full, or unable to show a letter."""

import errno
import io
import os
import sys
import unicodedata
from contextlib import suppress
from typing import TextIO

from audiostyle.errors import AudioWriteError

# Marks that change the direction of what follows: a name could make a line read as another.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})  # control characters, bytes that are no text, line separators


class ReaderGone(AudioWriteError):
    """The program that read our standard output has ended, as ``head`` does; there is nobody to tell."""


def prepare_streams() -> None:
    """Make the standard streams safe to use.

    A stream that is closed is replaced by one that takes everything, below Python as well: the next file to
    be opened would take its number, and libraries in C would write their notices into it.  What a terminal
    cannot show is escaped, instead of failing: on some systems file names are any bytes.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  open for as long as the process runs
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def is_closed(stream: TextIO | None) -> bool:
    """Return whether a standard stream was closed when the process began.

    Args:
        stream: ``sys.__stdin__``, ``sys.__stdout__`` or ``sys.__stderr__``.
    """
    return stream is None


def escape(text: str) -> str:
    r"""Return a text as it can be shown on a terminal, on one line and without effect on it.

    Example:
        >>> print(escape("a\x1b[31m\n\udce9 ü 音.wav"))
        a\x1b[31m\n\udce9 ü 音.wav
    """
    if text.isprintable():
        return text
    return "".join(_escape_letter(letter) for letter in text)


def write_line(text: str, stream: TextIO) -> None:
    """Write a line at once.

    Raises:
        ReaderGone: the program behind a pipe has ended.
        AudioWriteError: standard output cannot be written.
    """
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        _abandon(stream)
        if stream is sys.stderr:
            return  # there is no way left to tell
        raise _explain(error) from None


def flush_output() -> None:
    """Write what is left in standard output's buffer; raises errors as `write_line` does."""
    try:
        sys.stdout.flush()
    except OSError as error:
        _abandon(sys.stdout)
        raise _explain(error) from None


def _escape_letter(letter: str) -> str:
    if letter in _TURNS or unicodedata.category(letter) in _UNSEEN:
        return letter.encode("unicode_escape").decode()
    return letter


def _explain(error: OSError) -> AudioWriteError:
    if error.errno == errno.EPIPE:
        return ReaderGone("standard output: the program behind the pipe has ended")
    reason = error.strerror or str(error)
    return AudioWriteError(f"standard output: cannot be written ({reason}); choose another place for it")


def _abandon(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere, or the interpreter would try again when it ends."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
