"""A process that is told to end does so at once, whatever it is at, and leaves nothing unfinished."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no such signals")

SCRIPT = """
import ctypes, sys, time
from pathlib import Path
from audiostyle.cli import signals
from audiostyle.temporaries import Temporary

signals._UNWINDING = 0.3
signals.handle_signals(in_worker="worker" in sys.argv)
temporary = Temporary(Path("."))

def wait():
    time.sleep(600)

def hang():  # in a call that no signal interrupts: a lock that is never opened
    lock, libc = ctypes.create_string_buffer(64), ctypes.CDLL(None)
    libc.pthread_mutex_lock(lock)
    libc.pthread_mutex_lock(lock)

class Cleared:
    def __del__(self):  # in which nothing can be raised
        print("ready", flush=True)
        while not signals._received:
            time.sleep(0.01)

def clear():
    held = Cleared()
    del held
    signals.raise_if_ended()

def swallow():
    while True:
        try:
            print("ready", flush=True)
            while True:
                time.sleep(600)
        except BaseException:
            pass

try:
    if sys.argv[1] not in ("swallow", "clear"):
        print("ready", flush=True)
    globals()[sys.argv[1]]()
finally:
    signals.finish()
"""


def start(*arguments, ignoring=()):
    def prepare():
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN if number in ignoring else signal.SIG_DFL)

    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=prepare,
    )
    assert process.stdout.readline() == "ready\n"
    assert list(Path().glob(".audiostyle-*.part"))
    return process


@pytest.mark.parametrize("at", ["wait", "hang", "swallow", "clear"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_in_time_with_the_code_of_the_signal(at, number):
    process = start(at)
    process.send_signal(number)
    _, message = process.communicate(timeout=120)
    assert process.returncode == 128 + number
    assert not list(Path().glob(".*"))
    assert "Traceback" not in message


def test_a_second_signal_changes_nothing():
    process = start("swallow")
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)
    _, message = process.communicate(timeout=120)
    assert process.returncode in {128 + signal.SIGINT, 128 + signal.SIGTERM} and "Traceback" not in message
    assert not list(Path().glob(".*"))


def test_what_was_to_be_ignored_is_ignored():
    process = start("wait", ignoring=[signal.SIGHUP, signal.SIGINT])
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    assert process.returncode == 143


def test_a_worker_leaves_ctrl_c_to_its_parent():
    process = start("wait", "worker")
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    assert process.returncode == 143
