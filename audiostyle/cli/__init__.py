"""The ``audiostyle`` command: one file per verb; a verb parses, calls the library, prints.

==================  ===============================================================================
:mod:`.app`         the verbs put together; errors to one line and an exit code
:mod:`.inputs`      what the user named (files, folders, globs, ``-``) as a list of recordings
:mod:`.plan`        which file each result goes to, and every mistake that shows before work starts
:mod:`.batch`       many recordings, one after the other or in several processes
:mod:`.progress`    the bar on a terminal's stderr
:mod:`.console`     lines for people, lines for machines, exit codes
:mod:`.checks`      what ``doctor`` looks at
==================  ===============================================================================

Nothing here loads torch, NumPy or librosa before a verb needs it: ``audiostyle --help`` is to be instant.
"""

import os
import signal
import sys
from types import FrameType

__all__ = ["main"]


def main() -> None:
    """Entry point of the console script: run the command and leave with its exit code."""
    from audiostyle.cli.app import run
    from audiostyle.cli.console import prepare_streams

    signal.signal(signal.SIGTERM, _terminated)
    use_fixed_threads()
    use_large_pages()
    prepare_streams()
    sys.exit(run(sys.argv[1:]))


def use_fixed_threads() -> None:
    """Settle how many threads torch will use, before it is loaded; the user's own settings win.

    Sums are rounded differently with another number of threads, so the number may depend on the machine but
    not on ``--jobs``.  Waiting threads sleep rather than spin: with spinning, two busy processes on two cores
    were eight times slower; with sleeping they are as fast as with one thread each.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.environ.setdefault("OMP_NUM_THREADS", str(min(cores, 4)))  # small networks gain nothing from more
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def use_large_pages() -> None:
    """Let torch ask for memory in pages of 2 MB where Linux has them; the user's own setting wins.

    Layers take and give back blocks of many megabytes all the time, and on a virtual machine page faults are
    dear: with pages of 4 KB they cost a good part of a translation.
    """
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")


def _terminated(number: int, frame: FrameType | None) -> None:
    # Leaving by an exception lets half-written files be removed; 128 + n is what shells report.
    sys.exit(128 + number)
