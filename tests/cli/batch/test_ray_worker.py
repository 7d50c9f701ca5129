"""What runs on a machine: one task, with its notices, its progress, and a job that stays loaded."""

import logging
from types import SimpleNamespace

import pytest
from chores import Chore

from audiostyle.cli.batch import ray_worker
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.batch.ray_worker import Board, do_task
from audiostyle.errors import AudiostyleError


class Remote:
    """A board that is here."""

    def __init__(self):
        self.board = Board()
        self.note = SimpleNamespace(remote=self.board.note)


class Teller:
    loaded = 0

    def prepare(self):
        self.loaded += 1

    def __call__(self, task, progress):
        progress(1.0, 2.0)
        progress(2.0, 2.0)  # too soon after the first to be sent
        logging.getLogger("audiostyle.sound").warning("%s is quiet", task)
        return self.loaded


@pytest.fixture
def board():
    return Remote()


@pytest.fixture(autouse=True)
def keep_handlers():
    log = logging.getLogger("audiostyle")
    handlers, level = log.handlers, log.level
    yield
    log.handlers, log.level = handlers, level
    ray_worker._kept.clear()


def test_an_answer_has_result_notices_and_progress(board, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = do_task("t", Teller(), 7, "song", board, str(tmp_path))
    assert answer.outcome.result == 1 and answer.notices == [(logging.WARNING, "song is quiet")]
    assert board.board.take() == {7: (1.0, 2.0)}


def test_a_job_is_kept_by_its_token_as_pickled_copies_come(board, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    loads = [
        do_task(token, Teller(), 0, "a", board, str(tmp_path)).outcome.result for token in ("t", "t", "u")
    ]
    assert loads == [1, 2, 1]


def test_failures_of_one_task_and_of_all_are_told_apart(board, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert do_task("a", Chore(), 0, (1, "fail"), board, str(tmp_path)).outcome.error == "1: is bad"
    assert isinstance(
        do_task("b", Chore(fails=True), 0, (1, "do"), board, str(tmp_path)).outcome, AudiostyleError
    )


def test_a_folder_that_is_not_shared_is_one_line(board, tmp_path):
    answer = do_task("c", Chore(), 0, (1, "do"), board, str(tmp_path / "gone"))
    assert isinstance(answer.outcome, AudiostyleError) and "share" in str(answer.outcome)


@pytest.mark.parametrize("out", ["memory://b.wav", "b.wav"])
def test_the_folder_matters_only_to_files_that_lie_in_it(board, tmp_path, monkeypatch, out):
    monkeypatch.chdir(tmp_path)
    task = BatchTask("memory://a.wav", {"x": out})
    answer = do_task("t", Teller(), 0, task, board, str(tmp_path / "of another machine"))
    if out == "b.wav":
        assert "work in a folder that all machines share" in str(answer.outcome)
    else:
        assert answer.outcome.result == 1
