"""The work of ``image stylize`` on one picture, in this process or in another."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audiostyle.cli.batch.pictures import SHEET, PictureReport
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.jobs.pictures import make_comment, read_content, read_pictures
from audiostyle.progress import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from audiostyle.image.io.files import PictureFile

    Pixels = NDArray[np.float32]


@dataclass
class StylizeJob:
    """Stylizes pictures.

    Attributes:
        method: the method's name.
        options: keyword arguments of `audiostyle.image.stylize`, as far as the user set them.
        content_mask: path of the contents' mask.
        style_masks: paths of the styles' masks.
        max_pixels: larger pictures are refused.
        shared: paths of the styles of all contents, which are read once.
        styles: content → paths of its own styles, where each has others.
    """

    method: str
    options: Mapping[str, object]
    content_mask: str | None
    style_masks: tuple[str, ...]
    max_pixels: int
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
        from audiostyle.image.io import files

        progress(0.0, None)
        started = time.perf_counter()
        content = read_content(task, self.max_pixels)
        paths = self.styles.get(task.input, self.shared)
        pictures = read_pictures(paths, self.max_pixels) if self.styles else self._shared or []
        styles = [picture.convert_to_profile_of(content) for picture in pictures]
        results = self._make_outputs(task, content, styles, progress)
        progress(0.0, None)  # where an interruption takes effect: before there is anything to undo
        for name, output in task.outputs.items():
            files.write_picture(output, results[name], comment=make_comment(self.method, self.options))
        height, width = content.pixels.shape[:2]
        return PictureReport(
            task.outputs,
            self.method,
            height,
            width,
            content.bits,
            elapsed=time.perf_counter() - started,
            facts={"styles": list(paths), **self.options},
        )

    def _make_outputs(
        self, task: BatchTask, content: "PictureFile", styles: "Sequence[Pixels]", progress: Progress
    ) -> dict[str, "PictureFile"]:
        """Make the result, and the sheet if it is wanted, each by its name among the task's outputs."""
        from audiostyle.image.methods import METHODS

        smooth = str(self.options.get("smooth") or METHODS[self.method].smooth)
        if SHEET not in task.outputs:
            return {self.method: content.replace_pixels(self._stylize(content, styles, smooth, progress))}
        shown = "guided" if smooth == "none" else smooth
        plain, smoothed = (self._stylize(content, styles, way, progress) for way in ("none", shown))
        return {
            self.method: content.replace_pixels(plain if smooth == "none" else smoothed),
            SHEET: self._make_sheet(content, styles, {"": plain, f", smoothed ({shown})": smoothed}),
        }

    def _stylize(
        self, content: "PictureFile", styles: "Sequence[Pixels]", smooth: str, progress: Progress
    ) -> "Pixels":
        from audiostyle.image.methods import METHODS
        from audiostyle.image.stylization import stylize

        style = styles[0] if len(styles) == 1 else styles
        options: dict[str, Any] = {**self.options, **(self._masks or {}), "smooth": smooth}
        if "progress" in METHODS[self.method].options:
            options["progress"] = progress
        return stylize(content.pixels, style, method=self.method, **options)

    def _make_sheet(
        self, content: "PictureFile", styles: "Sequence[Pixels]", results: "Mapping[str, Pixels]"
    ) -> "PictureFile":
        from audiostyle.image.io.files import PictureFile
        from audiostyle.image.sheet import make_sheet

        names = ["style"] if len(styles) == 1 else [f"style {n}" for n in range(1, len(styles) + 1)]
        inputs = [("content", content.pixels), *zip(names, styles, strict=True)]
        outputs = [(self.method + remark, result) for remark, result in results.items()]
        return PictureFile(make_sheet([inputs, outputs]), profile=content.profile)

    def _read_masks(self) -> dict[str, Any]:
        """Read the masks, as keyword arguments of `audiostyle.image.stylize`."""
        from audiostyle.image.io import files

        if self.content_mask is None:
            return {}
        masks = [files.read_mask(path, max_pixels=self.max_pixels) for path in self.style_masks]
        content = files.read_mask(self.content_mask, max_pixels=self.max_pixels)
        return {"content_mask": content, "style_mask": masks[0] if len(masks) == 1 else masks}
