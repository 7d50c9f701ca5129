"""The progress bar: on stderr, in seconds of audio or as a share, with the time left, and only for eyes."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING

from audiostyle.cli.console import clock

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bars:
    """A bar for each recording being worked on: ``with Bars(names) as bars: bars.update(0, 5.0, 20.0)``.

    Shown only if stderr is a terminal and ``quiet`` is False.  ``NO_COLOR`` is honoured.
    """

    def __init__(self, names: Sequence[str], *, quiet: bool = False) -> None:
        self._names = names
        self._bars: dict[int, TaskID] = {}
        self._live: Progress | None = None if quiet or not sys.stderr.isatty() else _live()

    def __enter__(self) -> "Bars":
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._live:
            self._live.stop()

    def update(self, index: int, done: float, total: float | None) -> None:
        """Recording ``index`` has ``done`` of its ``total`` seconds behind it (None: length unknown).

        For what is not measured in seconds, a share of 1 is shown as such, and 0 of None as work going on.
        """
        if self._live is None:
            return
        if index not in self._bars:
            name = PurePath(self._names[index]).name
            self._bars[index] = self._live.add_task(f"[{index + 1}/{len(self._names)}] {name}", clock="")
        shown = f"{clock(done)}/{clock(total)}" if total else clock(done) if done else ""
        if total == 1:
            shown = f"{done:.0%}"
        self._live.update(self._bars[index], completed=done, total=total, clock=shown)

    def finish(self, index: int) -> None:
        """Recording ``index`` is done, or has failed: its bar goes."""
        if self._live and index in self._bars:
            self._live.remove_task(self._bars.pop(index))

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """For printing: a line and a bar on one terminal would overwrite each other."""
        if self._live:
            self._live.stop()
        yield
        if self._live:
            self._live.start()


def _live() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[clock]}", markup=False),
        TimeRemainingColumn(),
        console=Console(stderr=True, highlight=False),
        transient=True,
        redirect_stdout=False,  # stdout may be a file of JSON, or the sound itself
        redirect_stderr=False,
    )
