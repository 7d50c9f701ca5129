"""A worker answers, reports, and its death is an answer, too."""

import logging

from pages import pretend

from audiostyle.app.jobs import Request, Result
from audiostyle.app.worker import DIED, Failure, Worker


def remark(request, folder, note):
    logging.getLogger("audiostyle.sound").warning("%s: no notes were heard", request.paths[0])
    logging.getLogger("audiostyle.sound").warning("%s: no notes were heard", request.paths[0])
    return Result((), {})


def test_progress_results_failures_and_death(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"x")
    notes = []
    worker = Worker(pretend)

    def do(transpose):
        request = Request("translate", (path,), {"transpose": transpose}, "piano")
        return worker.do(request, tmp_path, lambda *note: notes.append(note))

    assert do(0) == Result(("made.flac",), {"made": "made.flac"}) and notes == [(0.25, "pretending")]
    assert do(1) == Failure("a.wav: cannot be played")
    assert worker.is_alive
    assert do(3) == Failure(DIED) and not worker.is_alive
    assert do(0) == Failure(DIED)
    worker.close()


def test_what_the_library_says_is_told_once_and_without_folders(tmp_path):
    worker = Worker(remark)
    request = Request("translate", (tmp_path / "a.wav",), {}, "piano")
    assert worker.do(request, tmp_path, print).remarks == ("a.wav: no notes were heard",)
    worker.close()
