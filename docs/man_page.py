"""Writes ``man/audiostyle.1``, the manual page, from the command line itself.

Run it after a command or an option has changed: ``python docs/man_page.py``.  A test compares the two.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.main import get_command

from audiostyle._version import __version__
from audiostyle.cli.app import build_app

OUT = Path(__file__).resolve().parent / "man" / "audiostyle.1"

EXIT_CODES = {0: "done", 1: "failed", 2: "wrong usage", 3: "some of the inputs failed", 130: "interrupted"}
VARIABLES = {
    "AUDIOSTYLE_HOME": "where models of one's own are; else XDG_CACHE_HOME/audiostyle.",
    "NO_COLOR": "no colors on the terminal.",
    "TMPDIR": "where temporary files go that are not beside their output.",
    "OMP_NUM_THREADS": "threads of one process.",
    "NUMBA_CACHE_DIR": "where compiled code is kept.",
}


def escape(text: str) -> str:
    """Return text as roff shows it: one paragraph, with hyphens that can be copied.

    Example:
        >>> escape("--json")
        '\\\\-\\\\-json'
    """
    plain = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    plain = "".join(letter if letter.isascii() else f"\\[u{ord(letter):04X}]" for letter in plain)
    return re.sub(r"^([.'])", r"\\&\1", plain)


def describe_parameter(parameter: Any, context: Any) -> Iterator[str]:
    """Yield the lines of an option or an argument."""
    record = parameter.get_help_record(context)
    if record is None:
        return
    names, text = record
    yield ".TP"
    yield f"\\fB{escape(names)}\\fR"
    yield escape(text) if text.strip() else "\\&"


def describe_command(name: str, command: Any, parent: Any) -> Iterator[str]:
    """Yield the lines of a command, then those of the commands below it."""
    context = typer.Context(command, info_name=name, parent=parent)
    usage = " ".join(command.collect_usage_pieces(context))
    if below_it := getattr(command, "commands", {}):
        for below, one in below_it.items():
            yield from describe_command(below, one, context)
        return
    yield f".SS {escape(context.command_path)}"
    yield f"\\fB{escape(context.command_path)}\\fR {escape(usage)}"
    for paragraph in (command.help or "").split("\n\n"):
        yield ".PP"
        yield escape(paragraph)
    for parameter in command.params:
        yield from describe_parameter(parameter, context)


def make_page() -> str:
    """Return the page."""
    command: Any = get_command(build_app())
    context = typer.Context(command, info_name="audiostyle")
    lines = [
        f'.TH AUDIOSTYLE 1 "" "audiostyle {__version__}" "User Commands"',
        ".SH NAME",
        f"audiostyle \\- {escape(command.help.rstrip('.').lower())}",
        ".SH SYNOPSIS",
        "\\fBaudiostyle\\fR [\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]",
        ".SH DESCRIPTION",
        escape(
            "Plays recordings on other instruments, gives them the texture of others, and does the same for "
            "photographs and films. Everything works on this machine's processor and without a network."
        ),
        ".PP",
        escape("Start with: audiostyle translate song.wav --domain piano"),
        ".SH OPTIONS",
    ]
    for parameter in command.params:
        lines += describe_parameter(parameter, context)
    lines.append(".SH COMMANDS")
    for name, one in command.commands.items():
        lines += describe_command(name, one, context)
    lines.append(".SH EXIT STATUS")
    for code, meaning in EXIT_CODES.items():
        lines += [".TP", f"\\fB{code}\\fR", meaning]
    lines.append(".SH ENVIRONMENT")
    for variable, meaning in VARIABLES.items():
        lines += [".TP", f"\\fB{variable}\\fR", escape(meaning)]
    lines += [".SH SEE ALSO", "ffmpeg(1), fluidsynth(1)"]
    return "\n".join(lines) + "\n"


def main() -> None:
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(make_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
