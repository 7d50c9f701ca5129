"""A batch carried out: what is done, what is told, and what a dry run leaves alone."""

import os

from chores import Chore

from audiostyle.cli.batch import remote
from audiostyle.cli.batch.engine import Engine
from audiostyle.cli.batch.inputs import InputProblem
from audiostyle.cli.batch.plan import BatchPlan, BatchTask, SkippedOutput
from audiostyle.cli.batch.run import run_batch
from audiostyle.cli.console import ExitCode


class Reporter:
    """Notes down what it is told."""

    quiet = True

    def __init__(self):
        self.told = []

    def report_plan(self, plan):
        self.told += [("problem", problem.input) for problem in plan.problems]

    def report_dry_run(self, task):
        self.told.append(("would do", task.input))

    def report_outcome(self, task, outcome):
        self.told.append((task.input, outcome.result))

    def finish(self):
        return ExitCode.DONE


class Echo:
    """Returns the process that it ran in."""

    def prepare(self):
        pass

    def __call__(self, task, progress):
        return os.getpid()


def test_the_plan_is_told_then_each_outcome_in_order():
    plan = BatchPlan([BatchTask("a", {}), BatchTask("b", {})], [InputProblem("c", "c: gone")])
    reporter, here = Reporter(), os.getpid()
    assert run_batch(plan, Echo(), reporter) == ExitCode.DONE
    assert reporter.told == [("problem", "c"), ("a", here), ("b", here)]


def test_a_dry_run_runs_no_job():
    reporter = Reporter()
    run_batch(BatchPlan([BatchTask("a", {})]), Chore(fails=True), reporter, dry_run=True)
    assert reporter.told == [("would do", "a")]


def test_stdin_is_read_by_this_process_whatever_jobs_says():
    plan, reporter = BatchPlan([BatchTask("a", {}), BatchTask("-", {})]), Reporter()
    run_batch(plan, Echo(), reporter, engine=Engine(jobs=2))
    assert reporter.told == [("a", os.getpid()), ("-", os.getpid())]


def test_what_killed_runs_left_of_what_is_done_by_now_is_deleted(store):
    left = f"/out/{remote._name_temporary('memory://out/a')}01234567.part"
    store.pipe({left: b"half", "/out/a": b"whole", "/out/.audiostyle-other.part": b"of others"})
    plan = BatchPlan(skipped=[SkippedOutput("in", "x", "memory://out/a")])
    run_batch(plan, Echo(), Reporter(), dry_run=True)
    assert store.exists(left)
    run_batch(plan, Echo(), Reporter())
    assert store.find("/out") == ["/out/.audiostyle-other.part", "/out/a"]
