"""A planned batch carried out, with its progress shown and its outcomes reported."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from audiostyle.cli.batch.addresses import is_address
from audiostyle.cli.batch.conventions import STDIN
from audiostyle.cli.batch.engine import Engine
from audiostyle.cli.batch.plan import BatchPlan, BatchTask
from audiostyle.cli.batch.progress import ProgressBars
from audiostyle.cli.batch.reporting import BatchReporter
from audiostyle.cli.batch.staging import StagedJob, is_staged
from audiostyle.cli.batch.tasks import Job, Result
from audiostyle.cli.console import ExitCode
from audiostyle.cli.signals import raise_if_ended
from audiostyle.temporaries import tidy


def run_batch(
    plan: BatchPlan,
    job: Job[BatchTask, Result],
    reporter: BatchReporter[Result],
    *,
    engine: Engine | None = None,
    dry_run: bool = False,
) -> ExitCode:
    """Carry out a plan and report on it.

    Args:
        plan: what there is to do.
        job: the work on each task.  A task that fails is reported, and the others go on.
        reporter: prints what becomes of it.
        engine: who does it; None is this process.
        dry_run: report what would be done, and do nothing.

    Returns:
        The exit code for the whole.
    """
    reporter.report_plan(plan)
    if dry_run:
        for task in plan.tasks:
            reporter.report_dry_run(task)
    else:
        _run_with_bars(plan, job, reporter, engine or Engine())
    return reporter.finish()


def _run_with_bars(
    plan: BatchPlan, job: Job[BatchTask, Result], reporter: BatchReporter[Result], engine: Engine
) -> None:
    tasks = plan.tasks
    if any(STDIN in (task.input, *task.outputs.values()) for task in tasks):
        engine = engine.stay_here()  # no other process has the user's streams

    def show(index: int, done: float, total: float | None) -> None:
        raise_if_ended()
        bars.update(index, done, total)

    with (
        _tidy_up(plan, engine),
        _stage(tasks, job) as job,
        ProgressBars([task.input for task in tasks], quiet=reporter.quiet) as bars,
        closing(engine.run(tasks, job, show)) as outcomes,
    ):
        for index, outcome in enumerate(outcomes):
            bars.finish(index)
            with bars.hide():
                reporter.report_outcome(tasks[index], outcome)


@contextmanager
def _stage(tasks: list[BatchTask], job: Job[BatchTask, Result]) -> Iterator[Job[BatchTask, Result]]:
    """Yield the job, which works on copies if something lies elsewhere."""
    if not is_staged(tasks, job):
        yield job
        return
    staged = StagedJob(job)
    try:
        yield staged
    finally:
        staged.release()


@contextmanager
def _tidy_up(plan: BatchPlan, engine: Engine) -> Iterator[None]:
    """Delete what processes that were killed have left among the outputs."""
    try:
        yield
    finally:
        files = [path for task in plan.tasks for path in task.list_files()]
        if engine.leaves_this_process:
            for folder in {Path(os.path.realpath(path)).parent for path in files if not is_address(path)}:
                tidy(folder)
        files += [skipped.output for skipped in plan.skipped]  # which a copy of a task may have been at, too
        if addresses := [path for path in files if is_address(path)]:
            from audiostyle.cli.batch import remote

            remote.tidy(addresses)
