"""What batches of pictures have of their own: names, pairs of content and style, lines about results."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from audiostyle.cli.batch.inputs import Kind, Problem, Source, expand
from audiostyle.cli.batch.naming import Naming
from audiostyle.cli.batch.plan import Plan, Task
from audiostyle.cli.batch.reporting import Reporter
from audiostyle.cli.console import UsageError
from audiostyle.errors import PictureReadError, PictureWriteError
from audiostyle.image.io import formats

PICTURES = Kind("pictures", formats.READ)
SHEET = "compare"  # the sheet's name among the outputs of a task


@dataclass(frozen=True)
class PictureNaming(Naming):
    """Results are called after their method; with ``compare`` each gets a sheet beside it."""

    filename: str = "{stem}.{method}.{ext}"
    compare: bool = False

    kind: ClassVar[Kind] = PICTURES
    label: ClassVar[str] = "method"
    written: ClassVar[frozenset[str]] = formats.WRITTEN
    usual: ClassVar[str] = ".png"

    def outputs(self, source: Source, domains: Sequence[str], file: str | None) -> dict[str, str]:
        found = super().outputs(source, domains, file)
        if self.compare:
            (result,) = found.values()  # a run has one method
            found[SHEET] = str(Path(result).with_suffix(".compare.png"))
        return found

    def _writable(self, path: str) -> str:
        try:
            formats.format_of(path)
        except PictureWriteError as error:
            raise UsageError(str(error)) from None
        return path


@dataclass(frozen=True)
class Done:
    """What is known about a picture that was made: for a line of text (``words``) and of JSON (``facts``)."""

    outputs: Mapping[str, str]
    method: str
    height: int
    width: int
    bits: int
    elapsed: float
    words: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


class PictureReporter(Reporter):
    """Says of pictures what `Reporter` says of translations."""

    label = "method"

    def _plans(self, task: Task) -> dict[str, Any]:
        return {}

    def _results(self, task: Task, report: Done) -> Iterator[tuple[dict[str, Any], str]]:
        for name, output in report.outputs.items():
            record = {
                "input": task.input,
                "output": output,
                "method": report.method,
                "sheet": name == SHEET,
                "width": report.width,
                "height": report.height,
                "bits": report.bits,
                "elapsed": round(report.elapsed, 3),
                **report.facts,
            }
            size = f"{report.width}×{report.height} in {report.elapsed:.1f} s"
            yield record, f"{task.input} -> {output} ({size}{report.words})"


def styles_named(arguments: Sequence[str]) -> tuple[str, ...]:
    """The pictures that ``arguments`` (files, globs) name, in this order.

    Raises UsageError for a folder, and PictureReadError for what is not there.
    """
    sources, problems = expand(arguments, PICTURES)
    if problems:
        raise PictureReadError(problems[0].message)
    if any(source.folder is not None for source in sources):
        raise UsageError(f"{' '.join(arguments)}: a style is a picture; use --pairs for a folder of styles")
    return tuple(source.path for source in sources)


def paired(todo: Plan, content: str, style: str) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The style of each task's content: the picture of the same stem at the same place in the other folder.

    Contents without one become problems of the plan.  Returns the pairs, and the styles that are left over.

    Raises UsageError unless both are folders, and for two styles of one stem.
    """
    for folder in (content, style):
        if not Path(folder).is_dir():
            raise UsageError(
                f"--pairs: {folder} is not a folder; give a folder of contents and one of styles"
            )
    styles: dict[tuple[Path | None, str], str] = {}
    sources, problems = expand([style], PICTURES)
    todo.problems += problems
    for source in sources:
        other = styles.setdefault(_place(source), source.path)
        if other != source.path:
            raise UsageError(f"--pairs: {other} and {source.path} have one stem; leave one style for each")
    contents = {source.path: _place(source) for source in expand([content], PICTURES)[0]}
    pairs: dict[str, tuple[str, ...]] = {
        path: (styles[place],) for path, place in contents.items() if place in styles
    }
    todo.problems += [
        Problem(task.input, f"{task.input}: {style} has no picture of that name; it is left out")
        for task in todo.tasks
        if task.input not in pairs
    ]
    todo.tasks = [task for task in todo.tasks if task.input in pairs]
    taken = set(contents.values())
    return pairs, [path for place, path in styles.items() if place not in taken]


def _place(source: Source) -> tuple[Path | None, str]:
    return source.folder, source.stem
