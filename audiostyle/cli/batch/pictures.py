"""What batches of pictures have of their own: names of outputs, styles, pairs, lines about results."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import ClassVar

from audiostyle.cli.batch.addresses import get_name, replace_suffix
from audiostyle.cli.batch.conventions import NAME_BY_METHOD
from audiostyle.cli.batch.inputs import COMPANIONS, InputFile, InputKind, InputProblem, find_inputs
from audiostyle.cli.batch.naming import OutputNaming
from audiostyle.cli.batch.plan import BatchPlan, BatchTask
from audiostyle.cli.batch.reporting import BatchReporter
from audiostyle.cli.console import UsageError
from audiostyle.errors import PictureReadError, PictureWriteError
from audiostyle.image.io import formats
from audiostyle.sound.formats import READABLE_SUFFIXES

PICTURES = InputKind("pictures", formats.READ_SUFFIXES, COMPANIONS | READABLE_SUFFIXES)
SHEET = "compare"  # the sheet's name among the outputs of a task
RIGHT = "right"  # the right view's result


@dataclass(frozen=True)
class PictureNaming(OutputNaming):
    """Results are called after their method.

    Attributes:
        compare: ``--compare``, a sheet beside each result.
    """

    kind: ClassVar[InputKind] = PICTURES
    label: ClassVar[str] = "method"
    writable: ClassVar[frozenset[str]] = formats.WRITTEN_SUFFIXES
    usual_suffix: ClassVar[str] = ".png"

    filename: str = NAME_BY_METHOD
    compare: bool = False

    def name_outputs(self, source: InputFile, variants: Sequence[str], file: str | None) -> dict[str, str]:
        """Return the path of the result and, where a sheet is wanted, of the sheet."""
        outputs = super().name_outputs(source, variants, file)
        if self.compare:
            (result,) = outputs.values()  # a run has one method
            outputs[SHEET] = replace_suffix(result, ".compare.png")
        return outputs

    def _check_writable(self, path: str) -> str:
        try:
            formats.find_format(path)
        except PictureWriteError as error:
            raise UsageError(str(error)) from None
        return path


@dataclass(frozen=True)
class ViewNaming(PictureNaming):
    """Two views have two results where they are two files, or where a second one was named.

    Attributes:
        right: path of the right view, after which its result is called in a folder.
        right_out: ``--right-out``, path of its result.
    """

    right: str | None = None
    right_out: str | None = None

    def name_outputs(self, source: InputFile, variants: Sequence[str], file: str | None) -> dict[str, str]:
        """Return the path of the left view's result, or of both, and of the right view's."""
        outputs = super().name_outputs(source, variants, file)
        (variant,) = variants  # a run has one method
        if self.right_out:
            outputs[RIGHT] = self._check_writable(self.right_out)
        elif self.right:
            beside = outputs[variant]
            named = beside if file else self.name_output(InputFile(self.right), variant)
            apart = replace_suffix(beside, f".right{PurePath(get_name(beside)).suffix}")
            outputs[RIGHT] = apart if named == beside else named
        return outputs


@dataclass(frozen=True)
class PictureReport:
    """What is known about a picture that was made.

    Attributes:
        outputs: name among the task's outputs → path.
        method: what made it.
        height, width: in pixels.
        bits: of a channel.
        elapsed: seconds of work.
        remark: the end of the line for people.
        facts: what else machines are told.
    """

    outputs: Mapping[str, str]
    method: str
    height: int
    width: int
    bits: int
    elapsed: float
    remark: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


class PictureReporter(BatchReporter[PictureReport]):
    """Reports on pictures."""

    label = "method"

    def _describe_results(
        self, task: BatchTask, report: PictureReport
    ) -> Iterator[tuple[dict[str, object], str]]:
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
            yield record, f"{task.input} -> {output} ({size}{report.remark})"


def find_style_pictures(arguments: Sequence[str]) -> tuple[str, ...]:
    """Find the pictures that arguments (files, globs) name, in this order.

    Raises:
        UsageError: one is a folder.
        PictureReadError: one is not there.
    """
    sources, problems = find_inputs(arguments, PICTURES)
    if problems:
        raise PictureReadError(problems[0].message)
    if any(source.folder is not None for source in sources):
        raise UsageError(f"{' '.join(arguments)}: a style is a picture; use --pairs for a folder of styles")
    return tuple(source.path for source in sources)


def pair_styles(plan: BatchPlan, contents: str, styles: str) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Pair each task's content with the style of the same stem at the same place in the other folder.

    Contents without a style become problems of the plan.

    Args:
        plan: what there is to do with the contents; changed.
        contents, styles: the two folders.

    Returns:
        Content → its style, and the styles that are left over.

    Raises:
        UsageError: one of them is no folder, or two styles have one stem.
    """
    for folder in (contents, styles):
        if not Path(folder).is_dir():
            raise UsageError(
                f"--pairs: {folder} is not a folder; give a folder of contents and one of styles"
            )
    found, problems = _find_by_place(styles)
    plan.problems += problems
    places = {source.path: _get_place(source) for source in find_inputs([contents], PICTURES)[0]}
    pairs: dict[str, tuple[str, ...]] = {
        path: (found[place],) for path, place in places.items() if place in found
    }
    plan.problems += [
        InputProblem(task.input, f"{task.input}: {styles} has no picture of that name; it is left out")
        for task in plan.tasks
        if task.input not in pairs
    ]
    plan.tasks = [task for task in plan.tasks if task.input in pairs]
    taken = set(places.values())
    return pairs, [path for place, path in found.items() if place not in taken]


_Place = tuple[Path | None, str]


def _find_by_place(folder: str) -> tuple[dict[_Place, str], list[InputProblem]]:
    """Find the pictures in a folder by subfolder and stem."""
    found: dict[_Place, str] = {}
    sources, problems = find_inputs([folder], PICTURES)
    for source in sources:
        other = found.setdefault(_get_place(source), source.path)
        if other != source.path:
            raise UsageError(f"--pairs: {other} and {source.path} have one stem; leave one style for each")
    return found, problems


def _get_place(source: InputFile) -> _Place:
    return source.folder, source.stem
