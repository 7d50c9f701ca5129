"""The program ``audiostyle``: one file for each command, which parses options, calls the library and prints.

========================  ==================================================================================
:mod:`.app`               the commands put together; every error as one line and an exit code
:mod:`.translate`         recordings played on other instruments
:mod:`.transfer`          recordings with the texture of others
:mod:`.profile`           the statistics of recordings as a style file
:mod:`.domains`           what a model can make a recording sound like
:mod:`.image`             pictures in the style of others, and smoothing
:mod:`.models`            the models there are, their cards and checksums
:mod:`.doctor`            what works on this machine and what does not
:mod:`.checks`            what ``doctor`` looks at
:mod:`.corpus`            training material from scores and a soundfont
:mod:`.train`             domains, models from recipes, networks for pictures
:mod:`.evaluate`          results measured, with intervals, and systems compared
:mod:`.video`             films in the style of pictures
:mod:`.study`             listening and viewing tests, from folders of results to a report
:mod:`.page`              ``app``: a page for all jobs in a browser
:mod:`.demo`              an example that comes with the package, before and after
:mod:`.options`           options that several commands share
:mod:`.transfer_options`  options of ``transfer``
:mod:`.image_options`     options of ``image``
:mod:`.image_lut`         the look of a style as a table for other programs
:mod:`.image_optimize`    pictures by descent on sums of losses
:mod:`.image_plans`       masks and styles that fit, and a plan of the work
:mod:`.image_stereo`      two views of one scene in the style of others
:mod:`.console`           lines for people, lines for machines, exit codes
:mod:`.notices`           what libraries say while they work
:mod:`.signals`           Ctrl-C and its kin: the command ends at once, whatever it is at
:mod:`.streams`           standard streams in any state: closed, broken, full
:mod:`.batch`             what commands with many inputs share: names of outputs, plan, processes, reports
:mod:`.jobs`              the work on one input, which worker processes unpickle and run
========================  ==================================================================================

Nothing here loads torch, NumPy or librosa before a command needs it, so ``audiostyle --help`` is instant.
"""

import os
import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command and leave with its exit code; the entry point of the console script.

    Example:
        >>> import subprocess, sys
        >>> subprocess.run([sys.executable, "-m", "audiostyle", "--version"]).returncode
        0
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))  # until we can say so: nothing has begun
    from audiostyle.cli.signals import finish, handle_signals
    from audiostyle.cli.streams import prepare_streams

    prepare_streams()  # first: it takes the numbers of streams that are closed
    handle_signals()
    fix_thread_count()
    use_large_pages()
    try:
        from audiostyle.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before or after ``run``, which says so itself
        code = 130
    finally:
        finish()
    sys.exit(code)


def fix_thread_count() -> None:
    """Fix how many threads torch will use, before it is loaded; the user's own settings win.

    Sums are rounded differently with another number of threads, so the number may depend on the machine but
    not on ``--jobs``.  Waiting threads sleep rather than spin: with spinning, two busy processes on two cores
    were eight times slower; with sleeping they are as fast as with one thread each.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.environ.setdefault("OMP_NUM_THREADS", str(min(cores, 4)))  # small networks gain nothing from more
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def use_large_pages() -> None:
    """Let torch ask for memory in pages of 2 MB where Linux has them; the user's own setting wins.

    Layers take and give back blocks of many megabytes all the time, and page faults are slow on a virtual
    machine: with pages of 4 KB they take a good part of the time of a translation.
    """
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
