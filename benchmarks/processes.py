"""Commands run as processes of their own: how long they take and how much memory they need."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """What a finished process has used.

    Where other programs run too, the time by the clock varies with them; the time of the cores hardly
    changes.

    Attributes:
        seconds: time by the clock.
        cores: seconds of all cores together.
        peak: the most memory that was resident, in MB.
    """

    seconds: float
    cores: float
    peak: float

    def format_cells(self, minutes: float) -> list[str]:
        """Return the cells of a table under ``HEADER``, for a recording of ``minutes``."""
        ratio = 60 * minutes / self.seconds
        return [f"{self.seconds:.1f} s", f"{ratio:.1f}×", f"{self.cores:.1f} s", f"{self.peak:.0f} MB"]


HEADER = ("time", "real time", "time of all cores", "peak memory")


def measure(command: Sequence[str]) -> Usage:
    """Run a command to its end and return what it used; its failure ends the benchmark.

    ``wait4`` gives the usage of this one child, where ``getrusage`` would give the largest of all children
    so far.
    """
    started = time.monotonic()
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    elapsed = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, in KiB elsewhere
    return Usage(elapsed, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 1e6)
