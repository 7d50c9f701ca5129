"""The work of ``image stylize --lut`` on one picture."""

import time
from dataclasses import dataclass

from audiostyle.cli.batch.pictures import PictureReport
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.jobs.pictures import make_comment, read_content
from audiostyle.progress import Progress


@dataclass
class LutJob:
    """Maps the colors of pictures by a table.

    Attributes:
        lut: path of a ``.cube`` file.
        strength: from the content, 0, to the result, 1.
        max_pixels: larger pictures are refused.
    """

    lut: str
    strength: float
    max_pixels: int

    def prepare(self) -> None:
        """Read the table once, so that a bad file ends the batch with one error."""
        from audiostyle.image.io.cube import read_cube

        read_cube(self.lut)

    def __call__(self, task: BatchTask, progress: Progress) -> PictureReport:
        """Map the colors of one picture."""
        from audiostyle.image.io import files
        from audiostyle.image.lut import apply_lut

        progress(0.0, None)
        started = time.perf_counter()
        picture = read_content(task, self.max_pixels)
        result = apply_lut(picture.to_array(), self.lut, strength=self.strength)
        progress(0.0, None)  # where an interruption takes effect: before there is anything to undo
        facts = {"lut": self.lut, "strength": self.strength}
        for output in task.outputs.values():
            comment = make_comment("lut", facts)
            files.write_picture(output, picture.replace_pixels(result[..., :3]), comment=comment)
        height, width = picture.pixels.shape[:2]
        elapsed = time.perf_counter() - started
        return PictureReport(task.outputs, "lut", height, width, picture.bits, elapsed=elapsed, facts=facts)
