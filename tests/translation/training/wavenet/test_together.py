"""Two processes train as one does on the same batches, and go on after one of them was killed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

SCRIPT = Path(__file__).with_name("together.py")


def run(*command: object) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(SCRIPT.parents[3])}
    done = subprocess.run(
        [sys.executable, *map(str, command)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.slow
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
