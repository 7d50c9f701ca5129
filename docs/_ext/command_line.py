"""Writes the page of the command line from the help texts of the commands."""

from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from typer.core import TyperCommand, TyperGroup

Command = TyperCommand | TyperGroup

WIDTH = 100  # characters of a line of help

INTRODUCTION = """# Command line

Every command with its arguments and options, as `--help` prints them.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some inputs failed (they are listed), 130 interrupted;
129 and 143 when SIGHUP or SIGTERM ended the work, 141 when the reader of a pipe has ended.
"""


def load_command() -> Command:
    """Return the ``audiostyle`` command."""
    from typer.main import get_command

    from audiostyle.cli.app import build_app

    return get_command(build_app())


def iterate_help(command: Command, path: str, parent: object = None) -> Iterator[tuple[str, str]]:
    """Yield (full name, help text) of a command and of all below it."""
    context = command.context_class(
        command, info_name=path.split()[-1], parent=parent, max_content_width=WIDTH, terminal_width=WIDTH
    )
    yield path, command.get_help(context)
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield from iterate_help(child, f"{path} {name}", context)


def write_page(app: Sphinx) -> None:
    """Write ``command-line.md``, if it has changed."""
    parts = [INTRODUCTION]
    for path, text in iterate_help(load_command(), "audiostyle"):
        level = "##" if path.count(" ") < 2 else "###"
        parts.append(f"{level} `{path}`\n\n```text\n{text.strip()}\n```\n")
    page, text = Path(app.srcdir, "command-line.md"), "\n".join(parts)
    if not page.exists() or page.read_text("utf-8") != text:
        page.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", write_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
