"""What belongs to one browser, and when it is removed.

A browser is known by a random cookie.  Its files lie in a folder of its own, below one that is held as long
as the process lives (:mod:`audiostyle.temporaries`), so that nothing stays for long even after a kill.
"""

import secrets
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from audiostyle.app.jobs import Job
from audiostyle.app.limits import Limits
from audiostyle.serving.requests import Refused

Kind = Literal["sound", "picture"]
"""What a file is taken for."""


@dataclass(frozen=True)
class Upload:
    """A file that a browser has sent.

    Attributes:
        id: random.
        kind: what it is.
        path: where it lies, in a folder of its own.
        about: what the page is told: duration, or width and height.
    """

    id: str
    kind: Kind
    path: Path
    about: dict[str, object] = field(default_factory=dict)

    def describe(self) -> dict[str, object]:
        """Return what the page is told."""
        return {"id": self.id, "kind": self.kind, "name": self.path.name, **self.about}


@dataclass
class Session:
    """What belongs to one browser.

    Attributes:
        folder: its own.
        uploads: by id, oldest first.
        jobs: by id, oldest first.
        seen: when it was last heard of, by :func:`time.monotonic`.
        expected: bytes of the uploads that are on their way.
    """

    folder: Path
    uploads: dict[str, Upload] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    seen: float = field(default_factory=time.monotonic)
    expected: int = 0

    def make_folder(self) -> tuple[str, Path]:
        """Return a new id and the folder that belongs to it."""
        name = secrets.token_urlsafe(12)
        folder = self.folder / name
        folder.mkdir(parents=True)
        return name, folder

    def get_upload(self, name: object, kind: Kind) -> Upload:
        """Return an upload by its id.

        Raises:
            Refused: there is none of that kind.
        """
        found = self.uploads.get(name) if isinstance(name, str) else None
        if found is None or found.kind != kind:
            raise Refused(404, "this file is not here any more; choose it again")
        return found

    def get_job(self, name: str) -> Job:
        """Return a job by its id.

        Raises:
            Refused: there is none.
        """
        found = self.jobs.get(name)
        if found is None:
            raise Refused(404, "this result is not here any more")
        return found

    def make_room(self, size: int, most: int, files: int) -> None:
        """Remove the oldest uploads and finished jobs until there is room.

        Args:
            size: bytes that are to come.
            most: bytes that there may be then, with all that is on its way.
            files: uploads that there may be then.

        Raises:
            Refused: what is left is needed.
        """
        while len(self.uploads) >= files or measure(self.folder) + self.expected + size > most:
            finished = next((job for job in self.jobs.values() if job.ended), None)
            used = {path for job in self.jobs.values() for path in job.request.paths}
            unused = next((one for one in self.uploads.values() if one.path not in used), None)
            if len(self.uploads) >= files and unused is not None:
                remove(self.uploads.pop(unused.id).path.parent)
            elif finished is not None:
                remove(self.jobs.pop(finished.id).folder)
            elif unused is not None:
                remove(self.uploads.pop(unused.id).path.parent)
            else:
                raise Refused(507, "there is no room for another file; wait until a job is done")


class Sessions:
    """All sessions of a server.

    Args:
        folder: in which each gets one of its own.
        limits: of the server.
        forget: called with each job of a session that is removed.
    """

    def __init__(
        self, folder: Path, limits: Limits, forget: Callable[[Job], None] = lambda job: None
    ) -> None:
        self._folder, self._limits, self._forget = folder, limits, forget
        self._known: dict[str, Session] = {}
        self._lock = threading.Lock()

    def find(self, secret: str | None) -> Session | None:
        """Return the session of a cookie, and note that it was heard of."""
        self.sweep()
        with self._lock:
            session = self._known.get(secret or "")
            if session is not None:
                session.seen = time.monotonic()
            return session

    def open(self) -> tuple[str, Session]:
        """Return a new session with its cookie; one that was never used makes room for it.

        Raises:
            Refused: there are too many.
        """
        with self._lock:
            if len(self._known) >= self._limits.sessions:
                self._drop_unused()
            if len(self._known) >= self._limits.sessions:
                raise Refused(503, "too many people use this page just now; try again later")
            secret = secrets.token_urlsafe(32)
            folder = self._folder / secrets.token_hex(8)
            folder.mkdir(0o700)
            self._known[secret] = Session(folder)
            return secret, self._known[secret]

    def _drop_unused(self) -> None:
        """Remove the oldest session in which nothing has happened: whoever opens many locks nobody out."""
        unused = [name for name, one in self._known.items() if not (one.uploads or one.jobs or one.expected)]
        for name in sorted(unused, key=lambda name: self._known[name].seen)[:1]:
            remove(self._known.pop(name).folder)

    def sweep(self, now: float | None = None) -> None:
        """Remove what belongs to browsers that were not heard of for long."""
        now = time.monotonic() if now is None else now
        with self._lock:
            old = [name for name, one in self._known.items() if now - one.seen > self._limits.idle]
            gone = [self._known.pop(name) for name in old]
        for session in gone:
            for job in session.jobs.values():
                self._forget(job)
            remove(session.folder)


def measure(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # it is removed just now
            total += path.stat().st_size if path.is_file() else 0
    return total


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it."""
    shutil.rmtree(folder, ignore_errors=True)
