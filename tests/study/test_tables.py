"""Answers come in order, once each."""

import sqlite3
from pathlib import Path

import pytest

from audiostyle.errors import AudiostyleError
from audiostyle.study import tables
from audiostyle.study.design import Role, Trial
from audiostyle.study.tables import Answer, OutOfOrder

TRIALS = [
    Trial(Role.training, "a", ("x", "y")),
    Trial(Role.main, "a", ("x", "y")),
    Trial(Role.repeat, "a", ("y", "x"), 1),
]
TIE = Answer({"choice": "tie"}, 5.0, (1, 2), 44100.0)


@pytest.fixture
def db():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    tables.prepare(connection, "x1", False, Path("answers.sqlite"))
    tables.add_session(connection, "hash", TRIALS, "a browser")
    return connection


def test_trials_come_one_after_the_other(db):
    for number, trial in enumerate(TRIALS):
        assert tables.find_next(db, 0) == (number, trial)
        assert tables.add_answer(db, 0, number, TIE)
    assert tables.find_next(db, 0) is None
    assert db.execute("SELECT finished FROM sessions").fetchone()[0] is not None


def test_the_same_answer_again_changes_nothing_and_another_is_refused(db):
    assert tables.add_answer(db, 0, 0, TIE)
    assert not tables.add_answer(db, 0, 0, TIE)
    with pytest.raises(OutOfOrder, match="another answer"):
        tables.add_answer(db, 0, 0, Answer({"choice": "first"}, 5.0, (1, 2)))
    assert db.execute("SELECT count(*) FROM answers").fetchone()[0] == 1


def test_no_trial_can_be_skipped(db):
    with pytest.raises(OutOfOrder, match="not the next"):
        tables.add_answer(db, 0, 1, TIE)


def test_listeners_are_numbered_and_found_by_the_hash_only(db):
    assert tables.add_session(db, "other", TRIALS) == 1 and tables.count_sessions(db) == 2
    assert tables.find_session(db, "other") == 1 and tables.find_session(db, "' OR 1=1 --") is None
    with pytest.raises(sqlite3.IntegrityError):
        tables.add_session(db, "other", TRIALS)


def test_consent_keeps_its_first_time(db):
    assert not tables.has_consented(db, 0)
    tables.set_consent(db, 0)
    first = db.execute("SELECT consented FROM sessions").fetchone()[0]
    tables.set_consent(db, 0)
    assert tables.has_consented(db, 0) and db.execute("SELECT consented FROM sessions").fetchone()[0] == first


def test_comments_are_text_whatever_they_hold(db):
    text = "'); DROP TABLE answers; -- <script>"
    tables.set_comment(db, 0, text)
    assert db.execute("SELECT comment FROM sessions").fetchone()[0] == text


@pytest.mark.parametrize(("study", "simulated"), [("x2", False), ("x1", True)])
def test_answers_of_another_study_or_kind_are_not_touched(db, study, simulated):
    with pytest.raises(AudiostyleError, match="another study"):
        tables.prepare(db, study, simulated, Path("answers.sqlite"))
