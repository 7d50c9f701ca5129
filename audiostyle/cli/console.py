"""What the command prints: messages on stderr, JSON lines on stdout; and its exit codes."""

import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from audiostyle.errors import AudiostyleError


class ExitCode(IntEnum):
    """Exit codes of the command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    SOME_FAILED = 3
    INTERRUPTED = 130


class UsageError(AudiostyleError):
    """The command contradicts itself or cannot be carried out; found before work starts, exit code 2."""


def prepare_streams() -> None:
    """Escape what a terminal cannot show, instead of failing: on some systems file names are any bytes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def print_message(message: str) -> None:
    """Print one line on stderr, whatever white space the message has."""
    print(f"audiostyle: {' '.join(message.split())}", file=sys.stderr, flush=True)


def print_json(record: Mapping[str, object]) -> None:
    """Print a JSON object as one line of stdout, at once, so that a reader can follow along."""
    print(json.dumps(record, default=str), flush=True)


def describe_error(error: BaseException) -> str:
    """Describe any error in one line that a person can act on."""
    if isinstance(error, AudiostyleError):
        return str(error)
    if isinstance(error, MemoryError):
        return "out of memory; use fewer --jobs, or close other programs"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return (
        f"internal error ({type(error).__name__}: {error}); run again with --debug and report what it prints"
    )


def format_table(rows: Iterable[Sequence[str]]) -> str:
    """Format rows as left-aligned columns, two spaces apart.

    Example:
        >>> print(format_table([("piano", "A0-C8"), ("strings", "E1-A7")]))
        piano    A0-C8
        strings  E1-A7
    """
    table = [list(row) for row in rows]
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
