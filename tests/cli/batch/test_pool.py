"""However many processes: the same outcomes, in the same order, and none left behind."""

import multiprocessing

import pytest
from chores import Chore

from audiostyle.cli.batch.pool import run_tasks
from audiostyle.errors import AudiostyleError, ModelNotFound


def run(tasks, jobs, received=None):
    def on_progress(*news):
        if received is not None:
            received.append(news)

    return list(run_tasks(tasks, Chore(), jobs=jobs, on_progress=on_progress))


@pytest.mark.parametrize("jobs", [1, 3])
def test_outcomes_come_in_order_whatever_finishes_first(jobs):
    received = []
    outcomes = run([(number, "sleep") for number in range(4)], jobs, received)
    assert [outcome.result for outcome in outcomes] == [0, 1, 4, 9]
    assert sorted(received) == [(number, float(number), 10.0) for number in range(4)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_task_that_fails_does_not_stop_the_others(jobs):
    good, bad, bug, last = run([(1, "do"), (2, "fail"), (3, "bug"), (4, "do")], jobs)
    assert (good.result, last.result) == (1, 16)
    assert bad.error == "2: is bad"
    assert "internal error (ZeroDivisionError: a bug)" in bug.error
    assert "chores.py" in bug.details


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_model_that_cannot_be_loaded_ends_it_all_with_one_error(jobs):
    with pytest.raises(ModelNotFound, match="no model"):
        run([(number, "model") for number in range(4)], jobs)
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_would_fail_every_task_fails_once(jobs):
    with pytest.raises(AudiostyleError, match="no such device"):
        list(run_tasks([(1, "do"), (2, "do")], Chore(fails=True), jobs=jobs, on_progress=lambda *news: None))


def test_every_process_computes_with_the_same_number_of_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert {o.result for o in run([(1, "threads"), (2, "threads")], jobs=2)} == {"2"}


def test_nothing_to_do_is_done_at_once():
    assert run([], jobs=4) == []
