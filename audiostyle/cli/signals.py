"""Ctrl-C, a request to end, a terminal that is closed: the command ends at once, and tidily.

Python hears of a signal when the call that the main thread is in has returned, which may take minutes in a
compiled solver or a decoder that hangs.  So a thread hears of it too, and ends the process if the main thread
does not.
"""

import atexit
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_PATIENCE = 0.5  # seconds for the main thread to take note
_UNWINDING = 3.0  # seconds for it to tidy up, once it has taken note

INTERRUPTED = "interrupted; finished files are kept, no unfinished one is left"
"""What is said after Ctrl-C."""

_received: list[int] = []  # by the main thread; the first counts
_noted = threading.Event()


def handle_signals(*, in_worker: bool = False) -> None:
    """Let each signal that ends a process end this one in order; the first counts, and others change nothing.

    What the process was told to ignore when it began (``nohup``, jobs in the background) it goes on ignoring.

    Args:
        in_worker: leave Ctrl-C and the end of the terminal to the parent process, which gets them too, and
            has less patience.
    """
    for number in _SIGNALS:
        if in_worker and number != signal.SIGTERM:
            signal.signal(number, signal.SIG_IGN)
        elif signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end_in_order)
    sys.unraisablehook = _report_unraisable
    with suppress(OSError, RuntimeError):  # where no descriptor or thread is to be had, it takes its time
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        signal.set_wakeup_fd(ours.fileno(), warn_on_full_buffer=False)
        patience = _PATIENCE / 2 if in_worker else _PATIENCE
        threading.Thread(target=_watch, args=(ours, theirs, patience), daemon=True).start()


def finish() -> None:
    """End the process if a signal has ended its work; else all is done but for the interpreter's own end.

    The interpreter takes its time to clear up after torch.  It would also end itself by Ctrl-C, instead of
    with an exit code, where that came while some library was executing code that it had written itself.
    """
    ignore_signals()
    if _received:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        atexit._run_exitfuncs()
        end_process(128 + _received[0])


def ignore_signals() -> None:
    """Let signals change nothing any more."""
    for number in _SIGNALS:
        if signal.getsignal(number) == _end_in_order:
            signal.signal(number, _do_nothing)


def end_process(code: int) -> None:
    """End this process now, without unwinding; the temporary files that it holds are deleted."""
    from audiostyle.temporaries import delete_held

    delete_held()
    os._exit(code)


def raise_if_ended() -> None:
    """Raise again what a signal has raised, in case a library has swallowed it or made another error of it.

    Raises:
        KeyboardInterrupt, SystemExit: there was a signal.
    """
    if _received:
        _raise(_received[0])


def _end_in_order(number: int, frame: FrameType | None) -> None:
    ignore_signals()
    _received.append(number)
    _noted.set()
    _raise(number)


def _raise(number: int) -> None:
    """Raise an exception, so that what is unfinished is removed on the way out."""
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)  # what shells report


def _report_unraisable(event: "sys.UnraisableHookArgs") -> None:
    """Say nothing of an end that came while Python cleared something up, where nothing can be raised.

    :func:`raise_if_ended` raises it later.
    """
    if not (_received and isinstance(event.exc_value, KeyboardInterrupt | SystemExit)):
        sys.__unraisablehook__(event)


def _do_nothing(number: int, frame: FrameType | None) -> None:
    """Take a signal.  To ignore it instead would be inherited by programs that are started."""


def _watch(ours: socket.socket, theirs: socket.socket, patience: float) -> None:
    """Wait for a signal, and end the process if the main thread does not do so in time."""
    number = theirs.recv(1)[0]
    while number not in _SIGNALS:  # others may have handlers too
        number = theirs.recv(1)[0]
    if _noted.wait(patience):
        time.sleep(_UNWINDING)
    _end_by_force(number)


def _end_by_force(number: int) -> None:
    with suppress(OSError):
        if os.isatty(2):
            os.write(2, b"\x1b[?25h\n")  # a progress bar hides the cursor
        if number == signal.SIGINT:
            os.write(2, f"audiostyle: {INTERRUPTED}\n".encode())
    end_process(128 + number)
