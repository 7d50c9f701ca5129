"""The work of ``image smooth`` on one picture, in this process or in another."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audiostyle.cli.batch.pictures import PictureReport
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.jobs.pictures import make_comment, read_content, read_pictures
from audiostyle.progress import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from audiostyle.image.io.files import PictureFile

    Pixels = NDArray[np.float32]


@dataclass
class SmoothJob:
    """Smooths pictures along the edges of a guide.

    Attributes:
        guide: path of the picture whose edges count.
        method: ``exact`` or ``guided``.
        options: keyword arguments of the exact solution, as far as the user set them, called as on the
            command line.
        max_pixels: larger pictures are refused.
    """

    guide: str
    method: str
    options: Mapping[str, object]
    max_pixels: int

    def prepare(self) -> None:
        """Do nothing: the guide is read for its one picture."""

    def __call__(self, task: BatchTask, progress: Progress) -> PictureReport:
        """Smooth one picture."""
        from audiostyle.image.io import files

        progress(0.0, None)
        started = time.perf_counter()
        picture = read_content(task, self.max_pixels)
        (guide,) = read_pictures([self.guide], self.max_pixels)
        result, facts = self._smooth(guide.convert_to_profile_of(picture), picture)
        progress(0.0, None)  # where an interruption takes effect: before there is anything to undo
        for output in task.outputs.values():
            comment = make_comment(self.method, self.options)
            files.write_picture(output, picture.replace_pixels(result), comment=comment)
        height, width = picture.pixels.shape[:2]
        return PictureReport(
            task.outputs,
            self.method,
            height,
            width,
            picture.bits,
            elapsed=time.perf_counter() - started,
            remark=", {iterations} iterations, residual {residual:.1g}".format(**facts) if facts else "",
            facts={"guide": self.guide, **self.options, **facts},
        )

    def _smooth(self, guide: "Pixels", picture: "PictureFile") -> "tuple[Pixels, dict[str, Any]]":
        """Return the result, and of the exact solution how it was found."""
        from audiostyle.image.smoothing.smooth import smooth, smooth_exactly

        if self.method == "guided":
            return smooth(guide, picture.to_array(), method="guided"), {}
        options: dict[str, Any] = dict(self.options)
        if "smoothness" in options:
            options["alpha"] = options.pop("smoothness")  # the paper's name
        found = smooth_exactly(guide, picture.to_array(), **options)
        return found.image, {"iterations": found.iterations, "residual": found.residual}
