"""Many tasks, one after the other or in several processes: the results are the same, in the same order.

Processes rather than threads: each has its own interpreter lock and its own libsndfile.  They are started
afresh (``spawn``), because forking a process that has used torch's threads may hang.
"""

import functools
from collections.abc import Generator, Sequence

from audiostyle.cli.batch.tasks import BatchProgress, Job, Outcome, Result, Task, attempt


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
