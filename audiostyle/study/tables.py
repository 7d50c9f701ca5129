"""The tables of answers, and what is asked of them; every function works inside its caller's transaction."""

import json
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from audiostyle.errors import AudiostyleError
from audiostyle.study.design import Role, Trial

SCHEMA = """
CREATE TABLE IF NOT EXISTS study (id TEXT NOT NULL, simulated INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    session INTEGER PRIMARY KEY,            -- the listener's number, from 0; decides the trials
    secret TEXT NOT NULL UNIQUE,            -- SHA-256 of what the listener's browser keeps
    began REAL NOT NULL,                    -- seconds since 1970, as all times
    consented REAL,
    finished REAL,
    device TEXT NOT NULL DEFAULT '',        -- the browser's own description
    comment TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS trials (
    session INTEGER NOT NULL REFERENCES sessions,
    trial INTEGER NOT NULL,                 -- position in the session, from 0
    role TEXT NOT NULL,                     -- training, main, repeat, identical, degraded, realignment
    item TEXT NOT NULL,
    stimuli TEXT NOT NULL,                  -- JSON: keys in the order shown, left first
    repeats INTEGER,                        -- position of the trial that this one asks again
    PRIMARY KEY (session, trial)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    session INTEGER NOT NULL,
    trial INTEGER NOT NULL,
    answer TEXT NOT NULL,                   -- JSON
    milliseconds REAL NOT NULL,             -- from the trial's being shown to the answer
    plays TEXT NOT NULL,                    -- JSON: how often each stimulus was played
    sample_rate REAL,                       -- of the listener's device, hertz
    received REAL NOT NULL,
    PRIMARY KEY (session, trial),
    FOREIGN KEY (session, trial) REFERENCES trials
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Answer:
    """What came with an answer.

    Attributes:
        answer: as :func:`~audiostyle.study.design.check_answer` wants it.
        milliseconds: from the trial's being shown to the answer.
        plays: how often each stimulus was played, in the order shown.
        sample_rate: of the listener's device in hertz, if it said so.
    """

    answer: dict[str, object]
    milliseconds: float
    plays: tuple[int, ...]
    sample_rate: float | None = None


class OutOfOrder(AudiostyleError):
    """An answer to a trial that is not the listener's next, or a second one that says something else."""


def prepare(connection: sqlite3.Connection, study: str, simulated: bool, path: Path) -> None:
    """Make the tables where there are none, and check whose answers they hold.

    Raises:
        AudiostyleError: they belong to another study, or are of the other kind.
    """
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a commit is on the disk, whatever happens next
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(SCHEMA)
    row = connection.execute("SELECT id, simulated FROM study").fetchone()
    if row is None:
        connection.execute("INSERT INTO study VALUES (?, ?)", (study, int(simulated)))
    elif tuple(row) != (study, int(simulated)):
        raise AudiostyleError(f"{path}: holds the answers of another study; move it away")


def add_session(
    db: sqlite3.Connection, secret_hash: str, trials: list[Trial], device: str = "", number: int | None = None
) -> int:
    """Add a listener with all trials and return the listener's number."""
    if number is None:
        number = count_sessions(db)
    db.execute(
        "INSERT INTO sessions (session, secret, began, device) VALUES (?, ?, ?, ?)",
        (number, secret_hash, time.time(), device),
    )
    db.executemany(
        "INSERT INTO trials VALUES (?, ?, ?, ?, ?, ?)",
        [
            (number, n, trial.role.value, trial.item, json.dumps(trial.stimuli), trial.repeats)
            for n, trial in enumerate(trials)
        ],
    )
    return number


def count_sessions(db: sqlite3.Connection) -> int:
    """Return how many listeners have begun, which is the number of the next."""
    return int(db.execute("SELECT count(*) FROM sessions").fetchone()[0])


def find_session(db: sqlite3.Connection, secret_hash: str) -> int | None:
    """Return the number of the listener with this secret, or None."""
    row = db.execute("SELECT session FROM sessions WHERE secret = ?", (secret_hash,)).fetchone()
    return None if row is None else int(row[0])


def has_consented(db: sqlite3.Connection, session: int) -> bool:
    """Return whether a listener has agreed to take part."""
    return (
        db.execute("SELECT consented FROM sessions WHERE session = ?", (session,)).fetchone()[0] is not None
    )


def set_consent(db: sqlite3.Connection, session: int) -> None:
    """Note that a listener has agreed to take part; the first time counts."""
    db.execute(
        "UPDATE sessions SET consented = coalesce(consented, ?) WHERE session = ?", (time.time(), session)
    )


def set_comment(db: sqlite3.Connection, session: int, comment: str) -> None:
    """Store what a listener wrote at the end, in place of what was there."""
    db.execute("UPDATE sessions SET comment = ? WHERE session = ?", (comment, session))


def find_next(db: sqlite3.Connection, session: int) -> tuple[int, Trial] | None:
    """Return the first trial of a listener that has no answer, with its position; None if all have."""
    row = db.execute(
        "SELECT trial, role, item, stimuli, repeats FROM trials WHERE session = ? AND trial = "
        "(SELECT count(*) FROM answers WHERE session = ?)",
        (session, session),
    ).fetchone()
    return None if row is None else (int(row[0]), _make_trial(*row[1:]))


def count_trials(db: sqlite3.Connection, session: int) -> int:
    """Return how many trials a listener has in all."""
    return int(db.execute("SELECT count(*) FROM trials WHERE session = ?", (session,)).fetchone()[0])


def get_trial(db: sqlite3.Connection, session: int, trial: int) -> Trial | None:
    """Return a trial of a listener by its position, or None."""
    row = db.execute(
        "SELECT role, item, stimuli, repeats FROM trials WHERE session = ? AND trial = ?", (session, trial)
    ).fetchone()
    return None if row is None else _make_trial(*row)


def add_answer(db: sqlite3.Connection, session: int, trial: int, answer: Answer) -> bool:
    """Store the answer to a listener's next trial.

    Returns:
        True if it is new; False if the same answer is there already, as when an acknowledgment was lost.

    Raises:
        OutOfOrder: it is not the next trial, or it has another answer already.
    """
    text = json.dumps(answer.answer, sort_keys=True)
    old = db.execute(
        "SELECT answer FROM answers WHERE session = ? AND trial = ?", (session, trial)
    ).fetchone()
    if old is not None:
        if old[0] == text:
            return False
        raise OutOfOrder(f"trial {trial} has another answer already")
    following = find_next(db, session)
    if following is None or following[0] != trial:
        raise OutOfOrder(f"trial {trial} is not the next")
    db.execute(
        "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            session,
            trial,
            text,
            answer.milliseconds,
            json.dumps(answer.plays),
            answer.sample_rate,
            time.time(),
        ),
    )
    if trial + 1 == count_trials(db, session):
        db.execute("UPDATE sessions SET finished = ? WHERE session = ?", (time.time(), session))
    return True


def _make_trial(role: str, item: str, stimuli: str, repeats: int | None) -> Trial:
    return Trial(Role(role), item, tuple(json.loads(stimuli)), repeats)
