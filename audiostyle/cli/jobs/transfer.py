"""The work of ``transfer`` on one recording, in this process or in another."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from audiostyle.atomic import check_writable
from audiostyle.cli.batch.memory import reuse_memory
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.batch.transfers import PLOT
from audiostyle.errors import PictureWriteError
from audiostyle.progress import Progress

if TYPE_CHECKING:
    from audiostyle.spectrogram.transfer import TransferReport


@dataclass
class TransferJob:
    """Transfers styles to recordings.

    Attributes:
        method: the method's name.
        styles: paths of recordings and profiles.
        options: keyword arguments of `audiostyle.spectrogram.transfer_file`.
    """

    method: str
    styles: tuple[str, ...]
    options: Mapping[str, object]

    def prepare(self) -> None:
        """Open every style: one that cannot be opened ends the batch with one error."""
        from audiostyle.sound.reading import AudioReader
        from audiostyle.spectrogram.profile import is_profile, load_profile

        reuse_memory()
        for style in self.styles:
            if is_profile(style):
                load_profile(style)
            else:
                AudioReader(style).close()

    def __call__(self, task: BatchTask, progress: Progress) -> "TransferReport":
        """Transfer to one recording, and draw the plot if it is wanted."""
        from audiostyle.spectrogram.transfer import transfer_file

        options: dict[str, Any] = {**self.options, "method": self.method, "progress": progress}
        if PLOT in task.outputs:
            check_writable(task.outputs[PLOT], PictureWriteError)
        report = transfer_file(task.input, self.styles, task.outputs[self.method], **options)
        if PLOT in task.outputs:
            self._plot(task, task.outputs[PLOT])
        return report

    def _plot(self, task: BatchTask, path: str) -> None:
        """Draw content, styles (profiles have no sound to draw) and result."""
        from audiostyle.spectrogram.plot import plot_files
        from audiostyle.spectrogram.profile import is_profile

        recordings = [style for style in self.styles if not is_profile(style)]
        styles = [(f"style: {PurePath(style).name}", style) for style in recordings]
        content = (f"content: {PurePath(task.input).name}", task.input)
        plot_files([content, *styles, (self.method, task.outputs[self.method])], path)
