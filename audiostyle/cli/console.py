"""What the command says: messages on stderr, lines for machines on stdout, exit codes."""

import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any

from audiostyle.errors import AudiostyleError


class Code(IntEnum):
    """Exit codes of the command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    SOME_FAILED = 3
    INTERRUPTED = 130


class UsageError(AudiostyleError):
    """What was asked for cannot be done by any means: found before work starts, exit code 2."""


def prepare_streams() -> None:
    """File names are any bytes on some systems; what a terminal cannot show is escaped rather than fatal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def tell(message: str) -> None:
    """One line on stderr."""
    print(f"audiostyle: {' '.join(message.split())}", file=sys.stderr, flush=True)


def emit(record: Mapping[str, Any]) -> None:
    """One JSON object on one line of stdout, at once, so that a reader can follow along."""
    print(json.dumps(record, default=str), flush=True)


def describe(error: BaseException) -> str:
    """One line about any error, fit for a person."""
    if isinstance(error, AudiostyleError):
        return str(error)
    if isinstance(error, MemoryError):
        return "out of memory; use fewer --jobs, or close other programs"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return (
        f"internal error ({type(error).__name__}: {error}); run again with --debug and report what it prints"
    )


def columns(rows: Iterable[Sequence[str]]) -> str:
    """Rows as left-aligned columns, two spaces apart.

    >>> print(columns([("piano", "A0-C8"), ("strings", "E1-A7")]))
    piano    A0-C8
    strings  E1-A7
    """
    table = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table)
    return "\n".join(line.rstrip() for line in lines)


def clock(seconds: float) -> str:
    """Seconds as a clock shows them.

    >>> clock(7.6), clock(201), clock(3661)
    ('0:08', '3:21', '1:01:01')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
