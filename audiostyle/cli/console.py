"""What the command prints: messages on stderr, JSON lines and text on stdout; and its exit codes."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import IntEnum

from audiostyle.cli.streams import escape, write_line
from audiostyle.errors import AudiostyleError


class ExitCode(IntEnum):
    """Exit codes of the command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    SOME_FAILED = 3
    INTERRUPTED = 130  # 128 and the number of the signal, as shells report it
    READER_GONE = 141


pausing: list[Callable[[], AbstractContextManager[None]]] = [nullcontext]
"""The last gives a context in which a line may be printed: progress bars would overwrite it."""


class UsageError(AudiostyleError):
    """The command contradicts itself or cannot be carried out; found before work starts, exit code 2."""


def print_message(message: str) -> None:
    """Print one line on stderr; what a name has of line ends and of codes for terminals is escaped."""
    with pausing[-1]():
        write_line(f"audiostyle: {escape(message)}", sys.stderr)


def print_text(line: str) -> None:
    """Print one line on stdout, escaped likewise."""
    write_line(escape(line), sys.stdout)


def print_json(record: Mapping[str, object]) -> None:
    """Print a JSON object as one line of stdout, at once, so that a reader can follow along.

    Names are exact: JSON has its own escapes.
    """
    write_line(json.dumps(record, default=str), sys.stdout)


def describe_error(error: BaseException) -> str:
    """Describe any error in one line that a person can act on."""
    if isinstance(error, AudiostyleError):
        return str(error)
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):  # as torch says it
        return "out of memory; use fewer --jobs, or close other programs"
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return "no further thread can be started; close other programs, or raise the limit (ulimit -u)"
    if isinstance(error, ImportError) and "audiostyle" not in str(error):  # for want of memory or descriptors
        return (
            f"a library cannot be loaded ({_join_lines(error)}); 'audiostyle doctor' looks at what works here"
        )
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    reason = f"{type(error).__name__}: {_join_lines(error)}"
    return f"internal error ({reason}); run again with --debug and report what it prints"


def _join_lines(error: BaseException) -> str:
    """Return what an error of another library says, on one line."""
    return " ".join(str(error).split())


def format_table(rows: Iterable[Sequence[str]]) -> str:
    """Format rows as left-aligned columns, two spaces apart, their texts escaped.

    Example:
        >>> print(format_table([("piano", "A0-C8"), ("strings", "E1-A7")]))
        piano    A0-C8
        strings  E1-A7
    """
    table = [[escape(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table)
    return "\n".join(line.rstrip() for line in lines)


def format_time(seconds: float) -> str:
    """Format seconds as minutes and seconds, with hours where there are any.

    Example:
        >>> format_time(7.6), format_time(201), format_time(3661)
        ('0:08', '3:21', '1:01:01')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
