"""What a batch says about itself: lines for people or for machines, and its exit code."""

import logging
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from audiostyle.cli.batch.inputs import InputProblem
from audiostyle.cli.batch.plan import BatchPlan, BatchTask
from audiostyle.cli.console import ExitCode, print_json, print_message
from audiostyle.cli.streams import escape, write_line

if TYPE_CHECKING:
    from audiostyle.cli.batch.tasks import Outcome

log = logging.getLogger(__name__)

ReportType = TypeVar("ReportType")

_LISTED = 20  # names that a person looks through


class BatchReporter(ABC, Generic[ReportType]):
    """Prints what becomes of a batch.

    Failures go to stderr at once; results go to stdout, as text or, with ``json``, as an object for each
    output.  A command's subclass says what is told of its results.

    Args:
        json: print JSON instead of text.
        quiet: leave out the text, but never failures or JSON.
        text_to_stderr: print the text on stderr, because stdout takes the result itself.
    """

    label: ClassVar[str]

    def __init__(self, *, json: bool = False, quiet: bool = False, text_to_stderr: bool = False) -> None:
        self.quiet = quiet
        self._json = json
        self._text = sys.stderr if text_to_stderr else sys.stdout
        self._finished = 0
        self._failed: list[str] = []

    def report_plan(self, plan: BatchPlan) -> None:
        """Report what is known before work starts: unusable inputs, and outputs that exist already."""
        for notice in [] if self.quiet else plan.notices:
            print_message(notice)
        for problem in plan.problems:
            self.report_failure(problem)
        for skipped in plan.skipped:
            self._finished += 1
            if self._json:
                record = {"input": skipped.input, "output": skipped.output, self.label: skipped.variant}
                print_json({**record, "skipped": True})
            self._print(f"{skipped.output}: exists already, skipped")

    def report_dry_run(self, task: BatchTask) -> None:
        """Report what would be done with one input."""
        self._finished += 1
        for variant, output in task.outputs.items():
            if self._json:
                record = {"input": task.input, "output": output, self.label: variant}
                print_json({**record, **self._describe_plan(task), "dry_run": True})
            self._print(f"{task.input} -> {output}")

    def report_outcome(self, task: BatchTask, outcome: "Outcome[ReportType]") -> None:
        """Report how it went with one input."""
        if outcome.error is not None or outcome.result is None:
            log.debug("%s", outcome.details)
            self.report_failure(InputProblem(task.input, outcome.error or "no result"))
            return
        self._finished += 1
        for record, sentence in self._describe_results(task, outcome.result):
            if self._json:
                print_json(record)
            self._print(sentence)

    def report_failure(self, problem: InputProblem) -> None:
        """Report that one input failed; the others go on."""
        self._failed.append(problem.input)
        if self._json:
            print_json({"input": problem.input, "error": problem.message})
        print_message(problem.message)

    def finish(self) -> ExitCode:
        """List what failed, and return the exit code for the whole."""
        count = self._finished + len(self._failed)
        if self._failed and count > 1:
            print_message(f"{len(self._failed)} of {count} failed: {_list_some(self._failed)}")
        if not self._failed:
            return ExitCode.DONE
        return ExitCode.SOME_FAILED if self._finished else ExitCode.FAILED

    def _describe_plan(self, task: BatchTask) -> dict[str, object]:
        """Return what else a dry run tells a machine."""
        return {}

    @abstractmethod
    def _describe_results(
        self, task: BatchTask, report: ReportType
    ) -> Iterator[tuple[dict[str, object], str]]:
        """Yield what is said about each output, to machines and to people."""

    def _print(self, line: str) -> None:
        if not (self._json or self.quiet):
            write_line(escape(line), self._text)


def _list_some(names: list[str]) -> str:
    """Return names with commas between them; of very many, the first, and how many more there are."""
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")
