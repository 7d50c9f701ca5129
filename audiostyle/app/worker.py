"""The process that does the work, which may die without harm to the server.

It does one request after the other and keeps the models that it has loaded.  A request is canceled by ending
the process, whatever it is at; the next one gets a new process.
"""

import logging
import multiprocessing
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

from audiostyle.app.jobs import Request, Result
from audiostyle.app.uploads import hide_folder
from audiostyle.errors import AudiostyleError

Note: TypeAlias = Callable[[float, str], None]
"""Called with the share of the work that is done, and with what is being done."""

Perform: TypeAlias = Callable[[Request, Path, Note], Result]
"""The work: a request, the folder for its results, progress → what was made."""

DIED = "the work ended unexpectedly, perhaps for want of memory; try a shorter file"
"""What is said where the process died."""


@dataclass(frozen=True)
class Failure:
    """A request that failed, with a sentence for the page."""

    reason: str


class Worker:
    """A process that works.

    Args:
        perform: the work; a function that can be pickled.

    Raises:
        AudiostyleError: no process is to be had.
    """

    def __init__(self, perform: Perform) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        try:
            self._process = context.Process(target=_work, args=(perform, theirs), daemon=True)
            with theirs:
                self._process.start()
        except OSError as error:
            raise AudiostyleError(f"no process can be started ({error.strerror})") from None

    def do(self, request: Request, folder: Path, note: Note) -> Result | Failure:
        """Do a request and return what was made, or why not; waits, and is ended by :meth:`stop`."""
        try:
            self._pipe.send((request, folder))
            while True:
                answer = self._pipe.recv()
                if isinstance(answer, Result | Failure):
                    return answer
                note(*answer)
        except (EOFError, OSError):
            self.stop()  # its pipe can be closed before it is dead, and it must not be given more
            return Failure(DIED)

    @property
    def is_alive(self) -> bool:
        """Whether it can do more."""
        return self._process.is_alive()

    def stop(self) -> None:
        """End the process at once; what it has not finished is in a folder that is removed anyway."""
        self._process.kill()
        self._process.join()

    def close(self) -> None:
        """Release what is left of it."""
        self.stop()
        self._pipe.close()


def _work(perform: Perform, pipe: Connection) -> None:
    """Do requests as they come, in a process of its own, which ends with its parent."""
    for name in ("SIGINT", "SIGHUP"):  # these are for the parent, whose end is heard of by the pipe
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    remarks = _Remarks()
    logging.getLogger("audiostyle").addHandler(remarks)
    with suppress(EOFError, OSError):
        while True:
            request, folder = pipe.recv()
            remarks.texts.clear()
            pipe.send(_answer(perform, request, folder, pipe, remarks))


def _answer(
    perform: Perform, request: Request, folder: Path, pipe: Connection, remarks: "_Remarks"
) -> Result | Failure:
    """Return what was made, or why not in one sentence in which files have the user's names."""
    folders = [folder, *(path.parent for path in request.paths)]

    def clean(text: str) -> str:
        for one in folders:
            text = hide_folder(text, one)
        return text

    try:
        result = perform(request, folder, lambda share, stage: pipe.send((share, stage)))
    except AudiostyleError as error:
        return Failure(clean(str(error)))
    except MemoryError:
        return Failure("the memory of this machine is not enough for this file")
    except Exception as error:
        logging.getLogger(__name__).exception("%s failed", request.kind)
        return Failure(f"an error inside of audiostyle ({type(error).__name__}); its log says more")
    return Result(result.files, result.content, tuple(dict.fromkeys(map(clean, remarks.texts))))


class _Remarks(logging.Handler):
    """Keeps what the library says, for the page."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.ERROR:
            self.texts.append(record.getMessage())
