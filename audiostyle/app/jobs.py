"""A job from its request to its result, and what the page is told of it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

State = Literal["waiting", "running", "done", "failed", "canceled"]

_FIRST = 0.02  # share of the work before which nobody knows how long it takes


@dataclass(frozen=True)
class Request:
    """What is to be done; it is sent to the worker.

    Attributes:
        kind: a name in :data:`audiostyle.app.works.WORKS`.
        paths: the files that it is made of, the content first.
        options: keyword arguments of the work, checked.
        label: what the result is called on the page.
    """

    kind: str
    paths: tuple[Path, ...]
    options: Mapping[str, object]
    label: str


@dataclass(frozen=True)
class Result:
    """What a job has made.

    Attributes:
        files: names of the files in the job's folder that the page may fetch.
        content: what the page needs to show them.
        remarks: what is to be said about it, a sentence each.
    """

    files: tuple[str, ...]
    content: Mapping[str, object]
    remarks: tuple[str, ...] = ()


@dataclass
class Job:
    """A request with what became of it.

    Attributes:
        id: random.
        request: what is to be done.
        folder: its own, where the results go.
        state: how far it is.
        share: of the work that is done, 0 to 1.
        stage: what is being done just now.
        error: a sentence, if it failed.
        result: what was made, if it is done.

    Example:
        >>> job = Job("a", Request("translate", (), {}, "piano"), Path("a"))
        >>> job.start(now=10.0); job.note(0.1, "playing", now=11.0); job.note(0.3, "playing", now=13.0)
        >>> job.describe(now=13.0)["seconds_left"]
        7.0
    """

    id: str
    request: Request
    folder: Path
    state: State = "waiting"
    share: float = 0.0
    stage: str = ""
    error: str | None = None
    result: Result | None = None
    _started: float = 0.0
    _first: tuple[float, float] | None = field(default=None, repr=False)  # time and share

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ("done", "failed", "canceled")

    def start(self, now: float | None = None) -> None:
        """Note that work begins."""
        self.state, self._started = "running", time.monotonic() if now is None else now

    def note(self, share: float, stage: str, now: float | None = None) -> None:
        """Note how far it is; a share never falls."""
        self.share, self.stage = max(self.share, min(share, 1.0)), stage
        if self._first is None and self.share >= _FIRST:
            self._first = (time.monotonic() if now is None else now, self.share)

    def estimate_left(self, now: float | None = None) -> float | None:
        """Return the seconds that are left at the pace so far, not counting what loads before it."""
        now = time.monotonic() if now is None else now
        if self.state != "running" or self._first is None or self.share <= self._first[1]:
            return None
        return (now - self._first[0]) / (self.share - self._first[1]) * (1 - self.share)

    def describe(self, ahead: int = 0, now: float | None = None) -> dict[str, object]:
        """Return what the page is told.

        Args:
            ahead: jobs that are done before it.
            now: by :func:`time.monotonic`.
        """
        left = self.estimate_left(now)
        return {
            "id": self.id,
            "kind": self.request.kind,
            "label": self.request.label,
            "state": self.state,
            "ahead": ahead,
            "share": round(self.share, 4),
            "stage": self.stage,
            "seconds_left": None if left is None else round(left, 1),
            "error": self.error,
            "remarks": list(self.result.remarks) if self.result else [],
            "result": dict(self.result.content) if self.result else None,
        }
