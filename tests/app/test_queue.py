"""Jobs are done in order, one at a time; a canceled one ends at once; nothing takes the queue down."""

import time

import pytest
from pages import pretend

from audiostyle.app.jobs import Job, Request
from audiostyle.app.queue import Queue


@pytest.fixture(scope="module")
def queue():
    queue = Queue(pretend)
    yield queue
    queue.close()


@pytest.fixture
def make(tmp_path, queue):
    (tmp_path / "a.wav").write_bytes(b"sound")
    made = []

    def make(transpose=0):
        folder = tmp_path / f"job{len(made)}"
        folder.mkdir()
        request = Request("translate", (tmp_path / "a.wav",), {"transpose": transpose}, "piano")
        made.append(Job(str(len(made)), request, folder))
        queue.add(made[-1])
        return made[-1]

    return make


def wait(job, state=None, seconds=60):
    deadline = time.monotonic() + seconds
    while not (job.state == state if state else job.ended):
        assert time.monotonic() < deadline, job
        time.sleep(0.005)
    return job


def test_jobs_are_done_in_order_whatever_becomes_of_them(make):
    first, failing, broken, dying, last = make(0), make(1), make(2), make(3), make(0)
    wait(last)
    assert first.state == last.state == "done" and first.result.files == ("made.flac",)
    assert (failing.state, failing.error) == ("failed", "a.wav: cannot be played")
    assert broken.state == "failed" and "ZeroDivisionError" in broken.error
    assert dying.state == "failed" and "memory" in dying.error


def test_what_runs_and_what_waits_can_be_canceled(make, queue):
    endless, waiting, last = make(4), make(0), make(0)
    wait(endless, "running")
    assert [queue.count_ahead(job) for job in (endless, waiting, last)] == [0, 1, 2]
    queue.cancel(waiting)
    assert queue.count_ahead(last) == 1
    while endless.share < 0.25:
        time.sleep(0.005)
    started = time.monotonic()
    queue.cancel(endless)
    wait(last)
    assert endless.state == waiting.state == "canceled" and last.state == "done"
    assert time.monotonic() - started < 30 and endless.result is None
    queue.cancel(last)
    assert last.state == "done"


def test_at_the_end_what_runs_is_ended(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"sound")
    queue = Queue(pretend)
    job = Job("a", Request("translate", (tmp_path / "a.wav",), {"transpose": 4}, "piano"), tmp_path)
    queue.add(job)
    wait(job, "running")
    queue.close()
    assert job.state == "failed"
    assert queue._worker is None or not queue._worker.is_alive
