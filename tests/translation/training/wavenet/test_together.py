"""Two processes train as one does on the same batches, and go on after one of them was killed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from audiostyle.errors import TrainingError
from audiostyle.training import distributed

SCRIPT = Path(__file__).with_name("together.py")


def run(*command: object) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(SCRIPT.parents[3])}
    done = subprocess.run(
        [sys.executable, *map(str, command)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_two_processes_of_which_one_dies_are_one(sine_corpus, tmp_path):
    """Gradients are summed in another order, and Adam divides them by their size: a tenth of a step."""
    audio = [path for path, _ in sine_corpus(22050, seconds=5.0)]
    alone, together = tmp_path / "alone", tmp_path / "together"
    alone.mkdir(), together.mkdir()
    run(SCRIPT, alone, *audio)
    torchrun = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "--max-restarts=1")
    run(*torchrun, SCRIPT, together, *audio)
    assert (together / "died").exists() and not (alone / "died").exists()
    for name in ("compact", "paper"):
        ours, theirs = (torch.load(folder / f"{name}.pt") for folder in (together, alone))
        for part, tensor in theirs.items():
            torch.testing.assert_close(ours[part], tensor, atol=1e-3, rtol=0, msg=part)


@pytest.mark.parametrize(("rank", "order"), [(0, ["work", "met"]), (1, ["met", "work"])])
def test_who_leads_goes_first(monkeypatch, rank, order):
    happened = []
    monkeypatch.setattr(distributed.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(distributed.distributed, "get_rank", lambda: rank)
    monkeypatch.setattr(distributed.distributed, "barrier", lambda: happened.append("met"))
    with distributed.leader_first():
        happened.append("work")
    assert happened == order


def test_alone_nobody_is_waited_for():
    with distributed.leader_first():
        assert distributed.is_leader()


def test_a_batch_that_cannot_be_shared_is_refused(monkeypatch):
    monkeypatch.setattr(distributed.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(distributed.distributed, "get_world_size", lambda: 4)
    monkeypatch.setattr(distributed.distributed, "get_rank", lambda: 1)
    assert list(distributed.get_own_share(8)) == [1, 5]
    with pytest.raises(TrainingError, match="6 cannot be shared by 4"):
        distributed.get_own_share(6)
