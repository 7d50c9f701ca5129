"""What was acknowledged is on the disk, whatever happens to the process, and one failure is nobody else's."""

import os
import sqlite3
import subprocess
import sys
import threading

import pytest

from audiostyle.errors import AudiostyleError
from audiostyle.study import tables
from audiostyle.study.design import Role, Trial
from audiostyle.study.storage import Store
from audiostyle.study.tables import Answer

TIE = Answer({"choice": "tie"}, 5.0, (1, 2))
TRIALS = [Trial(Role.main, "a", ("x", "y"))] * 50

KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from audiostyle.study import tables
from audiostyle.study.design import Role, Trial
from audiostyle.study.storage import Store
store = Store(Path({path!r}), "x1")
store.run(lambda db: tables.add_session(db, "h", [Trial(Role.main, "a", ("x", "y"))] * 50))
for n in range(50):
    store.run(lambda db: tables.add_answer(db, 0, n, tables.Answer({{"choice": "tie"}}, 5.0, (1, 2))))
    print(n, flush=True)
    if n == 17:
        store.submit(lambda db: tables.add_answer(db, 0, 18, tables.Answer({{"choice": "tie"}}, 5.0, (1, 2))))
        os.kill(os.getpid(), 9)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "answers.sqlite"


def count(path):
    with sqlite3.connect(path) as db:
        return db.execute("SELECT count(*) FROM answers").fetchone()[0]


def test_what_was_acknowledged_survives_a_kill(path):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(tables.__file__))))
    done = subprocess.run(
        [sys.executable, "-c", KILLED.format(root=root, path=str(path))], capture_output=True, text=True
    )
    acknowledged = len(done.stdout.split())
    assert done.returncode == -9 and acknowledged == 18, done.stderr
    store = Store(path, "x1")  # what the next server finds
    assert count(path) in (18, 19)  # the last was on its way
    assert store.run(lambda db: tables.find_next(db, 0))[0] == count(path)
    store.close()


def test_many_at_once_are_all_there_and_all_in_order(path):
    store = Store(path, "x1")
    for who in range(8):
        store.run(lambda db, who=who: tables.add_session(db, f"h{who}", TRIALS))

    def answer(who):
        for n in range(20):
            assert store.run(lambda db, n=n: tables.add_answer(db, who, n, TIE))

    threads = [threading.Thread(target=answer, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    assert count(path) == 160


def test_one_failure_is_nobody_elses(path):
    store = Store(path, "x1")
    store.run(lambda db: tables.add_session(db, "h", TRIALS))
    hold = threading.Event()
    first = store.submit(lambda db: hold.wait(5))
    good, bad, better = (store.submit(lambda db, n=n: tables.add_answer(db, 0, n, TIE)) for n in (0, 7, 1))
    hold.set()
    assert first.result() and good.result() and better.result()
    with pytest.raises(tables.OutOfOrder):
        bad.result()
    store.close()
    assert count(path) == 2


def test_what_fails_leaves_nothing_of_itself(path):
    store = Store(path, "x1")

    def work(db):
        tables.add_session(db, "h", TRIALS)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.run(work)
    assert store.run(tables.count_sessions) == 0
    store.close()


def test_an_error_of_the_database_is_one_line_for_all_of_the_batch(path):
    store = Store(path, "x1")
    with pytest.raises(AudiostyleError, match=r"answers\.sqlite: no such table"):
        store.run(lambda db: db.execute("SELECT * FROM absent"))
    assert store.run(tables.count_sessions) == 0  # and work goes on
    store.close()


def test_a_file_that_is_no_database_is_one_line(path):
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(AudiostyleError, match=r"answers\.sqlite"):
        Store(path, "x1")
