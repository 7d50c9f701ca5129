"""Files that appear under their names only when they are whole, with every failure as one clear line."""

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
"""The path that means standard output."""

MAKE_ROOM = "make room on the disk or choose another"
"""What messages advise when a disk is full."""

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
    """Turn the errors of the system into one line about an output.

    Args:
        name: what the message calls the output.
        error_class: what is raised in place of any ``OSError`` inside the block.

    Raises:
        AudiostyleError: one of ``error_class``.

    Example:
        >>> with explain_errors("a.png", AudiostyleError):
        ...     raise OSError(errno.EROFS, "Read-only file system")
        Traceback (most recent call last):
        audiostyle.errors.AudiostyleError: a.png: cannot be written (Read-only file system); choose a folder \
that you may write to
    """
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "choose another name or folder")
        raise error_class(f"{name}: cannot be written ({error.strerror or error}); {remedy}") from None


class AtomicFile:
    """A hidden temporary file beside an output, which :meth:`commit` renames and :meth:`discard` deletes.

    Missing folders are made; a link is followed, not replaced.  For standard output the temporary file lies
    in the system's folder for such files, and :meth:`commit` copies it out.

    Args:
        path: of the output; ``-`` is standard output.
        error_class: the class of all errors.

    Attributes:
        name: what messages call the output.
        folder: in which the temporary file lies.
        temporary: the temporary file.

    Raises:
        AudiostyleError: one of ``error_class``; the output is a folder, or the file cannot be made.

    Example:
        >>> path = Path(tempfile.mkdtemp(), "a.txt")
        >>> file = AtomicFile(path, AudiostyleError)
        >>> file.temporary.write_text("whole")
        5
        >>> path.exists(), file.commit(), path.read_text()
        (False, None, 'whole')
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
            self.temporary.open("xb").close()  # mkstemp would give it other permissions

    def commit(self) -> None:
        """Give the temporary file the name of the output."""
        with explain_errors(self.name, self._error_class):
            if self._target is not None:
                os.replace(self.temporary, self._target)
                return
            with self.temporary.open("rb") as whole:
                shutil.copyfileobj(whole, sys.stdout.buffer, 1 << 20)
            sys.stdout.buffer.flush()
            self.discard()

    def discard(self) -> None:
        """Delete the temporary file; after :meth:`commit` there is none, and nothing happens."""
        self.temporary.unlink(missing_ok=True)

    def _refuse_odd_targets(self) -> None:
        """Raise an error if the output is a folder, or something else that is no file."""
        if self._target is None or self._target.is_file() or not self._target.exists():
            return
        kind = "a folder; name a file in it" if self._target.is_dir() else "not a file; use - for a pipe"
        raise self._error_class(f"{self.name}: is {kind}")
