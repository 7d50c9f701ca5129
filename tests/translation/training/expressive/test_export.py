"""Tests of :mod:`audiostyle.translation.training.expressive.export`."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from audiostyle.errors import TrainingError
from audiostyle.models.encoder import PitchGridEncoder
from audiostyle.translation.training.expressive.export import export_checkpoint, read_checkpoint
from audiostyle.translation.training.expressive.model import ExpressiveEncoder


def test_a_pruned_encoder_fits_its_config_and_computes_nearly_the_same(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = ExpressiveEncoder(8, 16)
    save_file(model.state_dict(), tmp_path / "final.safetensors")
    waves = 0.1 * torch.randn(2, 256 * 12)
    config = export_checkpoint(tmp_path / "final.safetensors", tmp_path, waves, 1e-3)
    assert json.loads((tmp_path / "encoder.json").read_text()) == config
    encoder = PitchGridEncoder(8, 8, widths=config["widths"])  # type: ignore[arg-type]
    encoder.load_state_dict({k: t.float() for k, t in load_file(tmp_path / "encoder.safetensors").items()})
    torch.testing.assert_close(encoder.heads(waves), model.encoder.heads(waves), rtol=0.1, atol=0.1)
    again = read_checkpoint(tmp_path / "checkpoint.safetensors")
    assert torch.equal(again.head.layers[1].weight, model.head.layers[1].weight.half().float())  # type: ignore[union-attr,operator]


def test_another_file_is_no_checkpoint(tmp_path: Path) -> None:
    save_file({"weight": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(TrainingError, match="no checkpoint"):
        read_checkpoint(tmp_path / "other.safetensors")
