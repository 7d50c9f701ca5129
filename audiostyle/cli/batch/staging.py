"""A job whose files lie elsewhere: they are fetched, the job works on copies, and its results are put there.

The job itself sees files of this machine and nothing else.  What it says of them, in results, errors and
notices, is said of the addresses.
"""

import dataclasses
import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Generic

from audiostyle.cli.batch.addresses import get_name, is_address
from audiostyle.cli.batch.conventions import STDIN
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.batch.remote import fetch, put
from audiostyle.cli.batch.tasks import Job, Result
from audiostyle.cli.console import describe_error
from audiostyle.errors import AudiostyleError, AudioWriteError
from audiostyle.progress import Progress
from audiostyle.temporaries import Temporary

_LONGEST = 60  # characters of the names of copies: stores allow longer names than disks

Named = dict[str, str]  # path of a copy → address


def is_staged(tasks: Sequence[BatchTask], job: object) -> bool:
    """Return whether a task, or what all tasks need, lies elsewhere."""
    return any(is_address(path) for task in tasks for path in (task.input, *task.list_files())) or bool(
        _list_companions(job)
    )


@dataclass
class StagedJob(Generic[Result]):
    """Does a job on copies.

    Attributes:
        job: the work, a dataclass.  Those of its fields that are tuples of paths are fetched once for each
            process.
    """

    job: Job[BatchTask, Result]
    _own: Job[BatchTask, Result] | None = field(default=None, init=False, repr=False)
    _kept: Temporary | None = field(default=None, init=False, repr=False)
    _named: Named = field(default_factory=dict, init=False, repr=False)

    def prepare(self) -> None:
        """Fetch what all tasks need, and load it."""
        if self._own is None:
            companions = _list_companions(self.job)
            if companions:
                self._kept = _make_scratch()
                fetched = {
                    name: tuple(self._bring(path) if is_address(path) else path for path in paths)
                    for name, paths in companions.items()
                }
                self._own = dataclasses.replace(self.job, **fetched)  # type: ignore[type-var]
            else:
                self._own = self.job
        with _speak_of(self._named):
            self._own.prepare()

    def __call__(self, task: BatchTask, progress: Progress) -> Result:
        """Do the work on one task."""
        assert self._own is not None
        scratch = _make_scratch()
        try:
            named = dict(self._named)
            local = _lay_out(task, scratch.path, named)
            with _speak_of(named):
                if is_address(task.input):
                    fetch(task.input, Path(local.input))
                result = self._own(local, progress)
            progress(0.0, None)  # where an interruption takes effect
            for path, address in zip(local.list_files(), task.list_files(), strict=True):
                if is_address(address):
                    put(Path(path), address)
            return restate(result, named)
        finally:
            scratch.delete()

    def release(self) -> None:
        """Delete what was fetched for all tasks; processes of their own do so when they end."""
        if self._kept is not None:
            self._kept.delete()
            self._own = self._kept = None

    def _bring(self, address: str) -> str:
        assert self._kept is not None
        path = self._kept.path / str(len(self._named)) / _shorten(get_name(address))
        path.parent.mkdir()
        fetch(address, path)
        self._named[str(path)] = address
        return str(path)


def restate(value: Any, named: Mapping[str, str]) -> Any:
    """Return a value with addresses in place of the copies' paths, wherever they are in it.

    Args:
        value: texts, in lists, tuples, mappings and dataclasses too.
        named: path of a copy → address.

    Example:
        >>> restate({"of": ("/tmp/x/a.wav", 3)}, {"/tmp/x/a.wav": "s3://bucket/a.wav"})
        {'of': ('s3://bucket/a.wav', 3)}
    """
    if isinstance(value, str):
        for path, address in named.items():
            value = value.replace(path, address)
        return value
    if isinstance(value, Mapping):
        return {restate(key, named): restate(one, named) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(restate(one, named) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        own = {one.name: getattr(value, one.name) for one in dataclasses.fields(value) if one.init}
        return dataclasses.replace(value, **{name: restate(one, named) for name, one in own.items()})
    return value


def _list_companions(job: object) -> dict[str, tuple[str, ...]]:
    """Return the fields of a job that have addresses among their paths."""
    if not dataclasses.is_dataclass(job):
        return {}
    own = {one.name: getattr(job, one.name) for one in dataclasses.fields(job) if one.init}
    return {
        name: paths
        for name, paths in own.items()
        if isinstance(paths, tuple) and any(isinstance(path, str) and is_address(path) for path in paths)
    }


def _make_scratch() -> Temporary:
    """Make a folder for copies, which the next process deletes if this one is killed."""
    try:
        return Temporary(Path(tempfile.gettempdir()), is_folder=True, private=True)
    except OSError as error:
        place = tempfile.gettempdir()
        raise AudioWriteError(
            f"{place}: no room for copies of remote files ({error.strerror}); name another folder in TMPDIR"
        ) from None


def _lay_out(task: BatchTask, folder: Path, named: Named) -> BatchTask:
    """Return a task with paths in a folder in place of addresses, and note which is which.

    Each is in a folder of its own and keeps its name, which formats are told from.
    """

    def place(path: str) -> str:
        if path == STDIN or not is_address(path):
            return path
        copy = folder / str(len(named)) / _shorten(get_name(path))
        copy.parent.mkdir()
        named[str(copy)] = path
        return str(copy)

    outputs = {variant: place(path) for variant, path in task.outputs.items()}
    return BatchTask(place(task.input), outputs, task.midi and place(task.midi))


def _shorten(name: str) -> str:
    """Return a name that any disk takes, with the same suffix."""
    name = name.replace("\0", "")
    suffix = PurePath(name).suffix
    return name if len(name) <= _LONGEST else name[: _LONGEST - len(suffix)] + suffix


class _Restate(logging.Filter):
    """Lets notices name addresses."""

    def __init__(self, named: Named) -> None:
        super().__init__()
        self._named = named

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = restate(record.getMessage(), self._named), None
        return True


@contextmanager
def _speak_of(named: Named) -> Iterator[None]:
    """Let errors and notices name addresses, not copies."""

    handlers, rename = list(logging.getLogger("audiostyle").handlers), _Restate(named)
    for handler in handlers:
        handler.addFilter(rename)
    try:
        yield
    except AudiostyleError as error:
        raise type(error)(restate(str(error), named)) from error
    except OSError as error:
        text = describe_error(error)
        if restate(text, named) == text:
            raise
        raise AudiostyleError(restate(text, named)) from error
    finally:
        for handler in handlers:
            handler.removeFilter(rename)
