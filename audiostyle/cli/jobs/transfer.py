"""What ``transfer`` has of its own: names of outputs, the work on one recording, lines about results."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from audiostyle.cli.batch.inputs import STDIN, Source, expand
from audiostyle.cli.batch.memory import use_memory_again
from audiostyle.cli.batch.naming import Naming
from audiostyle.cli.batch.plan import Task
from audiostyle.cli.batch.pool import Report as OnProgress
from audiostyle.cli.batch.reporting import Reporter
from audiostyle.cli.console import UsageError, clock
from audiostyle.errors import AudioReadError

if TYPE_CHECKING:
    from audiostyle.spectrogram.transfer import TransferReport

PLOT = "plot"  # its name among the outputs of a task


@dataclass(frozen=True)
class TransferNaming(Naming):
    """Results are called after their method.  ``plot`` is a picture, or a folder for one of each input."""

    filename: str = "{stem}.{method}.{ext}"
    plot: str | None = None

    label: ClassVar[str] = "method"

    def outputs(self, source: Source, domains: Sequence[str], file: str | None) -> dict[str, str]:
        found = super().outputs(source, domains, file)
        if self.plot is not None:
            found[PLOT] = self._plot(source, self.plot)
        return found

    def _plot(self, source: Source, plot: str) -> str:
        from audiostyle.spectrogram.plot import SUFFIXES

        suffix = PurePath(plot).suffix.lower()
        if suffix in SUFFIXES:
            return plot
        if suffix and not os.path.isdir(plot):
            raise UsageError(f"--plot {plot}: cannot draw {suffix!r}; use one of {', '.join(SUFFIXES)}")
        return str(Path(plot, source.folder or "", f"{source.stem}.png"))


@dataclass
class Transferring:
    """Transfers a task's recording; ``options`` and ``writing`` are of `transfer_file`."""

    method: str
    styles: tuple[str, ...]
    options: dict[str, Any]
    writing: dict[str, Any]  # format, subtype, clip

    def prepare(self) -> None:
        """A style that cannot be opened ends the batch with one error."""
        from audiostyle.sound.reading import AudioReader
        from audiostyle.spectrogram.profile import is_profile, load_profile

        use_memory_again()
        for style in self.styles:
            if is_profile(style):
                load_profile(style)
            else:
                AudioReader(style).close()

    def __call__(self, task: Task, progress: OnProgress) -> "TransferReport":
        from audiostyle.spectrogram.transfer import transfer_file

        report = transfer_file(
            task.input,
            self.styles,
            task.outputs[self.method],
            method=self.method,
            progress=progress,
            **self.options,
            **self.writing,
        )
        if PLOT in task.outputs:
            self._plot(task, task.outputs[PLOT])
        return report

    def _plot(self, task: Task, path: str) -> None:
        from audiostyle.spectrogram.plot import plot_files
        from audiostyle.spectrogram.profile import is_profile

        heard = [style for style in self.styles if not is_profile(style)]
        styles = [(f"style: {PurePath(style).name}", style) for style in heard]
        content = (f"content: {PurePath(task.input).name}", task.input)
        plot_files([content, *styles, (self.method, task.outputs[self.method])], path)


class TransferReporter(Reporter):
    """Says of transfers what `Reporter` says of translations."""

    label = "method"

    def _plans(self, task: Task) -> dict[str, Any]:
        return {}

    def _results(self, task: Task, report: "TransferReport") -> Iterator[tuple[dict[str, Any], str]]:
        speed = report.seconds / max(report.elapsed, 1e-9)
        for name, output in task.outputs.items():
            record = {
                "input": report.input,
                "output": output,
                "styles": list(report.styles),
                "method": report.method,
                "plot": name == PLOT,
                "sample_rate": report.sample_rate,
                "channels": report.channels,
                "seconds": round(report.seconds, 6),
                "elapsed": round(report.elapsed, 3),
                "real_time_factor": round(speed, 2),
            }
            took = f"{clock(report.seconds)} in {report.elapsed:.1f} s, {speed:.1f}x real time"
            yield record, f"{task.input} -> {output}" + ("" if name == PLOT else f" ({took})")


def styles_named(arguments: Sequence[str]) -> tuple[str, ...]:
    """The recordings that ``arguments`` (files, folders, globs) name, in this order.

    Raises AudioReadError for what is not there, and UsageError for standard input, which is the content's.
    """
    sources, problems = expand(arguments)
    if problems:
        raise AudioReadError(problems[0].message)
    if any(source.path == STDIN for source in sources):
        raise UsageError("-: a style is a file; only the content can come through a pipe")
    return tuple(source.path for source in sources)
