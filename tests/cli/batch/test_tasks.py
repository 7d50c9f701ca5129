"""A task ends with a result or with one line; what would fail every task goes on to the batch."""

from dataclasses import dataclass

import pytest

from audiostyle.cli.batch.tasks import attempt
from audiostyle.errors import AudioReadError, ModelNotFound


@dataclass
class Fails:
    error: Exception | None

    def prepare(self) -> None:
        pass

    def __call__(self, task: int, progress: object) -> int:
        if self.error:
            raise self.error
        return 2 * task


def ignore(done: float, total: float | None) -> None:
    pass


def test_the_result_of_a_task_is_what_its_job_returns():
    outcome = attempt(Fails(None), 4, ignore)
    assert (outcome.result, outcome.error) == (8, None)


def test_a_failure_is_its_own_one_line_with_a_traceback_beside_it():
    outcome = attempt(Fails(AudioReadError("a.wav: no such file")), 4, ignore)
    assert outcome.result is None
    assert outcome.error == "a.wav: no such file"
    assert "Traceback" in outcome.details


def test_a_missing_model_fails_every_task():
    with pytest.raises(ModelNotFound):
        attempt(Fails(ModelNotFound("no such model")), 4, ignore)
