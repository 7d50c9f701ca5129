"""The work of ``image optimize`` on one picture: that of ``stylize``, and lines about the losses."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audiostyle.cli.batch.pictures import PictureReport
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.console import print_message
from audiostyle.cli.jobs.stylize import StylizeJob
from audiostyle.progress import Progress

if TYPE_CHECKING:
    from audiostyle.image.optimization.optimize import Step


@dataclass
class OptimizeJob(StylizeJob):
    """Stylizes pictures by optimization.

    Attributes:
        snapshots: folder for the snapshots; those of several contents are in folders of their stems.
        several: whether there are several contents.
        quiet: whether to say nothing of losses.
    """

    snapshots: str | None = None
    several: bool = False
    quiet: bool = False

    def __call__(self, task: BatchTask, progress: Progress) -> PictureReport:
        """Stylize one picture."""
        more: dict[str, object] = {} if self.quiet else {"on_step": print_step}
        if self.snapshots is not None:
            own = Path(self.snapshots, Path(task.input).stem) if self.several else Path(self.snapshots)
            more["snapshots"] = str(own)
        return self.stylize(task, progress, more)


def print_step(step: "Step") -> None:
    """Print where an optimization is, in one line."""
    terms = "; ".join(f"{formula}: {value:.4g}" for formula, value in step.terms)
    print_message(
        f"{step.size} pixels, iteration {step.iteration} of {step.iterations}: loss {step.loss:.4g} ({terms})"
    )
