"""A job for `audiostyle.cli.batch.pool` that other processes can import; a task is a number and a deed."""

import ctypes
import os
import signal
import time

from audiostyle.errors import AudioReadError, AudiostyleError, ModelNotFound


class Chore:
    """Fails for every task if ``fails``."""

    def __init__(self, fails=False):
        self.fails = fails

    def prepare(self):
        if self.fails:
            raise AudiostyleError("no such device")

    def __call__(self, task, progress):
        number, deed = task
        progress(float(number), 10.0)
        if deed == "fail":
            raise AudioReadError(f"{number}: is bad")
        if deed == "bug":
            raise ZeroDivisionError("a bug")
        if deed == "model":
            raise ModelNotFound("no model")
        if deed == "die":
            os._exit(9)
        if deed == "deaf":
            return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
        if deed == "threads":
            return os.environ.get("OMP_NUM_THREADS")
        if deed == "sleep":
            time.sleep(0.02 * (4 - number))  # later tasks are done first
        if deed == "block":
            ctypes.CDLL(None).sleep(60)  # which a signal ends, and Python hears of it afterwards
        if deed == "linger":
            for step in range(6000):
                progress(step / 600, 10.0)
                time.sleep(0.01)
        return number * number


def exit_at_once(job, pipe, level):
    """Stand in for the work of a process that cannot begin."""
    raise SystemExit(3)
