"""Many tasks, one after the other or in several processes: the results are the same, in the same order.

Processes rather than threads: each has its own interpreter lock and its own libsndfile.  They are started
afresh (``spawn``), because forking a process that has used torch's threads may hang.
"""

import functools
import traceback
from collections.abc import Callable, Generator, Sequence
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


def run_tasks(
    tasks: Sequence[Task], job: Job[Task, Result], *, jobs: int, on_progress: BatchProgress
) -> Generator[Outcome[Result]]:
    """Yield the outcome of each task, in order.

    Args:
        tasks: what to do.
        job: the work on each of them.
        jobs: processes to work in; with 1, or one task, this one does it all.
        on_progress: told how far each task is.

    Raises:
        AudiostyleError: what would fail every task: the device, the model, no process to be had.
    """
    if min(jobs, len(tasks)) > 1:
        from audiostyle.cli.batch.workers import run_in_processes

        yield from run_in_processes(tasks, job, min(jobs, len(tasks)), on_progress)
        return
    for index, task in enumerate(tasks):
        yield attempt(job, task, functools.partial(on_progress, index))


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
