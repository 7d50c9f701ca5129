"""The work of ``image stylize`` and ``image smooth`` on one picture, in this process or in another."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audiostyle.cli.batch.pictures import SHEET, Done
from audiostyle.cli.batch.plan import Task
from audiostyle.cli.batch.pool import Report

if TYPE_CHECKING:
    import numpy as np

    from audiostyle.image.io.files import PictureFile


@dataclass
class Stylisation:
    """Stylises a task's picture.

    ``options`` are those of `audiostyle.image.stylization.stylize`, as far as the user set them.  Styles are
    ``shared`` by all contents and read once, or of each content its own (``styles``).
    """

    method: str
    options: dict[str, Any]
    content_mask: str | None
    style_masks: tuple[str, ...]
    max_pixels: int
    shared: tuple[str, ...] = ()
    styles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _shared: "list[PictureFile] | None" = field(default=None, init=False, repr=False)
    _masks: dict[str, Any] | None = field(default=None, init=False, repr=False)

    def masks(self) -> list[str]:
        """The files of masks."""
        return [*([self.content_mask] if self.content_mask else []), *self.style_masks]

    def prepare(self) -> None:
        """What every picture needs: a style that cannot be read ends the batch with one error."""
        if self._masks is None:
            self._masks = self._read_masks()
        if self._shared is None:
            self._shared = self._read_styles(self.shared)

    def __call__(self, task: Task, progress: Report) -> Done:
        from audiostyle.image.io import files

        progress(0.0, None)
        started = time.perf_counter()
        content = files.read_picture(task.input, max_pixels=self.max_pixels)
        for output in task.outputs.values():
            files.check_writable(output, content)
        paths = self.styles.get(task.input, self.shared)
        pictures = self._read_styles(paths) if self.styles else self._shared or []
        styles = [picture.in_space_of(content) for picture in pictures]
        results = self._results(task, content, styles, progress)
        progress(0.0, None)  # where an interruption is heard: before there is anything to undo
        for name, output in task.outputs.items():
            files.write_picture(output, results[name], comment=_comment(self.method, self.options))
        height, width = content.pixels.shape[:2]
        elapsed = time.perf_counter() - started
        facts = {"styles": list(paths), **self.options}
        return Done(task.outputs, self.method, height, width, content.bits, elapsed, facts=facts)

    def _results(
        self, task: Task, content: "PictureFile", styles: list["np.ndarray"], progress: Report
    ) -> dict[str, "PictureFile"]:
        """The result, and the sheet if it is wanted, each for its file."""
        from audiostyle.image.methods import METHODS

        how = self.options.get("smooth") or METHODS[self.method].smooth
        if SHEET not in task.outputs:
            return {self.method: content.replaced(self._stylised(content, styles, how, progress))}
        shown = "guided" if how == "none" else how
        plain, smoothed = (self._stylised(content, styles, way, progress) for way in ("none", shown))
        return {
            self.method: content.replaced(plain if how == "none" else smoothed),
            SHEET: self._sheet(content, styles, {"": plain, f", smoothed ({shown})": smoothed}),
        }

    def _stylised(
        self, content: "PictureFile", styles: list["np.ndarray"], smooth: str, progress: Report
    ) -> Any:
        from audiostyle.image.methods import METHODS
        from audiostyle.image.stylization import stylize

        style = styles[0] if len(styles) == 1 else styles
        options = {**self.options, **(self._masks or {}), "smooth": smooth}
        if "progress" in METHODS[self.method].options:
            options["progress"] = lambda share: progress(share, 1.0)
        return stylize(content.pixels, style, method=self.method, **options)

    def _sheet(
        self, content: "PictureFile", styles: list["np.ndarray"], results: Mapping[str, Any]
    ) -> "PictureFile":
        from audiostyle.image.io.files import PictureFile
        from audiostyle.image.sheet import make_sheet

        names = ["style"] if len(styles) == 1 else [f"style {n}" for n in range(1, len(styles) + 1)]
        given = [("content", content.pixels), *zip(names, styles, strict=True)]
        made = [(self.method + how, result) for how, result in results.items()]
        return PictureFile(make_sheet([given, made]), profile=content.profile)

    def _read_styles(self, paths: tuple[str, ...]) -> list["PictureFile"]:
        from audiostyle.image.io import files

        return [files.read_picture(path, max_pixels=self.max_pixels) for path in paths]

    def _read_masks(self) -> dict[str, Any]:
        from audiostyle.image.io import files

        if self.content_mask is None:
            return {}
        masks = [files.read_mask(path, max_pixels=self.max_pixels) for path in self.style_masks]
        content = files.read_mask(self.content_mask, max_pixels=self.max_pixels)
        return {"content_mask": content, "style_mask": masks[0] if len(masks) == 1 else masks}


@dataclass
class Smoothing:
    """Smooths a task's picture along the edges of ``guide``."""

    guide: str
    method: str
    options: dict[str, Any]  # of `audiostyle.image.smoothing.smooth.solve`, as far as the user set them
    max_pixels: int

    def prepare(self) -> None:
        """Nothing: the guide is read for its one picture."""

    def __call__(self, task: Task, progress: Report) -> Done:
        from audiostyle.image.io import files

        progress(0.0, None)
        started = time.perf_counter()
        picture = files.read_picture(task.input, max_pixels=self.max_pixels)
        for output in task.outputs.values():
            files.check_writable(output, picture)
        guide = files.read_picture(self.guide, max_pixels=self.max_pixels)
        result, words, facts = self._smoothed(guide.in_space_of(picture), picture)
        progress(0.0, None)
        for output in task.outputs.values():
            files.write_picture(output, picture.replaced(result), comment=_comment(self.method, self.options))
        height, width = picture.pixels.shape[:2]
        elapsed = time.perf_counter() - started
        facts = {"guide": self.guide, **self.options, **facts}
        return Done(task.outputs, self.method, height, width, picture.bits, elapsed, words, facts)

    def _smoothed(self, guide: "np.ndarray", picture: "PictureFile") -> tuple[Any, str, dict[str, Any]]:
        """The result, and what is said about how it was found."""
        from audiostyle.image.smoothing import smooth as smoothing

        if self.method == "guided":
            return smoothing.smooth(guide, picture.pixels, method="guided"), "", {}
        found = smoothing.solve(guide, picture.pixels, **_in_bytes(self.options))
        words = f", {found.iterations} iterations, residual {found.residual:.1g}"
        return found.image, words, {"iterations": found.iterations, "residual": found.residual}


def _in_bytes(options: dict[str, Any]) -> dict[str, Any]:
    limit = options.get("memory_limit")
    return options | ({"memory_limit": limit * 1e9} if limit else {})


def _comment(method: str, options: Mapping[str, Any]) -> str:
    """What made the picture, for its tags."""
    from audiostyle import __version__

    asked = [f"{name}={value}" for name, value in options.items() if name != "device"]
    return " ".join([f"audiostyle {__version__}", method, *asked])
