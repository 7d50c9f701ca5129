"""What runs on the machines of a cluster: a task, and the board on which tasks write how far they are.

Ray unpickles these by their names, so the machines have the package installed, in the same version.
"""

import logging
import os
import platform
import time
from dataclasses import dataclass
from typing import Protocol

from audiostyle._version import __version__
from audiostyle.cli.batch.addresses import is_address
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.batch.tasks import Job, Outcome, attempt
from audiostyle.cli.console import describe_error
from audiostyle.errors import AudiostyleError
from audiostyle.progress import Progress

_EVERY = 1.0  # seconds between two notes of progress

_kept: dict[str, Job[object, object]] = {}  # the job that this process works for, with what it has loaded


@dataclass(frozen=True)
class Answer:
    """What became of a task.

    Attributes:
        outcome: of the task; an error that would fail every task.
        notices: what the library has said, with its levels.
    """

    outcome: Outcome[object] | AudiostyleError
    notices: list[tuple[int, str]]


class Board:
    """Notes of progress from all machines, in one place.

    Example:
        >>> board = Board()
        >>> board.note(3, 1.0, 4.0); board.note(3, 2.0, 4.0); board.take(), board.take()
        ({3: (2.0, 4.0)}, {})
    """

    def __init__(self) -> None:
        self._notes: dict[int, tuple[float, float | None]] = {}

    def note(self, index: int, done: float, total: float | None) -> None:
        """Note how far a task is."""
        self._notes[index] = done, total

    def take(self) -> dict[int, tuple[float, float | None]]:
        """Return what is new."""
        notes, self._notes = self._notes, {}
        return notes


class RemoteMethod(Protocol):
    """A method of an object that lives in another process."""

    def remote(self, index: int, done: float, total: float | None) -> object:
        """Call it, and do not wait."""


class RemoteBoard(Protocol):
    """A board that lives in another process."""

    @property
    def note(self) -> RemoteMethod:
        """See :meth:`Board.note`."""


def do_task(
    token: str, job: Job[object, object], index: int, task: object, board: RemoteBoard, folder: str
) -> Answer:
    """Do a task on this machine.

    Args:
        token: of the job: a process that has it keeps it, with what it has loaded.
        job: the work.
        index: of the task.
        task: with paths as the command has them.
        board: the actor that is told how far it is.
        folder: in which the command works; it is shared by all machines.
    """
    from audiostyle.cli.notices import listen_to_libraries

    notices: list[tuple[int, str]] = []
    listen_to_libraries(_Keep(notices), logging.WARNING)
    noted = 0.0

    def progress(done: float, total: float | None) -> None:
        nonlocal noted
        if time.monotonic() - noted >= _EVERY:
            noted = time.monotonic()
            board.note.remote(index, done, total)

    try:
        os.chdir(folder)
    except OSError:
        if _is_elsewhere(task):
            return _try(token, job, task, progress, notices)
        here = f"{folder}: is not there on {platform.node()}"
        return Answer(AudiostyleError(f"{here}; work in a folder that all machines share"), notices)
    return _try(token, job, task, progress, notices)


def _is_elsewhere(task: object) -> bool:
    """Return whether all files of a task have addresses: it does not matter in which folder it is done."""
    return isinstance(task, BatchTask) and all(map(is_address, (task.input, *task.list_files())))


def _try(
    token: str, job: Job[object, object], task: object, progress: Progress, notices: list[tuple[int, str]]
) -> Answer:
    """Do a task with the job that this process keeps."""
    if token not in _kept:
        _kept.clear()
        _kept[token] = job
    try:
        return Answer(attempt(_kept[token], task, progress), notices)
    except AudiostyleError as error:
        return Answer(error, notices)
    except Exception as error:
        return Answer(AudiostyleError(f"{describe_error(error)} (audiostyle {__version__})"), notices)


class _Keep(logging.Handler):
    """Keeps what the library says."""

    def __init__(self, notices: list[tuple[int, str]]) -> None:
        super().__init__()
        self._notices = notices

    def emit(self, record: logging.LogRecord) -> None:
        self._notices.append((record.levelno, record.getMessage()))
