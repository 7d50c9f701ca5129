"""All that is to be done, and every mistake that shows before work starts."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from audiostyle.cli.batch.inputs import STDIN, Problem, Source, expand
from audiostyle.cli.batch.naming import STDOUT, Naming
from audiostyle.cli.console import UsageError


@dataclass(frozen=True)
class Task:
    """One input to be read, and the files to be written, one for each domain (``-`` is stdout)."""

    input: str
    outputs: dict[str, str]
    midi: str | None = None

    def files(self) -> list[str]:
        """Every path that will be written."""
        return [
            *(path for path in self.outputs.values() if path != STDOUT),
            *([self.midi] if self.midi else []),
        ]


@dataclass
class Plan:
    """``tasks`` to do, ``problems`` found, ``skipped`` outputs that are there: (input, domain, output)."""

    tasks: list[Task] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[tuple[str, str, str]] = field(default_factory=list)


def plan(
    inputs: Sequence[str],
    domains: Sequence[str],
    naming: Naming,
    *,
    overwrite: bool = False,
    skip_existing: bool = False,
    also_read: Sequence[str] = (),
) -> Plan:
    """Everything there is to do.  ``also_read`` are files that no result may replace either.

    Raises UsageError for a mistake in the command as a whole; what is wrong with one input is a problem of
    that input, and the others go on.
    """
    if overwrite and skip_existing:
        raise UsageError("--overwrite and --skip-existing exclude each other; choose one")
    naming.check()
    sources, problems = expand(inputs, naming.kind)
    tasks = _tasks(sources, len(problems), list(dict.fromkeys(domains)), naming)
    tasks = _without_own_results(tasks, {source.path for source in sources if source.folder is None})
    _refuse_replaced_inputs(tasks, also_read)
    result = Plan(problems=problems)
    for task in tasks:
        _sort_in(result, task, overwrite, skip_existing)
    return result


def _tasks(sources: Sequence[Source], failed: int, domains: Sequence[str], naming: Naming) -> list[Task]:
    """``failed`` inputs count too: whether ``--out`` is a folder must not depend on what exists."""
    count = math.inf if any(source.folder is not None for source in sources) else len(sources) + failed
    file = naming.one_file(count, len(domains))
    return [
        Task(
            source.path,
            naming.outputs(source, domains, file),
            naming.midi_file(source, count),
        )
        for source in sources
    ]


def _without_own_results(tasks: list[Task], outright: set[str]) -> list[Task]:
    """Leave out what a former run wrote into the folder of inputs; refuse two results in one file."""
    makers: dict[str, Task] = {}
    for task in tasks:
        for path in task.files():
            other = makers.setdefault(os.path.realpath(path), task)
            if other is not task:
                raise UsageError(
                    f"{path}: the results of {other.input} and {task.input} cannot share one file; "
                    "use --filename, or name their common folder"
                )
        if len(set(task.files())) < len(task.files()):
            raise UsageError(
                f"{task.files()[0]}: the domains cannot share one file; put {{domain}} in --filename"
            )
    return [task for task in tasks if task.input in outright or os.path.realpath(task.input) not in makers]


def _refuse_replaced_inputs(tasks: Sequence[Task], also_read: Sequence[str]) -> None:
    read = [*(task.input for task in tasks), *also_read]
    inputs = {_identity(path): path for path in read if path != STDIN}
    for task in tasks:
        for path in task.files():
            if victim := inputs.get(_identity(path)):
                raise UsageError(
                    f"{path}: would replace the input {victim}; choose another --out or --filename"
                )


def _identity(path: str) -> object:
    """What makes two paths one file, also through links and where case does not matter."""
    try:
        status = os.stat(path)
    except OSError:
        return os.path.realpath(path)
    return status.st_dev, status.st_ino


def _sort_in(result: Plan, task: Task, overwrite: bool, skip_existing: bool) -> None:
    there = {path for path in task.files() if os.path.lexists(path)}
    if overwrite or not there:
        result.tasks.append(task)
    elif not skip_existing:
        message = f"{min(there)}: exists already; use --overwrite, --skip-existing or another --out"
        result.problems.append(Problem(task.input, message))
    else:
        left = {domain: path for domain, path in task.outputs.items() if path not in there}
        result.skipped += [
            (task.input, domain, path) for domain, path in task.outputs.items() if path in there
        ]
        if left:
            result.tasks.append(Task(task.input, left, None if task.midi in there else task.midi))
