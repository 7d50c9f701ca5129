"""Many recordings, one after the other or in several processes: the results are the same, in the same order.

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
from typing import Any, Protocol

from audiostyle.cli.console import describe
from audiostyle.errors import AudiostyleError, ModelNotFound

Report = Callable[[float, float | None], None]
OnProgress = Callable[[int, float, float | None], None]


class Work(Protocol):
    """What is done with each task.  It is pickled once for each process, and may keep what it has loaded."""

    def prepare(self) -> None:
        """Called before every task: what fails here would fail for each of them, so it ends the batch."""

    def __call__(self, task: Any, progress: Report) -> Any: ...


@dataclass(frozen=True)
class Outcome:
    """A task's result, or one line about why there is none and the traceback for ``--debug``."""

    result: Any = None
    error: str | None = None
    details: str = ""


def run(tasks: Sequence[Any], work: Work, *, jobs: int, on_progress: OnProgress) -> Generator[Outcome]:
    """The outcome of each task, in order.  ``on_progress(index, seconds_done, seconds_in_all)`` hears of it.

    A task that fails is an outcome; what would fail them all (the device, the model) is raised.
    """
    if min(jobs, len(tasks)) > 1:
        yield from _run_in_processes(tasks, work, min(jobs, len(tasks)), on_progress)
        return
    for index, task in enumerate(tasks):
        yield _attempt(work, task, functools.partial(on_progress, index))


def _attempt(work: Work, task: Any, progress: Report) -> Outcome:
    work.prepare()
    try:
        return Outcome(work(task, progress))
    except ModelNotFound:
        raise
    except Exception as error:
        return Outcome(error=describe(error), details=traceback.format_exc())


def _run_in_processes(
    tasks: Sequence[Any], work: Work, jobs: int, on_progress: OnProgress
) -> Iterator[Outcome]:
    context = multiprocessing.get_context("spawn")
    news, stop = context.SimpleQueue(), context.Event()
    with ProcessPoolExecutor(jobs, context, _start, (work, news, stop)) as pool:
        try:
            yield from _in_order(pool, tasks, jobs, lambda: _relay(news, on_progress))
        except BrokenProcessPool:
            raise AudiostyleError(
                "a worker process died, perhaps out of memory; go on with --skip-existing and fewer --jobs"
            ) from None
        finally:  # on Ctrl-C too: workers leave off at their next report of progress, and tidy up
            stop.set()


def _in_order(
    pool: ProcessPoolExecutor, tasks: Sequence[Any], jobs: int, relay: Callable[[], None]
) -> Iterator[Outcome]:
    """Only as many tasks are handed over as can run, so that an interruption leaves none in a queue."""
    waiting = iter(enumerate(tasks))
    running: dict[Future[Outcome], int] = {}
    finished: dict[int, Outcome] = {}
    for index in range(len(tasks)):
        while index not in finished:
            while len(running) < jobs and (following := next(waiting, None)):
                with _unheard_by_children():
                    running[pool.submit(_run, *following)] = following[0]
            done, _ = wait(running, timeout=0.1, return_when=FIRST_COMPLETED)
            relay()
            finished |= {running.pop(future): future.result() for future in done}
        yield finished.pop(index)


@contextmanager
def _unheard_by_children() -> Iterator[None]:
    """Ctrl-C does not reach a process that is started here, which loads torch before it can ignore it.

    In this process it is heard a moment later.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # what is blocked is inherited
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _relay(news: Any, on_progress: OnProgress) -> None:
    while not news.empty():
        on_progress(*news.get())


class _Worker:
    """What a worker process keeps from task to task."""

    work: Work
    news: Any
    stop: Any


def _start(work: Work, news: Any, stop: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the parent alone decides
    _Worker.work, _Worker.news, _Worker.stop = work, news, stop
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    multiprocessing.connection.wait([parent.sentinel])
    os._exit(1)  # the parent was killed: nobody wants the result


def _run(index: int, task: Any) -> Outcome:
    def progress(done: float, total: float | None) -> None:
        if _Worker.stop.is_set():
            raise KeyboardInterrupt
        _Worker.news.put((index, done, total))

    return _attempt(_Worker.work, task, progress)
