"""Jobs one after the other, with progress, and canceled at once.

One at a time, because one uses all cores; the thread that waits for the worker does nothing else.
"""

import threading
from collections import deque
from contextlib import suppress

from audiostyle.app.jobs import Job
from audiostyle.app.worker import Failure, Perform, Worker
from audiostyle.errors import AudiostyleError


class Queue:
    """The jobs of all browsers, done in the order in which they came.

    Args:
        perform: the work, in a process of its own.
    """

    def __init__(self, perform: Perform) -> None:
        self._perform = perform
        self._waiting: deque[Job] = deque()
        self._changed = threading.Condition()
        self._running: Job | None = None
        self._worker: Worker | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="queue", daemon=True)
        self._thread.start()

    def add(self, job: Job) -> None:
        """Have a job done after those that wait already."""
        with self._changed:
            self._waiting.append(job)
            self._changed.notify()

    def count_ahead(self, job: Job) -> int:
        """Return how many jobs are done before this one."""
        with self._changed:
            running = self._running is not None and self._running is not job
            return self._waiting.index(job) + running if job in self._waiting else 0

    def cancel(self, job: Job) -> None:
        """Cancel a job that waits or is being done; one that has ended stays as it is."""
        with self._changed:
            if job.ended:
                return
            job.state = "canceled"
            with suppress(ValueError):
                self._waiting.remove(job)
            if job is self._running and self._worker is not None:
                self._worker.stop()

    def close(self) -> None:
        """End all work."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            if self._worker is not None:
                self._worker.stop()
        self._thread.join()

    def _work(self) -> None:
        while (job := self._take()) is not None:
            try:
                worker = self._get_worker()
                answer = worker.do(job.request, job.folder, job.note) if worker else Failure("it was ended")
            except AudiostyleError as error:
                answer = Failure(str(error))
            self._finish(job, answer)
        if self._worker is not None:
            self._worker.close()

    def _take(self) -> Job | None:
        """Wait for the next job; None at the end."""
        with self._changed:
            self._running = None
            while not self._waiting and not self._closed:
                self._changed.wait()
            if self._closed:
                return None
            self._running = self._waiting.popleft()
            self._running.start()
            return self._running

    def _get_worker(self) -> Worker | None:
        """Return a worker that lives, or None at the end."""
        with self._changed:
            if self._closed:
                return None
            if self._worker is None or not self._worker.is_alive:
                if self._worker is not None:
                    self._worker.close()
                self._worker = Worker(self._perform)
            return self._worker

    def _finish(self, job: Job, answer: object) -> None:
        with self._changed:
            if job.ended:  # it was canceled
                return
            if isinstance(answer, Failure):
                job.error, job.state = answer.reason, "failed"
            else:
                job.result, job.share, job.state = answer, 1.0, "done"  # type: ignore[assignment]
