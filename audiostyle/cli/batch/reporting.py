"""What a batch says about itself: lines for people or for machines, and its exit code."""

import logging
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from audiostyle.cli.batch.inputs import Problem
from audiostyle.cli.batch.plan import Plan, Task
from audiostyle.cli.console import Code, clock, emit, tell

if TYPE_CHECKING:
    from audiostyle.cli.batch.pool import Outcome
    from audiostyle.translation.translator import TranslationReport

log = logging.getLogger(__name__)


class Reporter:
    """Failures go to stderr at once; results to stdout, as text or, with ``json``, an object for each output.

    With ``stdout_is_sound`` the text goes to stderr.  ``quiet`` leaves out the text, never failures or JSON.
    What it says of translations, a subclass may say of other work (`label`, `_plans`, `_results`).
    """

    label: ClassVar[str] = "domain"

    def __init__(self, *, json: bool = False, quiet: bool = False, stdout_is_sound: bool = False) -> None:
        self.quiet = quiet
        self._json = json
        self._text = sys.stderr if stdout_is_sound else sys.stdout
        self._finished = 0
        self._failed: list[str] = []

    def before(self, plan: Plan) -> None:
        """What is known before work starts: inputs that cannot be used, outputs that are there already."""
        for problem in plan.problems:
            self.failure(problem)
        for source, domain, output in plan.skipped:
            self._finished += 1
            if self._json:
                emit({"input": source, "output": output, self.label: domain, "skipped": True})
            self._say(f"{output}: exists already, skipped")

    def planned(self, task: Task) -> None:
        """What a dry run would do with one recording."""
        self._finished += 1
        for domain, output in task.outputs.items():
            if self._json:
                emit(
                    {
                        "input": task.input,
                        "output": output,
                        self.label: domain,
                        **self._plans(task),
                        "dry_run": True,
                    }
                )
            self._say(f"{task.input} -> {output}")

    def outcome(self, task: Task, outcome: "Outcome") -> None:
        """How it went with one recording."""
        if outcome.error is not None:
            log.debug("%s", outcome.details)
            self.failure(Problem(task.input, outcome.error))
            return
        self._finished += 1
        for record, sentence in self._results(task, outcome.result):
            if self._json:
                emit(record)
            self._say(sentence)

    def failure(self, problem: Problem) -> None:
        """One input failed; the others go on."""
        self._failed.append(problem.input)
        if self._json:
            emit({"input": problem.input, "error": problem.message})
        tell(problem.message)

    def close(self) -> Code:
        """List what failed, and return the exit code for the whole."""
        count = self._finished + len(self._failed)
        if self._failed and count > 1:
            tell(f"{len(self._failed)} of {count} failed: {', '.join(self._failed)}")
        if not self._failed:
            return Code.DONE
        return Code.SOME_FAILED if self._finished else Code.FAILED

    def _plans(self, task: Task) -> dict[str, Any]:
        """What else a dry run tells a machine."""
        return {"midi": task.midi}

    def _results(self, task: Task, report: Any) -> Iterator[tuple[dict[str, Any], str]]:
        """What is said about each output, to machines and to people."""
        for domain, output in report.outputs.items():
            yield _record(report, domain, task.midi), _sentence(report, domain, output)

    def _say(self, line: str) -> None:
        if not (self._json or self.quiet):
            print(line, file=self._text, flush=True)


def _speed(report: "TranslationReport") -> float:
    """Seconds of audio for each second of work: above 1 is faster than real time."""
    return report.seconds / max(report.elapsed, 1e-9)


def _record(report: "TranslationReport", domain: str, midi: str | None) -> dict[str, object]:
    return {
        "input": report.input,
        "output": report.outputs[domain],
        "domain": domain,
        "midi": midi,
        "model": report.model,
        "sha256": report.sha256,
        "sample_rate": report.sample_rate,
        "channels": report.channels,
        "seconds": round(report.seconds, 6),
        "elapsed": round(report.elapsed, 3),
        "real_time_factor": round(_speed(report), 2),
        "notes": report.notes,
        "folded": report.folded.get(domain, 0),
    }


def _sentence(report: "TranslationReport", domain: str, output: str) -> str:
    took = f"{clock(report.seconds)} in {report.elapsed:.1f} s, {_speed(report):.0f}x real time"
    line = f"{report.input} -> {output} ({took})"
    moved = report.folded.get(domain, 0)
    return line + (
        f"; {moved} of {report.notes} notes moved by octaves into the range of {domain}" if moved else ""
    )
