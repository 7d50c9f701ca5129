"""What batches of transfers have of their own: names of outputs, styles, lines about results."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from audiostyle.cli.batch.addresses import is_address, join_path
from audiostyle.cli.batch.conventions import NAME_BY_METHOD, STDIN
from audiostyle.cli.batch.inputs import InputFile, find_inputs
from audiostyle.cli.batch.naming import AudioNaming, is_folder
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.batch.reporting import BatchReporter
from audiostyle.cli.console import UsageError, format_time
from audiostyle.errors import AudioReadError

if TYPE_CHECKING:
    from audiostyle.spectrogram.transfer import TransferReport

_log = logging.getLogger(__name__)

PLOT = "plot"  # its name among the outputs of a task


@dataclass(frozen=True)
class TransferNaming(AudioNaming):
    """Results are called after their method.

    Attributes:
        plot: ``--plot``, a picture, or a folder for one of each input; None where none is wanted.
    """

    label: ClassVar[str] = "method"

    filename: str = NAME_BY_METHOD
    plot: str | None = None

    def name_outputs(self, source: InputFile, variants: Sequence[str], file: str | None) -> dict[str, str]:
        """Return the path of the result and, where a plot is wanted, of the plot."""
        outputs = super().name_outputs(source, variants, file)
        if self.plot is not None:
            outputs[PLOT] = self._name_plot(source, self.plot)
        return outputs

    def _name_plot(self, source: InputFile, plot: str) -> str:
        from audiostyle.spectrogram.plot import SUFFIXES

        suffix = PurePath(plot).suffix.lower()
        if suffix in SUFFIXES:
            return plot
        if suffix and not is_folder(plot):
            raise UsageError(f"--plot {plot}: cannot draw {suffix!r}; use one of {', '.join(SUFFIXES)}")
        return join_path(plot, source.folder or "", f"{source.stem}.png")


class TransferReporter(BatchReporter["TransferReport"]):
    """Reports on transfers."""

    label = "method"

    def _describe_results(
        self, task: BatchTask, report: "TransferReport"
    ) -> Iterator[tuple[dict[str, object], str]]:
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
            took = f"{format_time(report.seconds)} in {report.elapsed:.1f} s, {speed:.1f}x real time"
            yield record, f"{task.input} -> {output}" + ("" if name == PLOT else f" ({took})")


def find_style_recordings(arguments: Sequence[str]) -> tuple[str, ...]:
    """Find the recordings that arguments (files, folders, globs) name, in this order.

    What cannot be read in a folder is left out, and named in the log.

    Raises:
        AudioReadError: one that is named outright is not there, or a folder has none that can be read.
        UsageError: one is standard input, which is the content's.
    """
    sources, problems = find_inputs(arguments)
    if problems:
        raise AudioReadError("; ".join(problem.message for problem in problems))
    if any(source.path == STDIN for source in sources):
        raise UsageError("-: a style is a file; only the content can come through a pipe")
    return tuple(source.path for source in _leave_out_unreadable(sources))


def _leave_out_unreadable(sources: Sequence[InputFile]) -> list[InputFile]:
    from audiostyle.sound.reading import AudioReader
    from audiostyle.spectrogram.profile import is_profile

    kept = []
    bad: list[str] = []  # that are named outright, and so are wanted
    left_out: list[str] = []
    for source in sources:
        try:
            if not (
                is_address(source.path) or is_profile(source.path)
            ):  # those are opened where they are used
                AudioReader(source.path).close()
            kept.append(source)
        except AudioReadError as error:
            (bad if source.folder is None else left_out).append(str(error))
    if bad or not kept:
        raise AudioReadError("; ".join(bad or left_out))
    for reason in left_out:
        _log.warning("left out: %s", reason)
    return kept
