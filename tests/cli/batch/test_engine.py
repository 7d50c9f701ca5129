"""Whoever does the work, the ledger has what is done, and failures are not."""

import json

import pytest
from fake_ray import FakeRay

from audiostyle.cli.batch.engine import Engine
from audiostyle.cli.batch.ledger import Ledger
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.errors import AudioReadError


class Copy:
    """Writes each input to its output; those called ``bad`` fail."""

    def prepare(self):
        pass

    def __call__(self, task, progress):
        if "bad" in task.input:
            raise AudioReadError(f"{task.input}: is bad")
        for path in task.outputs.values():
            with open(path, "w") as file:
                file.write(task.input)
        return task.input


@pytest.fixture
def tasks(tmp_path):
    return [
        BatchTask(str(tmp_path / name), {"x": str(tmp_path / f"{name}.out")}) for name in ("a", "bad", "c")
    ]


def read_states(path):
    return [json.loads(line)["state"] for line in path.read_text().splitlines()]


@pytest.mark.parametrize("on_ray", [False, True])
def test_what_is_done_is_in_the_ledger(tmp_path, tasks, monkeypatch, on_ray):
    FakeRay().install(monkeypatch)
    ledger = Ledger(tmp_path / "ledger", {})
    outcomes = list(Engine(ledger=ledger, on_ray=on_ray).run(tasks, Copy(), print))
    assert [outcome.result for outcome in outcomes] == [tasks[0].input, None, tasks[2].input]
    assert [ledger.find(task) for task in tasks] == ["done", "begun", "done"]
    assert read_states(tmp_path / "ledger") == ["begun"] * 3 + ["done"] * 2
    ledger.close()


def test_streams_of_this_process_keep_the_work_here():
    engine = Engine(jobs=4, on_ray=True, address="x").stay_here()
    assert not engine.leaves_this_process and Engine(jobs=2).leaves_this_process


def test_an_end_before_the_last_task_leaves_those_before_done(tmp_path, tasks):
    ledger = Ledger(tmp_path / "ledger", {})
    outcomes = Engine(ledger=ledger).run(tasks, Copy(), print)
    next(outcomes)
    outcomes.close()
    assert [ledger.find(task) for task in tasks] == ["done", "begun", "begun"]
    ledger.close()
