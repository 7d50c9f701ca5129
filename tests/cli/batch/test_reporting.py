"""Whatever a batch is of: failures are told at once, and the exit code says how it went."""

import pytest

from audiostyle.cli.batch.inputs import InputProblem
from audiostyle.cli.batch.plan import BatchPlan, BatchTask, SkippedOutput
from audiostyle.cli.batch.reporting import BatchReporter
from audiostyle.cli.batch.tasks import Outcome
from audiostyle.cli.console import ExitCode

TASK = BatchTask("a.wav", {"piano": "a.piano.wav"})
GOOD, BAD = Outcome("fine"), Outcome(error="a.wav: is bad", details="Traceback …")


class Reporter(BatchReporter[str]):
    """Says of each output what the job returned."""

    label = "domain"

    def _describe_results(self, task, report):
        for output in task.outputs.values():
            yield {"output": output, "said": report}, f"{output}: {report}"


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([], ExitCode.DONE),
        ([GOOD], ExitCode.DONE),
        ([BAD], ExitCode.FAILED),
        ([BAD, BAD], ExitCode.FAILED),
        ([GOOD, BAD], ExitCode.SOME_FAILED),
    ],
)
def test_the_exit_code_says_whether_some_or_all_failed(outcomes, code):
    reporter = Reporter()
    for outcome in outcomes:
        reporter.report_outcome(TASK, outcome)
    assert reporter.finish() == code


def test_failures_are_listed_at_the_end(capsys):
    reporter = Reporter()
    for outcome in (BAD, GOOD):
        reporter.report_outcome(TASK, outcome)
    reporter.finish()
    printed = capsys.readouterr()
    assert printed.err.splitlines() == ["audiostyle: a.wav: is bad", "audiostyle: 1 of 2 failed: a.wav"]
    assert printed.out == "a.piano.wav: fine\n"


def test_what_was_there_is_told_and_counts_as_done(capsys, records):
    plan = BatchPlan(
        problems=[InputProblem("b.wav", "b.wav: no such file")],
        skipped=[SkippedOutput("a.wav", "piano", "a.piano.wav")],
    )
    reporter = Reporter(json=True)
    reporter.report_plan(plan)
    assert records() == [
        {"input": "b.wav", "error": "b.wav: no such file"},
        {"input": "a.wav", "output": "a.piano.wav", "domain": "piano", "skipped": True},
    ]
    assert reporter.finish() == ExitCode.SOME_FAILED
    Reporter().report_plan(plan)
    assert capsys.readouterr().out == "a.piano.wav: exists already, skipped\n"


@pytest.mark.parametrize(
    ("settings", "out", "err"),
    [
        ({}, "a.piano.wav: fine\n", ""),
        ({"quiet": True}, "", ""),
        ({"text_to_stderr": True}, "", "a.piano.wav: fine\n"),
        ({"json": True}, '{"output": "a.piano.wav", "said": "fine"}\n', ""),
        ({"json": True, "quiet": True}, '{"output": "a.piano.wav", "said": "fine"}\n', ""),
    ],
)
def test_where_results_are_told(capsys, settings, out, err):
    Reporter(**settings).report_outcome(TASK, GOOD)
    assert capsys.readouterr() == (out, err)
