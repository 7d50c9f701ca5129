"""A planned batch carried out, with its progress shown and its outcomes reported."""

from collections.abc import Sequence
from contextlib import closing

from audiostyle.cli.batch import pool as batch
from audiostyle.cli.batch.inputs import STDIN
from audiostyle.cli.batch.plan import Task
from audiostyle.cli.batch.progress import Bars
from audiostyle.cli.batch.reporting import Reporter


def process(tasks: Sequence[Task], work: batch.Work, jobs: int, reporter: Reporter) -> None:
    """Do ``work`` on every task.  A task that fails is reported, and the others go on."""
    if any(task.input == STDIN for task in tasks):
        jobs = 1  # no other process has the user's stdin
    with (
        Bars([task.input for task in tasks], quiet=reporter.quiet) as bars,
        closing(batch.run(tasks, work, jobs=jobs, on_progress=bars.update)) as outcomes,
    ):
        for index, outcome in enumerate(outcomes):
            bars.finish(index)
            with bars.hidden():
                reporter.outcome(tasks[index], outcome)
