"""The work of ``image stylize --network`` on one picture."""

import time
from dataclasses import dataclass

from audiostyle.cli.batch.pictures import PictureReport
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.jobs.pictures import make_comment, read_content
from audiostyle.progress import Progress


@dataclass
class NetworkJob:
    """Stylizes pictures by a network of a style.

    Attributes:
        network: path of its file.
        strength: from the content, 0, to the result, 1.
        device: where to compute.
        max_pixels: larger pictures are refused.
    """

    network: str
    strength: float
    device: str
    max_pixels: int

    def prepare(self) -> None:
        """Read the network once, so that a bad file ends the batch with one error."""
        from audiostyle.models.style_network import load_style_network

        load_style_network(self.network)

    def __call__(self, task: BatchTask, progress: Progress) -> PictureReport:
        """Stylize one picture."""
        from audiostyle.image.feedforward import apply_network
        from audiostyle.image.io import files

        progress(0.0, None)
        started = time.perf_counter()
        picture = read_content(task, self.max_pixels)
        result = apply_network(picture.to_array(), self.network, strength=self.strength, device=self.device)
        progress(0.0, None)  # where an interruption takes effect: before there is anything to undo
        for output in task.outputs.values():
            comment = make_comment("network", {"network": self.network, "strength": self.strength})
            files.write_picture(output, picture.replace_pixels(result[..., :3]), comment=comment)
        height, width = picture.pixels.shape[:2]
        return PictureReport(
            task.outputs,
            "network",
            height,
            width,
            picture.bits,
            elapsed=time.perf_counter() - started,
            facts={"network": self.network, "strength": self.strength},
        )
