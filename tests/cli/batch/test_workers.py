"""Whatever becomes of a process, its parent goes on, and leaves none behind."""

import multiprocessing
import signal
import time

import pytest
from chores import Chore, exit_at_once

from audiostyle.cli.batch import workers
from audiostyle.cli.batch.pool import run_tasks
from audiostyle.cli.batch.tasks import Outcome
from audiostyle.errors import AudiostyleError


def start(*tasks):
    return run_tasks(list(tasks), Chore(), jobs=2, on_progress=lambda *news: None)


def test_a_process_that_is_killed_is_the_failure_of_its_task_alone():
    first, second, third, fourth = start((1, "die"), (2, "do"), (3, "die"), (4, "do"))
    assert (second.result, fourth.result) == (4, 16)
    assert "a worker process died" in first.error and "--jobs" in first.error
    assert third.error and not multiprocessing.active_children()


def test_an_interruption_stops_the_workers_at_once():
    outcomes = start((1, "do"), (2, "linger"), (3, "block"))
    assert next(outcomes) == Outcome(1)
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        outcomes.throw(KeyboardInterrupt())
    assert time.monotonic() - begun < 30  # to linger and a blocking call take a minute
    assert not multiprocessing.active_children()


def test_ctrl_c_is_for_the_parent_alone_from_the_first_moment_of_a_process():
    """A process that could hear it would print a traceback if it came while torch is being loaded."""
    assert {outcome.result for outcome in start((1, "deaf"), (2, "deaf"), (3, "deaf"))} == {True}
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_where_no_process_can_be_started_it_is_said_once(monkeypatch):
    def fail(*_, **__):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(multiprocessing.get_context("spawn").Process, "start", fail)
    with pytest.raises(AudiostyleError, match=r"no further process can be started .*--jobs"):
        list(start((1, "do"), (2, "do")))


def test_processes_that_cannot_begin_are_said_once(monkeypatch):
    monkeypatch.setattr(workers, "_work", exit_at_once)
    with pytest.raises(AudiostyleError, match=r"cannot start \(exit code 3\); use --jobs 1"):
        list(start((1, "do"), (2, "do")))
