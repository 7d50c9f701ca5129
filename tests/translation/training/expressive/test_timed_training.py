"""Tests of :mod:`audiostyle.translation.training.expressive.timed_training`, with its pool and its export."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from translation.training.expressive.packed import prepare

from audiostyle.translation.training.expressive.rendering_pool import RenderingPool
from audiostyle.translation.training.expressive.timed_training import TimedTraining, TrainingSettings

_CPU = torch.device("cpu")


def test_training_from_workers_to_weights(tmp_path: Path) -> None:
    pool, rows = RenderingPool(prepare, 1, 0), []
    try:
        settings = TrainingSettings(2.5, 8, 8, 2, 32, capacity=6, first=2, bfloat16=False, save_every=1.0)
        training = TimedTraining(settings, pool, _CPU, tmp_path, report=rows.append)
        training.fill(2, 60)
        training.run()
        assert pool.rendered >= 2 and training.steps > 0 and rows
    finally:
        pool.close()
    tensors = load_file(tmp_path / "final.safetensors")
    assert {name.split(".")[0] for name in tensors} == {"encoder", "head"}
    assert all(tensor.isfinite().all() for tensor in tensors.values())
    assert json.loads((tmp_path / "log.json").read_text())["steps"] == training.steps
    again = TimedTraining(settings, pool, _CPU, tmp_path, tmp_path / "final.safetensors")
    assert torch.equal(again.model.encoder.entry.weight, tensors["encoder.entry.weight"])
