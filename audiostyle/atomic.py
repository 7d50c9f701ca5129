"""A file that appears under its name only when it is whole, with every failure as one clear line."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audiostyle.errors import AudiostyleError

STANDARD_OUTPUT = "-"
MAKE_ROOM = "make room on the disk or choose another"
_REMEDIES = {
    errno.ENOSPC: MAKE_ROOM,
    errno.EDQUOT: MAKE_ROOM,
    errno.EFBIG: MAKE_ROOM,
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "choose a folder that you may write to",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EPIPE: "the program behind the pipe has ended",
}


@contextmanager
def explain_errors(name: str, error_class: type[AudiostyleError]) -> Iterator[None]:
    """Turn what the system raises into an ``error_class`` about the output ``name``."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "choose another name or folder")
        raise error_class(f"{name}: cannot be written ({error.strerror or error}); {remedy}") from None


class AtomicFile:
    """A hidden file ``temporary`` beside ``path`` that `commit` renames and `discard` deletes.

    Missing folders are made; a link is followed, not replaced.  For ``-`` (standard output) the temporary
    lies in the system's folder for such files and `commit` copies it out.  Raises ``error_class``.
    """

    def __init__(self, path: str | Path, error_class: type[AudiostyleError]) -> None:
        self._target = None if str(path) == STANDARD_OUTPUT else Path(os.path.realpath(path))
        self._error_class = error_class
        self.name = "standard output" if self._target is None else str(path)
        self.folder = self._target.parent if self._target else Path(tempfile.gettempdir())
        self.temporary = self.folder / f".audiostyle-{uuid.uuid4().hex}.part"
        with explain_errors(self.name, error_class):
            self._refuse_odd_targets()
            self.folder.mkdir(parents=True, exist_ok=True)
            self.temporary.open("xb").close()  # not mkstemp: the file is to have the permissions of any other

    def commit(self) -> None:
        """The temporary becomes the output."""
        with explain_errors(self.name, self._error_class):
            if self._target is not None:
                os.replace(self.temporary, self._target)
                return
            with self.temporary.open("rb") as whole:
                shutil.copyfileobj(whole, sys.stdout.buffer, 1 << 20)
            sys.stdout.buffer.flush()
            self.discard()

    def discard(self) -> None:
        """Nothing remains."""
        self.temporary.unlink(missing_ok=True)

    def _refuse_odd_targets(self) -> None:
        if self._target is None or self._target.is_file() or not self._target.exists():
            return
        kind = "a folder; name a file in it" if self._target.is_dir() else "not a file; use - for a pipe"
        raise self._error_class(f"{self.name}: is {kind}")
