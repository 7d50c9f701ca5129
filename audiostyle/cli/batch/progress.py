"""Progress bars on stderr, where that is a terminal: seconds of audio, or a share, and the time left."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING

from audiostyle.cli.console import format_time, pausing
from audiostyle.cli.streams import escape

if TYPE_CHECKING:
    from rich.progress import Progress as Display
    from rich.progress import TaskID


_LONGEST = 40  # letters of a name beside its bar
_MOST = 12  # inputs with bars of their own: a cluster works on hundreds at a time


class ProgressBars:
    """A bar for each input being processed: ``with ProgressBars(names) as bars: bars.update(0, 5.0, 20.0)``.

    Of several inputs the first bar is of all together.  They are shown only if stderr is a terminal and
    ``quiet`` is False.  ``NO_COLOR`` is honored.
    """

    def __init__(self, names: Sequence[str], *, quiet: bool = False) -> None:
        self._names = names
        self._bars: dict[int, TaskID] = {}
        self._all: TaskID | None = None
        self._finished = 0
        self._display: Display | None = None if quiet or not sys.stderr.isatty() else _make_display()

    def __enter__(self) -> "ProgressBars":
        if self._display:
            if len(self._names) > 1:
                self._all = self._display.add_task("all", total=len(self._names), amount=self._count())
            self._display.start()
            pausing.append(self.hide)
        return self

    def _count(self) -> str:
        return f"{self._finished}/{len(self._names)}"

    def __exit__(self, *exception: object) -> None:
        if self._display:
            pausing.remove(self.hide)
            self._display.stop()

    def update(self, index: int, done: float, total: float | None) -> None:
        """Show how far an input is.

        Args:
            index: of the input.
            done: seconds of audio, or a share of a ``total`` of 1, which is shown in percent.
            total: seconds in all; None where that is not known.  0 of None is shown as work going on.
        """
        if self._display is None:
            return
        if index not in self._bars:
            if len(self._bars) >= _MOST:
                return
            name = _shorten(escape(PurePath(self._names[index]).name))
            self._bars[index] = self._display.add_task(f"[{index + 1}/{len(self._names)}] {name}", amount="")
        text = f"{format_time(done)}/{format_time(total)}" if total else format_time(done) if done else ""
        if total == 1:
            text = f"{done:.0%}"
        self._display.update(self._bars[index], completed=done, total=total, amount=text)

    def finish(self, index: int) -> None:
        """Remove the bar of an input that is done or has failed."""
        if self._display is None:
            return
        if index in self._bars:
            self._display.remove_task(self._bars.pop(index))
        self._finished += 1
        if self._all is not None:
            self._display.update(self._all, completed=self._finished, amount=self._count())

    @contextmanager
    def hide(self) -> Iterator[None]:
        """Hide the bars while something is printed: on one terminal they would overwrite each other."""
        hides = self._display is not None and self._display.live.is_started
        if self._display and hides:
            self._display.stop()
        try:
            yield
        finally:
            if self._display and hides:
                self._display.start()


def _shorten(name: str) -> str:
    """Return a name with its middle left out where it would take a whole line of a terminal."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 + 1 :]}"


def _make_display() -> "Display":
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Display

    return Display(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[amount]}", markup=False),
        TimeRemainingColumn(),
        console=Console(stderr=True, highlight=False),
        transient=True,
        redirect_stdout=False,  # stdout may be a file of JSON, or the sound itself
        redirect_stderr=False,
    )
