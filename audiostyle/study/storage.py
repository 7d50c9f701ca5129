"""Answers in SQLite: every one is on the disk before it is acknowledged, and none is there twice.

One thread owns the connection.  What arrives while it writes waits in a queue and then goes into *one*
transaction (a group commit), so that many listeners share the time of a write to the disk.  Each piece of
work in a transaction has a savepoint of its own, so that one that fails undoes nothing of the others.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from audiostyle.errors import AudiostyleError
from audiostyle.study.tables import prepare

T = TypeVar("T")

_Job = tuple[Callable[[sqlite3.Connection], Any], "Future[Any]"]
"""Work, and where its result goes."""


class Store:
    """The answers of a study.

    Args:
        path: of the SQLite file; made where there is none.
        study: the study's id.
        simulated: whether no person gives these answers.

    Raises:
        AudiostyleError: the file cannot be opened, is damaged, or belongs to another study.

    Example:
        >>> import tempfile
        >>> from audiostyle.study.design import Role, Trial
        >>> from audiostyle.study.tables import Answer, add_answer, add_session, find_next
        >>> store = Store(Path(tempfile.mkdtemp(), "answers.sqlite"), "x1")
        >>> number = store.run(lambda db: add_session(db, "hash", [Trial(Role.main, "a", ("k0", "k1"))]))
        >>> store.run(lambda db: add_answer(db, number, 0, Answer({"choice": "tie"}, 900.0, (1, 1))))
        True
        >>> store.run(lambda db: find_next(db, number)) is None
        True
        >>> store.close()
    """

    def __init__(self, path: Path, study: str, *, simulated: bool = False) -> None:
        self._path = path
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        with explain_errors(path):
            self._connection = sqlite3.connect(
                path, check_same_thread=False, isolation_level=None, timeout=30
            )
            prepare(self._connection, study, simulated, path)
        self._thread = threading.Thread(target=self._work, name="answers", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """Have work done in a transaction; the result is there when the transaction is on the disk."""
        future: Future[T] = Future()
        self._queue.put((work, future))
        return future

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Have work done and wait for its result.

        Raises:
            AudiostyleError: the disk is full, or the file is damaged.
        """
        return self.submit(work).result()

    def close(self) -> None:
        """Finish what is waiting and close the file."""
        self._queue.put(None)
        self._thread.join()
        self._connection.close()

    def _work(self) -> None:
        while True:
            batch = [self._queue.get()]
            while not self._queue.empty():
                batch.append(self._queue.get())
            wanted = [entry for entry in batch if entry is not None]
            if wanted:
                self._commit(wanted)
            if len(wanted) < len(batch):
                return

    def _commit(self, batch: list[_Job]) -> None:
        """Do all work of a batch in one transaction, and only then say that it is done."""
        done: list[tuple[Future[Any], Any]] = []
        try:
            with explain_errors(self._path):
                self._connection.execute("BEGIN IMMEDIATE")
                for work, future in batch:
                    self._try(work, future, done)
                self._connection.execute("COMMIT")
        except AudiostyleError as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for future, result in done:
            future.set_result(result)

    def _try(
        self,
        work: Callable[[sqlite3.Connection], Any],
        future: "Future[Any]",
        done: "list[tuple[Future[Any], Any]]",
    ) -> None:
        """Do one piece of work; if it fails, nothing of it is left."""
        self._connection.execute("SAVEPOINT one")
        try:
            done.append((future, work(self._connection)))
        except sqlite3.Error:
            raise  # the whole batch is undone
        except Exception as error:  # whatever the work refuses to do
            self._connection.execute("ROLLBACK TO one")
            future.set_exception(error)
        self._connection.execute("RELEASE one")


@contextmanager
def explain_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite into one line.

    Raises:
        AudiostyleError: in place of them.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise AudiostyleError(
            f"{path}: {error}; make room, or see that nothing else has changed it"
        ) from None
