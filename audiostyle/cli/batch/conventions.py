"""What paths on the command line mean: ``-`` is a pipe, and outputs are called after their inputs.

Commands import this at start-up, so it imports nothing that is slow to load.
"""

import sys

from audiostyle.cli.console import UsageError
from audiostyle.cli.streams import is_closed

STDIN = "-"  # as an input
STDOUT = "-"  # as an output

NAME_BY_DOMAIN = "{stem}.{domain}.{ext}"
"""What results of ``translate`` are called unless ``--filename`` says otherwise."""

NAME_BY_METHOD = "{stem}.{method}.{ext}"
"""What results of ``transfer`` and ``image`` are called unless ``--filename`` says otherwise."""


def check_stdout(out: str | None, json: bool) -> None:
    """Check that results may go to stdout, where ``--out -`` sends them there.

    Raises:
        UsageError: stdout is a terminal, or is wanted for JSON too.
    """
    if out != STDOUT:
        return
    if json:
        raise UsageError("--json and --out - both need stdout; choose one")
    if is_closed(sys.__stdout__):
        raise UsageError("--out -: stdout is closed; redirect it to a file or a program")
    if sys.stdout.isatty():
        raise UsageError("--out -: stdout is a terminal; redirect it to a file or a program")
