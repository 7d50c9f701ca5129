"""The work of ``image stylize`` on one picture, in this process or in another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audiostyle.cli.batch.pictures import SHEET, PictureReport
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.jobs.pictures import make_comment, read_pictures
from audiostyle.progress import Progress

if TYPE_CHECKING:
    from audiostyle.image.io.files import PictureFile


@dataclass
class StylizeJob:
    """Stylizes pictures.

    Attributes:
        method: the method's name.
        options: keyword arguments of `audiostyle.image.stylize`, as far as the user set them.
        content_mask: path of the contents' mask.
        style_masks: paths of the styles' masks.
        max_pixels: larger pictures are refused.
        segments_sheet: path of a sheet of the segments, beside which their masks go.
        compared: names of methods that the sheet is to show.
        shared: paths of the styles of all contents, which are read once.
        styles: content → paths of its own styles, where each has others.
    """

    method: str
    options: Mapping[str, object]
    content_mask: str | None
    style_masks: tuple[str, ...]
    max_pixels: int
    segments_sheet: str | None = None
    compared: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    styles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _shared: "list[PictureFile] | None" = field(default=None, init=False, repr=False)
    _masks: dict[str, Any] | None = field(default=None, init=False, repr=False)

    def list_masks(self) -> list[str]:
        """Return the paths of all masks."""
        return [*([self.content_mask] if self.content_mask else []), *self.style_masks]

    def prepare(self) -> None:
        """Read what every picture needs: a style that cannot be read ends the batch with one error."""
        if self._masks is None:
            self._masks = self._read_masks()
        if self._shared is None:
            self._shared = read_pictures(self.shared, self.max_pixels)

    def __call__(self, task: BatchTask, progress: Progress) -> PictureReport:
        """Stylize one picture, and make the sheet if it is wanted."""
        return self.stylize(task, progress, {})

    def stylize(self, task: BatchTask, progress: Progress, more: Mapping[str, object]) -> PictureReport:
        """Stylize one picture with further arguments, of which files and reports say nothing."""
        from audiostyle.image.file_stylization import stylize_file

        paths = self.styles.get(task.input, self.shared)
        styles = read_pictures(paths, self.max_pixels) if self.styles else self._shared or []
        arguments: dict[str, Any] = {**self.options, **(self._masks or {}), **more}
        report = stylize_file(
            task.input,
            styles,
            task.outputs.get(self.method),
            method=self.method,
            sheet=task.outputs.get(SHEET),
            comment=make_comment(self.method, self.options),
            segments_sheet=self.segments_sheet,
            compared=self.compared,
            max_pixels=self.max_pixels,
            progress=progress,
            **arguments,
        )
        return PictureReport(
            task.outputs,
            self.method,
            report.height,
            report.width,
            report.bits,
            elapsed=report.seconds,
            facts={"styles": list(paths), **self.options},
        )

    def _read_masks(self) -> dict[str, Any]:
        """Read the masks, as keyword arguments of `audiostyle.image.stylize`."""
        from audiostyle.image.io import mask_files

        if self.content_mask is None:
            return {}
        masks = [mask_files.read_mask(path, max_pixels=self.max_pixels) for path in self.style_masks]
        content = mask_files.read_mask(self.content_mask, max_pixels=self.max_pixels)
        return {"content_mask": content, "style_mask": masks}
