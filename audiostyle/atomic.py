"""Files that appear under their names only when they are whole, with every failure as one clear line."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audiostyle.errors import AudiostyleError
from audiostyle.temporaries import Temporary

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


@contextmanager
def write_atomically(
    path: str | Path, error_class: type[AudiostyleError], *, durable: bool = False
) -> Iterator[Path]:
    """Yield the path of a temporary file, which becomes the output when the block ends well.

    Args:
        path: of the output; ``-`` is standard output.
        error_class: the class of all errors.
        durable: whether the content is to be on the disk before it gets its name, so that not even a power
            cut leaves a name that stands for nothing.

    Raises:
        AudiostyleError: one of ``error_class``, for whatever the system reports.

    Example:
        >>> path = Path(tempfile.mkdtemp(), "a.txt")
        >>> with write_atomically(path, AudiostyleError) as temporary:
        ...     _ = temporary.write_text("whole")
        >>> path.read_text()
        'whole'
    """
    file = AtomicFile(path, error_class)
    try:
        with explain_errors(file.name, error_class):
            yield file.temporary
            if durable:
                with file.temporary.open("rb+") as whole:
                    os.fsync(whole.fileno())
        file.commit()
    finally:
        file.discard()


def check_writable(path: str | Path, error_class: type[AudiostyleError]) -> None:
    """Check that an output can be written, before the work that it is to hold; missing folders are made.

    Args:
        path: of the output; ``-`` is standard output.
        error_class: of the error if it cannot.

    Raises:
        AudiostyleError: one of ``error_class``.

    Example:
        >>> check_writable(tempfile.gettempdir(), AudiostyleError)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        audiostyle.errors.AudiostyleError: ...: is a folder; name a file in it
    """
    AtomicFile(path, error_class).discard()


class AtomicFile:
    """A hidden temporary file beside an output, which :meth:`commit` renames and :meth:`discard` deletes.

    Missing folders are made; a link is followed, not replaced.  For standard output the temporary file lies
    in the system's folder for such files, readable by this user alone, and :meth:`commit` copies it out.
    What a killed process left in the folder is deleted, see :mod:`audiostyle.temporaries`.

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
        with explain_errors(self.name, error_class):
            self._refuse_odd_targets()
            self.folder = self._target.parent if self._target else Path(tempfile.gettempdir())
            self.folder.mkdir(parents=True, exist_ok=True)
            self._held = Temporary(self.folder, private=self._target is None)
        self.temporary = self._held.path

    def commit(self) -> None:
        """Give the temporary file the name of the output."""
        with explain_errors(self.name, self._error_class):
            if self._target is not None:
                os.replace(self.temporary, self._target)
                self._held.release()
                return
            with self.temporary.open("rb") as whole:
                shutil.copyfileobj(whole, sys.stdout.buffer, 1 << 20)
            sys.stdout.buffer.flush()
            self.discard()

    def discard(self) -> None:
        """Delete the temporary file; after :meth:`commit` there is none, and nothing happens."""
        self._held.delete()

    def _refuse_odd_targets(self) -> None:
        """Raise an error if the output is a folder, or something else that is no file."""
        if self._target is None or self._target.is_file():
            return
        place = Path(self.name).parts[0]
        if len(place) > 2 and place.endswith(":") and not Path(place).exists():  # s3: and the like
            raise self._error_class(f"{self.name}: is no place on this machine; name a file or folder here")
        if not self._target.exists():
            return
        kind = "a folder; name a file in it" if self._target.is_dir() else "not a file; use - for a pipe"
        raise self._error_class(f"{self.name}: is {kind}")
