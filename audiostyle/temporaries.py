"""Temporary files and folders that are known to be left over as soon as their process has died.

A process that is killed cannot tidy up.  So each temporary is held under a lock (``flock``) that the system
takes back with the process, however it ends, and the next process that writes into the same folder deletes
what bears the name of a temporary and is not held by anyone.  A lock is better than a process's number in the
name: it also holds for processes of another container, whose numbers mean nothing here.

Where there are no such locks (Windows, some network file systems) nothing is ever deleted but by its maker.
"""

import os
import stat
import uuid
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PREFIX, _SUFFIX = ".audiostyle-", ".part"
_held: set["Temporary"] = set()  # by this process
_tidied: set[str] = set()  # folders, once for each process: a batch may write thousands of files into one


class Temporary:
    """A temporary file or folder under a name that nobody can guess, held until it is released.

    Args:
        folder: in which it is made, and which is tidied first.
        is_folder: whether a folder is made rather than an empty file.
        private: whether only this user may read it.  Otherwise it has the permissions of any new file.

    Attributes:
        path: where it is.

    Raises:
        OSError: it cannot be made.

    Example:
        >>> import tempfile
        >>> temporary = Temporary(Path(tempfile.mkdtemp()))
        >>> temporary.path.read_bytes(), temporary.delete(), temporary.path.exists()
        (b'', None, False)
    """

    def __init__(self, folder: Path, *, is_folder: bool = False, private: bool = False) -> None:
        tidy(folder)
        self._lock: int | None = None
        while True:
            self.path = folder / f"{_PREFIX}{uuid.uuid4().hex}{_SUFFIX}"
            _held.add(self)  # before it is made: a signal may interrupt what follows
            if is_folder:
                self.path.mkdir(0o700 if private else 0o777)
            else:
                os.close(
                    os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if private else 0o666)
                )
            if fcntl is None or self._hold():
                return

    def _hold(self) -> bool:
        """Lock what was made; False if another process has tidied it away before it was held."""
        try:
            self._lock = _lock(self.path, wait=True)
        except FileNotFoundError:
            return False
        except OSError:
            _remove(self.path)
            raise
        if self._lock is None or _is_same(self._lock, self.path):
            return True
        self.release()
        return False

    def release(self) -> None:
        """Hold it no longer: it has got another name, or is gone."""
        _held.discard(self)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def delete(self) -> None:
        """Delete it, with all that is in a folder; where there is nothing left to delete, nothing happens."""
        self.release()  # first, because deleting needs a descriptor
        _remove(self.path)


def delete_held() -> None:
    """Delete every temporary that this process holds, for one that must end without unwinding.

    Example:
        >>> import tempfile
        >>> temporary = Temporary(Path(tempfile.mkdtemp()))
        >>> delete_held()
        >>> temporary.path.exists()
        False
    """
    for temporary in list(_held):
        with suppress(OSError):
            temporary.delete()


def tidy(folder: Path) -> None:
    """Delete what dead processes left in a folder; done once for each folder and process.  It never raises.

    Args:
        folder: only its own entries are looked at, not those of folders in it.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> (folder / ".audiostyle-0123456789abcdef0123456789abcdef.part").touch()
        >>> tidy(folder)
        >>> list(folder.iterdir())
        []
    """
    if fcntl is None or str(folder) in _tidied:
        return
    _tidied.add(str(folder))
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            if entry.name.startswith(_PREFIX) and entry.name.endswith(_SUFFIX):
                _tidy_away(Path(entry.path))


def hold_folder(folder: Path, *, wait: bool = False) -> int | None:
    """Hold a folder, so that no other process of audiostyle works in it at the same time.

    The hold ends with the process, or with :func:`release_folder`; so it can never be stale.

    Args:
        folder: one that exists.
        wait: until no other process holds it.

    Returns:
        What :func:`release_folder` takes; None where the system cannot tell.

    Raises:
        BlockingIOError: another process holds the folder, and this one is not to wait.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> hold = hold_folder(folder)
        >>> hold_folder(folder)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        BlockingIOError: ...
        >>> release_folder(hold)
    """
    return None if fcntl is None else _lock(folder, wait=wait)


def release_folder(hold: int | None) -> None:
    """End the hold of :func:`hold_folder`."""
    if hold is not None:
        os.close(hold)


def _tidy_away(path: Path) -> None:
    """Delete a file or folder of this user that no process holds."""
    with suppress(OSError):
        found = os.lstat(path)
        if found.st_uid != os.geteuid() or not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            return
        lock = _lock(path, wait=False)
        if lock is not None:
            try:
                _remove(path)
            finally:
                os.close(lock)


def _lock(path: Path, *, wait: bool) -> int | None:
    """Return a descriptor that holds a file or folder, or None where the file system has no locks.

    Raises:
        BlockingIOError: another process holds it, and this one is not to wait.
        OSError: it cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(descriptor)
        raise
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _is_same(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except OSError:
        return False


def _remove(path: Path) -> None:
    """Delete a file or a whole folder, as far as that goes, with one descriptor at a time.

    ``shutil.rmtree`` needs several, and would leave everything where none are left.
    """
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    for folder, folders, files in os.walk(path, topdown=False):
        for place in (Path(folder, name) for name in (*files, *folders)):
            with suppress(OSError):
                place.rmdir() if place.is_dir() and not place.is_symlink() else place.unlink()
    with suppress(OSError):
        path.rmdir()
