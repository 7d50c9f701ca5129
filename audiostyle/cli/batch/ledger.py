"""What has been done, in a file: a run that is started again does only what is left.

A line of JSON is added when a task is begun, and one when it is done.  A task is known by a hash of the
command with its options, of the version and the model, of its input's size and time, and of the files that it
writes.  So whatever changes is done again, and files of others are never taken for ours.

A ledger lies on a disk, beside the results where these do.  Where they go to an object store it lies beside
the command: an object can neither be added to, line by line, nor be held by one run alone.  If it is lost,
``--skip-existing`` does what is left as well, because objects appear whole.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Literal, Protocol

from audiostyle._version import __version__
from audiostyle.cli.batch.addresses import identify_path, is_address
from audiostyle.cli.console import UsageError
from audiostyle.errors import AudioWriteError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

NAME = ".audiostyle-ledger.jsonl"
"""What a ledger is called that the user has not named."""

_HEAD = b'{"task": "'  # how every line begins

State = Literal["begun", "done"]


class FileTask(Protocol):
    """A task that reads a file and writes others."""

    @property
    def input(self) -> str:
        """The path that is read."""

    def list_files(self) -> list[str]:
        """Return the paths that are written."""


class Ledger:
    """The tasks that were begun and done, by this run and by those before it.

    Args:
        path: of the file, which is made if need be.
        identity: what decides about results besides the task: the command, its options, the model.

    Raises:
        UsageError: another run has this ledger just now, or the file is something else.
        AudioWriteError: it cannot be written to.

    Example:
        >>> import tempfile
        >>> from audiostyle.cli.batch.plan import BatchTask
        >>> task = BatchTask("song.wav", {})
        >>> ledger = Ledger(Path(tempfile.mkdtemp(), "ledger"), {"command": "translate"})
        >>> ledger.find(task), ledger.begin([task]), ledger.find(task), ledger.finish(task), ledger.find(task)
        (None, None, 'begun', None, 'done')
    """

    def __init__(self, path: Path, identity: Mapping[str, object]) -> None:
        self.path = path
        self._identity = json.dumps([__version__, dict(identity)], sort_keys=True, default=str)
        self._states: dict[str, State] = {}
        self._keys: dict[tuple[str, ...], str] = {}  # of tasks that were begun
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: IO[bytes] = path.open("a+b")
        except OSError as error:
            raise AudioWriteError(
                f"{path}: the ledger cannot be written ({error.strerror}); name another with --ledger"
            ) from None
        self._hold()
        self._load()

    def _hold(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise UsageError(
                f"{self.path}: another run works with this ledger; wait for it, or name another with --ledger"
            ) from None
        except OSError:  # a file system without locks
            return

    def _load(self) -> None:
        """Read what was done before; a line that a kill has cut off counts for nothing."""
        self._file.seek(0)
        if not _HEAD.startswith(self._file.read(len(_HEAD))):
            self._file.close()
            raise UsageError(
                f"{self.path}: is no ledger, and stays as it is; name another file with --ledger"
            )
        self._file.seek(0)
        end = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            end += len(line)
            with suppress(ValueError, KeyError, TypeError):
                record = json.loads(line)
                if record["state"] in ("begun", "done"):
                    self._states[record["task"]] = record["state"]
        self._file.seek(0, os.SEEK_END)
        if self._file.tell() > end:
            self._file.truncate(end)

    def find(self, task: FileTask) -> State | None:
        """Return what is known of a task; one is done only as long as its files are there."""
        state = self._states.get(self._identify(task))
        there = all(_exists(path) for path in task.list_files())
        return "begun" if state == "done" and not there else state

    def begin(self, tasks: Iterable[FileTask]) -> None:
        """Note that tasks are begun: what is found of them later may be replaced."""
        for task in tasks:
            key = self._identify(task)
            self._keys[task.input, *task.list_files()] = key
            if self._states.get(key) is None:
                self._add(key, task.input, "begun")
        self._flush()

    def finish(self, task: FileTask) -> None:
        """Note that a task is done, once its files are there; on the disk when this returns.

        What was done is what was begun: if its input has changed meanwhile, the next run does it again.
        """
        self._add(self._keys[task.input, *task.list_files()], task.input, "done")
        self._flush()
        with suppress(OSError):
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let other runs have it."""
        self._file.close()

    def _add(self, key: str, name: str, state: State) -> None:
        self._states[key] = state
        self._file.write((json.dumps({"task": key, "state": state, "input": name}) + "\n").encode())

    def _flush(self) -> None:
        try:
            self._file.flush()
        except OSError as error:
            raise AudioWriteError(f"{self.path}: the ledger cannot be written ({error.strerror})") from None

    def _identify(self, task: FileTask) -> str:
        """Return what a task is known by."""
        source = describe_files([identify_path(task.input)])
        files = sorted(identify_path(path) for path in task.list_files())
        text = json.dumps([self._identity, source, files])
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _exists(path: str) -> bool:
    if not is_address(path):
        return os.path.exists(path)
    from audiostyle.cli.batch import remote_listing

    return remote_listing.exists(path)


def open_ledger(
    path: str | None, out: str | None, identity: Mapping[str, object], *, wanted: bool
) -> Ledger | None:
    """Return the ledger that a command is to keep, or None.

    Args:
        path: ``--ledger``.
        out: ``--out``, beside which it lies if it has no name; of an address, in the current folder.
        identity: see :class:`Ledger`.
        wanted: whether there is to be one even without a name.

    Raises:
        UsageError: it is to lie in a store, another run has it, or it is something else.
        AudioWriteError: it cannot be written to.
    """
    if path is None and not wanted:
        return None
    if path is not None and is_address(path):
        raise UsageError(
            f"--ledger {path}: an object cannot be added to line by line; name a file of this machine"
        )
    if path is not None:
        return Ledger(Path(path), identity)
    if out is not None and is_address(out):
        return Ledger(Path(f"{NAME.removesuffix('.jsonl')}-{zlib.crc32(out.encode()):08x}.jsonl"), identity)
    place = Path(out or ".")
    folder = place.parent if place.suffix and not place.is_dir() else place
    return Ledger(folder / NAME, identity)


def describe_files(paths: Iterable[str]) -> list[list[object]]:
    """Return what files are known by besides their paths: size and time; what is not there counts as empty.

    Objects in a store are known by their size and tag.

    Example:
        >>> describe_files(["no such file"])
        [['no such file', 0, 0]]
    """
    described: list[list[object]] = []
    for path in paths:
        if is_address(path):
            from audiostyle.cli.batch import remote_listing

            described.append(remote_listing.describe(path))
            continue
        try:
            status = os.stat(path)
            described.append([path, status.st_size, status.st_mtime_ns])
        except OSError:
            described.append([path, 0, 0])
    return described
