"""All that is to be done, and every mistake that shows before work starts."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from audiostyle.cli.batch.addresses import get_name, identify_path, is_address
from audiostyle.cli.batch.alike import describe_alike, tell_apart
from audiostyle.cli.batch.conventions import STDIN, STDOUT
from audiostyle.cli.batch.inputs import InputFile, InputProblem, find_inputs
from audiostyle.cli.batch.ledger import Ledger
from audiostyle.cli.batch.naming import OutputNaming
from audiostyle.cli.console import UsageError


@dataclass(frozen=True)
class BatchTask:
    """One input to be read and the files to be written.

    Attributes:
        input: the path or address, ``-`` for stdin.
        outputs: variant → path or address, ``-`` for stdout.
        midi: the path for the notes, if they are wanted.
    """

    input: str
    outputs: dict[str, str]
    midi: str | None = None

    def list_files(self) -> list[str]:
        """Return every path that will be written."""
        return [
            *(path for path in self.outputs.values() if path != STDOUT),
            *([self.midi] if self.midi else []),
        ]


@dataclass(frozen=True)
class SkippedOutput:
    """An output that exists already and is left as it is."""

    input: str
    variant: str
    output: str


@dataclass
class BatchPlan:
    """What there is to do.

    Attributes:
        tasks: to be done, in order.
        problems: inputs that cannot be used.
        skipped: outputs that exist and were not to be replaced.
        notices: what else is to be said before work starts, a line each.
    """

    tasks: list[BatchTask] = field(default_factory=list)
    problems: list[InputProblem] = field(default_factory=list)
    skipped: list[SkippedOutput] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def plan_batch(
    inputs: Sequence[str],
    variants: Sequence[str],
    naming: OutputNaming,
    *,
    overwrite: bool = False,
    skip_existing: bool = False,
    also_read: Sequence[str] = (),
    ledger: Ledger | None = None,
) -> BatchPlan:
    """Plan everything there is to do.

    Args:
        inputs: what the user named: files, folders, globs, ``-``.
        variants: the results of each input, such as domains.
        naming: how outputs are named.
        overwrite: replace outputs that exist.
        skip_existing: leave out outputs that exist.
        also_read: files that are read besides the inputs; no result may replace them either.
        ledger: what former runs have done is left out, and what they had begun is done again.

    Returns:
        The plan.  What is wrong with one input is a problem of that input, and the others go on.

    Raises:
        UsageError: the command as a whole cannot be carried out.
    """
    if overwrite and skip_existing:
        raise UsageError("--overwrite and --skip-existing exclude each other; choose one")
    naming.check()
    if any(map(is_address, (*inputs, naming.out or ""))):
        from audiostyle.cli.batch import remote_listing

        remote_listing.forget()
    sources, problems = find_inputs(inputs, naming.kind)
    # Unusable inputs count too, and a folder counts as many: what --out is must not depend on what exists.
    in_folders = any(source.folder is not None for source in sources)
    count = math.inf if in_folders else len(sources) + len(problems)
    tasks, written, renamed = _make_tasks(sources, list(dict.fromkeys(variants)), naming, count)
    outright = {source.path for source in sources if source.folder is None}
    # What a former run wrote into the folder of its inputs is no input of this one.
    tasks = [task for task in tasks if task.input in outright or identify_path(task.input) not in written]
    _refuse_shared_files(tasks, naming.label)
    _refuse_replaced_inputs(tasks, also_read)
    result = BatchPlan(problems=problems)
    told = [(task.input, get_name(task.list_files()[0])) for task in tasks if task.input in renamed]
    result.notices += [describe_alike(told)] if told else []
    for task in tasks:
        state = ledger.find(task) if ledger else None
        if state == "done":
            result.skipped += [SkippedOutput(task.input, *output) for output in task.outputs.items()]
        else:
            _add_task(result, task, overwrite or state == "begun", skip_existing)
    return result


def _make_tasks(
    sources: Sequence[InputFile], variants: Sequence[str], naming: OutputNaming, count: float
) -> tuple[list[BatchTask], set[str], set[str]]:
    """Make a task of each input.

    Returns:
        The tasks; all files that they write, or would have written had no other input been called alike; and
        the inputs that were.
    """
    file = naming.get_single_file(count, len(variants))
    written: set[str] = set()
    named = list(sources)
    while True:
        tasks = [
            BatchTask(
                source.path, naming.name_outputs(source, variants, file), naming.name_midi(source, count)
            )
            for source in named
        ]
        files = [task.list_files() for task in tasks]
        written |= {identify_path(path) for paths in files for path in paths}
        named, before = tell_apart(named, files), named
        if named == before:
            return tasks, written, {source.path for source in named if source.own_stem}


def _refuse_shared_files(tasks: Sequence[BatchTask], label: str) -> None:
    """Refuse two results in one file."""
    makers: dict[str, BatchTask] = {}
    for task in tasks:
        for path in task.list_files():
            other = makers.setdefault(identify_path(path), task)
            if other is not task:
                raise UsageError(
                    f"{path}: the results of {other.input} and {task.input} cannot share one file; "
                    "use --filename, or name their common folder"
                )
        if len(set(task.list_files())) < len(task.list_files()):
            raise UsageError(
                f"{task.list_files()[0]}: results cannot share one file; put {{{label}}} in --filename"
            )


def _refuse_replaced_inputs(tasks: Sequence[BatchTask], also_read: Sequence[str]) -> None:
    read = [*(task.input for task in tasks), *also_read]
    inputs = {_identify_file(path): path for path in read if path != STDIN}
    for task in tasks:
        for path in task.list_files():
            if victim := inputs.get(_identify_file(path)):
                raise UsageError(
                    f"{path}: would replace the input {victim}; choose another --out or --filename"
                )


def _identify_file(path: str) -> object:
    """Return what makes two paths one file, also through links and where case does not matter."""
    if is_address(path):
        return path
    try:
        status = os.stat(path)
    except OSError:
        return os.path.realpath(path)
    return status.st_dev, status.st_ino


def _exists(path: str) -> bool:
    if not is_address(path):
        return os.path.lexists(path)
    from audiostyle.cli.batch import remote_listing

    return remote_listing.exists(path)


def _add_task(plan: BatchPlan, task: BatchTask, overwrite: bool, skip_existing: bool) -> None:
    """Add a task to the plan, without those of its outputs that exist and are to stay."""
    there = {path for path in task.list_files() if _exists(path)}
    if overwrite or not there:
        plan.tasks.append(task)
    elif not skip_existing:
        message = f"{min(there)}: exists already; use --overwrite, --skip-existing or another --out"
        plan.problems.append(InputProblem(task.input, message))
    else:
        left = {variant: path for variant, path in task.outputs.items() if path not in there}
        plan.skipped += [
            SkippedOutput(task.input, variant, path)
            for variant, path in task.outputs.items()
            if path in there
        ]
        if left:
            plan.tasks.append(BatchTask(task.input, left, None if task.midi in there else task.midi))
