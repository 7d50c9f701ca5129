"""A task of a batch: the job that does it, and what becomes of it."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from audiostyle.cli.console import describe_error
from audiostyle.errors import ModelNotFound
from audiostyle.progress import Progress

Task = TypeVar("Task")
Result = TypeVar("Result")
TaskIn = TypeVar("TaskIn", contravariant=True)
ResultOut = TypeVar("ResultOut", covariant=True)

BatchProgress = Callable[[int, float, float | None], None]
"""Called with the index of a task, how much of it is done, and of how much (None: not known)."""


class Job(Protocol[TaskIn, ResultOut]):
    """The work on one task.

    A job is pickled once for each process, and may keep there what it has loaded.
    """

    def prepare(self) -> None:
        """Load what every task needs; called before each.  What fails here ends the batch."""

    def __call__(self, task: TaskIn, progress: Progress) -> ResultOut:
        """Do the work and return its result.  What fails here is this task's failure alone."""


@dataclass(frozen=True)
class Outcome(Generic[Result]):
    """What became of a task.

    Attributes:
        result: what the job returned; None where it failed.
        error: one line about the failure; None where there was none.
        details: the failure's traceback, for ``--debug``.
    """

    result: Result | None = None
    error: str | None = None
    details: str = ""


def attempt(job: Job[Task, Result], task: Task, progress: Progress) -> Outcome[Result]:
    """Do one task and return its outcome.

    Raises:
        Exception: what would fail every task.
    """
    job.prepare()
    try:
        return Outcome(job(task, progress))
    except ModelNotFound:
        raise
    except Exception as error:
        return Outcome(error=describe_error(error), details=traceback.format_exc())
