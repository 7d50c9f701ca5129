"""The work of ``image stylize`` on two views of one scene."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audiostyle.cli.batch.pictures import RIGHT, PictureReport
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.jobs.pictures import make_comment, read_pictures
from audiostyle.progress import Progress

if TYPE_CHECKING:
    from audiostyle.image.io.files import PictureFile


@dataclass
class StereoJob:
    """Stylizes pairs of views.

    Attributes:
        method: the method's name, or that of networks.
        options: keyword arguments of `audiostyle.stereo.stylize_views`, as far as the user set them.
        styles: paths of the styles.
        max_pixels: larger pictures are refused.
        right: path of the right view; None where both are in one file.
        layout: how they lie in it.
        disparity: path of a map.
        network: of one style, in place of styles and a method.
    """

    method: str
    options: Mapping[str, object]
    styles: tuple[str, ...]
    max_pixels: int
    right: str | None = None
    layout: str = "side-by-side"
    disparity: str | None = None
    network: str | None = None
    _styles: "list[PictureFile] | None" = field(default=None, init=False, repr=False)

    def prepare(self) -> None:
        """Read what all pairs need, so that what cannot be read ends the batch with one error."""
        from audiostyle.models.style_network import load_style_network

        if self.network is not None:
            load_style_network(self.network)
        elif self._styles is None:
            self._styles = read_pictures(self.styles, self.max_pixels)

    def __call__(self, task: BatchTask, progress: Progress) -> PictureReport:
        """Stylize one pair."""
        from audiostyle.stereo.file_stylization import stylize_stereo_file

        progress(0.0, None)
        own: dict[str, Any] = dict(self.options)
        if self.network is None:
            own |= {"method": self.method, "progress": progress}
        report = stylize_stereo_file(
            task.input,
            self.right,
            self._styles if self.network is None else None,
            task.outputs[self.method],
            task.outputs.get(RIGHT),
            layout=self.layout,  # type: ignore[arg-type]  # checked when it was parsed
            disparity=self.disparity,
            network=self.network,
            comment=make_comment(self.method, self.options),
            max_pixels=self.max_pixels,
            **own,
        )
        facts = {"right": self.right, "styles": list(self.styles), "network": self.network, **self.options}
        return PictureReport(
            task.outputs,
            self.method,
            report.height,
            report.width,
            report.bits,
            elapsed=report.seconds,
            facts={name: value for name, value in facts.items() if value is not None},
        )
