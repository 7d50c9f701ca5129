"""``audiostyle image stylize`` on two views of one scene: ``--right``, ``--layout``, and MPO files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import typer

from audiostyle.cli.batch.conventions import STDIN, STDOUT
from audiostyle.cli.console import UsageError
from audiostyle.cli.options import format_flag

if TYPE_CHECKING:
    from audiostyle.cli.batch.engine import Engine

_MPO_SUFFIXES = {".mpo", ".jpg", ".jpeg"}


@dataclass(frozen=True)
class Views:
    """What the user said of two views.

    Attributes:
        right: path of the right view.
        right_out: path of its result.
        disparity: path of a map.
        layout: how both lie in one file.
    """

    right: str | None = None
    right_out: str | None = None
    disparity: str | None = None
    layout: str | None = None

    def refuse(self, **given: object) -> None:
        """Refuse options that two views do not have.

        Raises:
            UsageError: one was given.
        """
        if foreign := [name for name, value in given.items() if value]:
            raise UsageError(f"{format_flag(foreign)}: of no effect with two views; leave it out")

    def find(self, content: str) -> "Views | None":
        """Return the views, with their layout where a file tells it; None for pictures of one view.

        Raises:
            UsageError: an option is of no effect, or excludes another.
        """
        if self.right and self.layout:
            raise UsageError("--right and --layout exclude each other; name two files, or the layout of one")
        if self.right or self.layout:
            return self
        if PurePath(content).suffix.lower() in _MPO_SUFFIXES and Path(content).is_file():
            from audiostyle.stereo.layouts import is_stereo

            if is_stereo(content):
                return Views(None, self.right_out, self.disparity, "mpo")
        for name, value in (("--right-out", self.right_out), ("--disparity", self.disparity)):
            if value:
                raise UsageError(
                    f"{name}: of no effect without --right or --layout; add one, or leave it out"
                )
        return None


def stylize_stereo(
    views: Views,
    content: str,
    style: Sequence[str],
    network: str | None,
    method: str,
    options: Mapping[str, object],
    out: str | None,
    filename: str,
    overwrite: bool,
    skip_existing: bool,
    max_pixels: int,
    engine: "Engine",
    json: bool,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Carry out ``stylize`` on two views, and exit.

    Raises:
        UsageError: the views, the outputs or the options do not go together.
    """
    from audiostyle.cli.batch.pictures import PictureReporter, ViewNaming, find_style_pictures
    from audiostyle.cli.batch.plan import plan_batch
    from audiostyle.cli.batch.run import run_batch
    from audiostyle.cli.jobs.stereo import StereoJob

    if STDIN in (content, views.right) or STDOUT in (out, views.right_out):
        raise UsageError("two views are read from files and written to files; give names in place of -")
    single = views.right or views.right_out or views.disparity
    if single and not Path(content).is_file():
        raise UsageError(f"{content}: --right, --right-out and --disparity are of one picture; name its file")
    named = "network" if network else method
    if network and (foreign := options.keys() - {"strength", "device", "seed"}):
        raise UsageError(f"{format_flag(foreign)}: of no effect with --network; leave it out")
    styles = () if network else find_style_pictures(style)
    plan = plan_batch(
        [content],
        [named],
        ViewNaming(out, filename, right=views.right, right_out=views.right_out),
        overwrite=overwrite,
        skip_existing=skip_existing,
        also_read=[path for path in (*styles, views.right, views.disparity, network) if path],
        ledger=engine.ledger,
    )
    own = {name: value for name, value in options.items() if not network or name != "seed"}
    job = StereoJob(
        named,
        own,
        styles,
        max_pixels,
        right=views.right,
        layout=views.layout or "side-by-side",
        disparity=views.disparity,
        network=network,
    )
    reporter = PictureReporter(json=json, quiet=quiet)
    raise typer.Exit(run_batch(plan, job, reporter, engine=engine, dry_run=dry_run))
