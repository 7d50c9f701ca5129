"""A planned batch carried out, with its progress shown and its outcomes reported."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from audiostyle.cli.batch.conventions import STDIN
from audiostyle.cli.batch.plan import BatchPlan, BatchTask
from audiostyle.cli.batch.pool import run_tasks
from audiostyle.cli.batch.progress import ProgressBars
from audiostyle.cli.batch.reporting import BatchReporter
from audiostyle.cli.batch.tasks import Job, Result
from audiostyle.cli.console import ExitCode
from audiostyle.cli.signals import raise_if_ended
from audiostyle.temporaries import tidy


def run_batch(
    plan: BatchPlan,
    job: Job[BatchTask, Result],
    reporter: BatchReporter[Result],
    *,
    jobs: int = 1,
    dry_run: bool = False,
) -> ExitCode:
    """Carry out a plan and report on it.

    Args:
        plan: what there is to do.
        job: the work on each task.  A task that fails is reported, and the others go on.
        reporter: prints what becomes of it.
        jobs: processes to work in.
        dry_run: report what would be done, and do nothing.

    Returns:
        The exit code for the whole.
    """
    reporter.report_plan(plan)
    if dry_run:
        for task in plan.tasks:
            reporter.report_dry_run(task)
    else:
        _run_with_bars(plan.tasks, job, reporter, jobs)
    return reporter.finish()


def _run_with_bars(
    tasks: list[BatchTask], job: Job[BatchTask, Result], reporter: BatchReporter[Result], jobs: int
) -> None:
    if any(task.input == STDIN for task in tasks):
        jobs = 1  # no other process has the user's stdin

    def show(index: int, done: float, total: float | None) -> None:
        raise_if_ended()
        bars.update(index, done, total)

    with (
        _tidy_up(tasks, jobs),
        ProgressBars([task.input for task in tasks], quiet=reporter.quiet) as bars,
        closing(run_tasks(tasks, job, jobs=jobs, on_progress=show)) as outcomes,
    ):
        for index, outcome in enumerate(outcomes):
            bars.finish(index)
            with bars.hide():
                reporter.report_outcome(tasks[index], outcome)


@contextmanager
def _tidy_up(tasks: list[BatchTask], jobs: int) -> Iterator[None]:
    """Delete what processes that were killed have left among the outputs."""
    try:
        yield
    finally:
        if jobs > 1:
            for folder in {
                Path(os.path.realpath(path)).parent for task in tasks for path in task.list_files()
            }:
                tidy(folder)
