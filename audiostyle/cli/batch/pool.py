"""Many tasks, one after the other or in several processes: the results are the same, in the same order.

Processes rather than threads: each has its own interpreter lock and its own libsndfile.  They are started
afresh (``spawn``), because forking a process that has used torch's threads may hang.
"""

import functools
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from typing import Any, Generic, Protocol, TypeVar

from audiostyle.cli.console import describe_error
from audiostyle.errors import AudiostyleError, ModelNotFound
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
        AudiostyleError: what would fail every task (the device, the model), or a process that died.
    """
    if min(jobs, len(tasks)) > 1:
        yield from _run_in_processes(tasks, job, min(jobs, len(tasks)), on_progress)
        return
    for index, task in enumerate(tasks):
        yield _attempt(job, task, functools.partial(on_progress, index))


def _attempt(job: Job[Task, Result], task: Task, progress: Progress) -> Outcome[Result]:
    job.prepare()
    try:
        return Outcome(job(task, progress))
    except ModelNotFound:
        raise
    except Exception as error:
        return Outcome(error=describe_error(error), details=traceback.format_exc())


def _run_in_processes(
    tasks: Sequence[Task], job: Job[Task, Result], jobs: int, on_progress: BatchProgress
) -> Iterator[Outcome[Result]]:
    context = multiprocessing.get_context("spawn")
    news, stop = context.SimpleQueue(), context.Event()
    with ProcessPoolExecutor(jobs, context, _start_worker, (job, news, stop)) as pool:
        try:
            yield from _collect_in_order(pool, tasks, jobs, lambda: _relay_progress(news, on_progress))
        except BrokenProcessPool:
            raise AudiostyleError(
                "a worker process died, perhaps out of memory; go on with --skip-existing and fewer --jobs"
            ) from None
        finally:  # on Ctrl-C too: workers leave off at their next report of progress, and tidy up
            stop.set()


def _collect_in_order(
    pool: ProcessPoolExecutor, tasks: Sequence[Task], jobs: int, relay: Callable[[], None]
) -> Iterator[Outcome[Any]]:
    """Yield outcomes in the order of their tasks.

    Only as many tasks are handed over as can run, so that an interruption leaves none in a queue.
    """
    waiting = iter(enumerate(tasks))
    running: dict[Future[Outcome[Any]], int] = {}
    finished: dict[int, Outcome[Any]] = {}
    for index in range(len(tasks)):
        while index not in finished:
            while len(running) < jobs and (following := next(waiting, None)):
                with _block_interrupts():
                    running[pool.submit(_run_in_worker, *following)] = following[0]
            done, _ = wait(running, timeout=0.1, return_when=FIRST_COMPLETED)
            relay()
            finished |= {running.pop(future): future.result() for future in done}
        yield finished.pop(index)


@contextmanager
def _block_interrupts() -> Iterator[None]:
    """Keep Ctrl-C from a process that is started here, which loads torch before it can ignore it.

    In this process it takes effect a moment later.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # what is blocked is inherited
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _relay_progress(news: "SimpleQueue[Any]", on_progress: BatchProgress) -> None:
    while not news.empty():
        on_progress(*news.get())


class _Worker:
    """What a worker process keeps from task to task."""

    job: Job[Any, Any]
    news: "SimpleQueue[Any]"
    stop: Event


def _start_worker(job: Job[Any, Any], news: "SimpleQueue[Any]", stop: Event) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the parent alone decides
    _Worker.job, _Worker.news, _Worker.stop = job, news, stop
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent was killed: nobody wants the result."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    multiprocessing.connection.wait([parent.sentinel])
    os._exit(1)


def _run_in_worker(index: int, task: Any) -> Outcome[Any]:
    def progress(done: float, total: float | None) -> None:
        if _Worker.stop.is_set():
            raise KeyboardInterrupt
        _Worker.news.put((index, done, total))

    return _attempt(_Worker.job, task, progress)
