"""Processes that work on tasks, each with a pipe to its parent; the death of one is the failure of one task.

A worker and its parent share nothing but their pipe.  What several processes share (queues, locks, events)
stays locked for all when one of them is killed while it holds it.
"""

import logging
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from audiostyle.cli.batch.tasks import BatchProgress, Job, Outcome, Result, Task, attempt
from audiostyle.cli.console import describe_error
from audiostyle.errors import AudiostyleError

_log = logging.getLogger(__name__)

_PATIENCE = 0.5  # seconds in which workers must end that were told to

_DIED = "a worker process died, perhaps for want of memory; try it again with fewer --jobs"


def run_in_processes(
    tasks: Sequence[Task], job: Job[Task, Result], jobs: int, on_progress: BatchProgress
) -> Iterator[Outcome[Result]]:
    """Yield the outcome of each task, in order; see :func:`audiostyle.cli.batch.pool.run_tasks`.

    Raises:
        AudiostyleError: what would fail every task.
    """
    crew = _Crew(job, on_progress)
    waiting = iter(enumerate(tasks))
    finished: dict[int, Outcome[Any]] = {}
    try:
        for index in range(len(tasks)):
            while index not in finished:
                while len(crew.busy) < jobs and (following := next(waiting, None)):
                    crew.assign(*following)
                finished |= crew.collect()
            yield finished.pop(index)
    finally:  # on Ctrl-C too
        crew.dismiss()


class _Worker:
    """A process, as its parent sees it."""

    def __init__(self, job: Job[Any, Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self.index = -1  # of its task
        self.task: Any = None
        self.has_answered = False  # at all: it has been able to start
        try:
            self.pipe, theirs = context.Pipe()
            level = logging.getLogger("audiostyle").getEffectiveLevel()
            self.process = context.Process(target=_work, args=(job, theirs, level), daemon=True)
            with _block_interrupts(), theirs:
                self.process.start()
        except OSError as error:
            raise AudiostyleError(
                f"no further process can be started ({error.strerror}); use fewer --jobs"
            ) from None


class _Crew:
    """All workers."""

    def __init__(self, job: Job[Any, Any], on_progress: BatchProgress) -> None:
        self._job = job
        self._on_progress = on_progress
        self._idle: list[_Worker] = []
        self.busy: list[_Worker] = []

    def assign(self, index: int, task: object) -> None:
        """Give a task to a worker that has none, or to a new one."""
        worker = self._idle.pop() if self._idle else _Worker(self._job)
        self.busy.append(worker)
        worker.index, worker.task = index, task
        with suppress(OSError):  # it has died meanwhile, which is found out when its answer is read
            worker.pipe.send((index, task))

    def collect(self) -> dict[int, Outcome[Any]]:
        """Wait for something to happen; return the outcomes of tasks by index.

        Raises:
            AudiostyleError: what would fail every task.
        """
        outcomes = {}
        ready = wait([worker.pipe for worker in self.busy], timeout=0.1)
        for worker in [worker for worker in self.busy if worker.pipe in ready]:
            try:
                answer = worker.pipe.recv()
            except (EOFError, OSError):
                answer = self._bury(worker)
            worker.has_answered = True
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, Outcome):
                outcomes[worker.index] = answer
                self.busy.remove(worker)
                self._idle += [worker] if worker.process.is_alive() else []
            elif isinstance(answer, _Notice):
                _log.log(answer.level, "%s", answer.text)
            elif answer is not None:
                self._on_progress(worker.index, *answer)
        return outcomes

    def dismiss(self) -> None:
        """End all workers: what they are at is not wanted any more."""
        workers = self.busy + self._idle
        for worker in workers:
            worker.pipe.close()
            worker.process.terminate()
        deadline = time.monotonic() + _PATIENCE
        for worker in workers:
            worker.process.join(max(0.0, deadline - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    def _bury(self, worker: _Worker) -> Outcome[Any] | AudiostyleError:
        """Return what the death of a worker means: the failure of its task, or of all if it never began."""
        worker.process.join()
        if not worker.has_answered:
            code = worker.process.exitcode
            return AudiostyleError(f"worker processes cannot start (exit code {code}); use --jobs 1")
        name = getattr(worker.task, "input", worker.index)
        return Outcome(error=f"{name}: {_DIED}", details=f"exit code {worker.process.exitcode}")


@contextmanager
def _block_interrupts() -> Iterator[None]:
    """Keep Ctrl-C from a process that is started here, which loads torch before it can ignore it.

    In this process it takes effect a moment later.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})  # which is inherited
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass(frozen=True)
class _Notice:
    """What a library says in a worker; its parent prints it."""

    level: int
    text: str


class _SendHandler(logging.Handler):
    """Sends notices to the parent."""

    def __init__(self, pipe: Connection) -> None:
        super().__init__()
        self._pipe = pipe

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):
            self._pipe.send(_Notice(record.levelno, record.getMessage()))


def _work(job: Job[Any, Any], pipe: Connection, level: int) -> None:
    """Do tasks as they come, in a process of its own."""
    from audiostyle.cli.notices import listen_to_libraries
    from audiostyle.cli.signals import end_process, handle_signals, ignore_signals

    code = 0
    try:
        handle_signals(in_worker=True)
        listen_to_libraries(_SendHandler(pipe), level)
        with suppress(RuntimeError):  # where no thread is to be had, it ends with its task
            threading.Thread(target=_end_with_parent, daemon=True).start()
        with suppress(EOFError, OSError):
            pipe.send(None)  # it has begun
            while True:
                _, task = pipe.recv()
                pipe.send(_do(job, task, lambda done, total: pipe.send((done, total))))
    except SystemExit:  # told to end by its parent
        code = 143
    ignore_signals()
    end_process(code)  # a parent that has no more work has no patience for an interpreter's goodbye either


def _do(job: Job[Any, Any], task: object, progress: Callable[[float, float | None], None]) -> object:
    """Return the outcome of a task, or the error that would fail every task."""
    try:
        return attempt(job, task, progress)
    except AudiostyleError as error:
        return error
    except Exception as error:
        return AudiostyleError(describe_error(error))


def _end_with_parent() -> None:
    """End this process when its parent was killed: nobody wants the result."""
    from audiostyle.cli.signals import end_process

    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    end_process(1)
