"""A training against the clock ends in time, learns, goes on exactly where it was, and can be exported."""

import json
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from audiostyle.errors import ModelNotFound, TrainingError
from audiostyle.models import zoo
from audiostyle.models.wavenet.network import WaveNetConfig
from audiostyle.music.performance import Performance
from audiostyle.translation.training.wavenet.__main__ import main
from audiostyle.translation.training.wavenet.material import Material, write_material
from audiostyle.translation.training.wavenet.resident_excerpts import ResidentExcerpts
from audiostyle.translation.training.wavenet.timed_training import TimedSettings, TimedWaveNet
from audiostyle.translation.translator import Translator
from audiostyle.translation.wavenet.conditioning import HOP, WIDTH

CONFIG = WaveNetConfig(1, 3, 8, 8, WIDTH, HOP)


def make_training(out: Path, device: str = "cpu", **options) -> TimedWaveNet:
    """A training on a code that alternates between two values, which is easy to learn."""
    codes = np.where(np.arange(100 * HOP) % 2, 90, 160).astype(np.uint8)
    excerpts = ResidentExcerpts(codes, Performance(), torch.device(device))
    settings = TimedSettings(**{"seconds": 60.0, "batch": 2, "frames": 4, "bfloat16": False, **options})
    return TimedWaveNet(CONFIG, excerpts, excerpts, settings, {"domain": "x"}, out)


def test_it_learns_and_writes_what_it_learned(tmp_path):
    training = make_training(tmp_path, steps=40, average=5)
    before = training.validate()
    loss = training.run()
    assert before == pytest.approx(np.log(256), abs=1e-3) and loss < 0.5 * before
    tensors = load_file(tmp_path / "final.safetensors")
    assert tensors["head.logits.bias"].dtype == torch.float16
    log = json.loads((tmp_path / "log.json").read_text())
    assert log["steps"] == 40 and log["domain"] == "x" and log["network"]["channels"] == 8
    assert log["rows"][-1]["held_out"] == loss


def test_it_goes_on_exactly_from_what_came_back(tmp_path):
    whole = make_training(tmp_path / "whole", steps=10)
    whole.run()
    first = make_training(tmp_path / "first", steps=10)
    for step in range(4):
        first.step(_factor(step, 10))
    first.save()
    second = make_training(tmp_path / "second", steps=10)
    second.resume(tmp_path / "first" / "state.pt")
    second.run()
    for name, tensor in whole.network.state_dict().items():
        assert torch.equal(tensor, second.network.state_dict()[name]), name
    ends = [(tmp_path / name / "final.safetensors").read_bytes() for name in ("whole", "second")]
    assert ends[0] == ends[1]


def _factor(step: int, steps: int) -> float:
    from audiostyle.training.clock import compute_rate_factor

    return compute_rate_factor(step / steps)


def test_another_training_is_not_gone_on_from(tmp_path):
    make_training(tmp_path, steps=1).run()
    other = make_training(tmp_path / "other")
    other._about["domain"] = "y"
    with pytest.raises(TrainingError, match="made with another configuration"):
        other.resume(tmp_path / "state.pt")
    with pytest.raises(TrainingError, match="no such checkpoint"):
        other.resume(tmp_path / "nowhere.pt")


def test_it_begins_with_the_weights_of_another(tmp_path):
    first = make_training(tmp_path / "first", steps=20, average=5)
    loss = first.run()
    second = make_training(tmp_path / "second", steps=1)
    second.begin_with(tmp_path / "first" / "final.safetensors")
    assert second.validate() == pytest.approx(loss, abs=5e-3)  # half precision
    with pytest.raises(ModelNotFound, match=r"nowhere\.safetensors"):
        second.begin_with(tmp_path / "nowhere.safetensors")


def test_it_ends_when_the_time_is_over(tmp_path):
    training = make_training(tmp_path, seconds=0.5)
    began = time.monotonic()
    training.run()
    assert training.steps > 0 and time.monotonic() - began < 30  # of a machine that is busy


@pytest.fixture
def material(tmp_path, make_notes, render_sines) -> Path:
    notes = [(0.2, 0.9, 72), (0.5, 1.5, 76)]
    wave = render_sines(notes, 2.0, 16000, level=0.2)
    for split in ("train", "valid"):
        write_material(tmp_path / "material", split, Material(wave, Performance(make_notes(*notes))))
    return tmp_path / "material"


@pytest.mark.parametrize(
    "filters", [["--order", "0"], ["--order", "16", "--partials", "0"], ["--order", "40"]]
)
def test_the_commands_from_material_to_a_model_that_plays(tiny, material, tmp_path, filters):
    sizes = ["--channels", "8", "--skips", "8", "--blocks", "1", "--layers", "3", "--batch", "2"]
    folder = tiny.manifest.path.parent
    domain = ["--domain", "sine", "--model", str(folder), *filters]
    run = tmp_path / "run"
    main(["train", str(material), "--out", str(run), *domain, *sizes, "--frames", "10", "--steps", "3"])
    order, partials = int(filters[1]), 0 if "--partials" in filters else 4
    expected = {"order": order, "spread": 1, "floor": 1e-9, "partials": partials} if order else None
    assert json.loads((run / "log.json").read_text())["filters"] == expected
    model = shutil.copytree(folder, tmp_path / "copy" / folder.name)
    main(["export", str(run), str(model), "--temperature", "0.9"])
    assert zoo.find_model(model).kinds("sine").count("wavenet") == 1
    translator = Translator.from_pretrained(model, device="cpu")
    wave = 0.1 * np.sin(2 * np.pi * 523.25 * np.arange(8000) / 16000).astype(np.float32)
    made = translator.translate(wave, 16000, domain="sine", decoder="wavenet")
    assert made.shape == wave.shape and np.isfinite(made).all()


@pytest.mark.gpu
def test_a_step_on_a_gpu_is_that_of_the_cpu(tmp_path):
    losses = {}
    for device in ("cpu", "cuda"):
        training = make_training(tmp_path, device)
        generator = torch.Generator().manual_seed(0)
        codes, condition = make_training(tmp_path)._training.draw(2, 4, generator)
        moved = codes.to(device), codes.to(device), condition.to(device)
        loss = training._compute_loss(training.network, *moved)
        loss.backward()
        gradient = torch.cat([p.grad.flatten().cpu() for p in training.network.parameters()])
        losses[device] = loss.item(), gradient
    assert losses["cuda"][0] == pytest.approx(losses["cpu"][0], rel=1e-5)
    difference = (losses["cuda"][1] - losses["cpu"][1]).norm() / losses["cpu"][1].norm()
    assert difference < 1e-3  # single precision, TF32 off


@pytest.mark.gpu
def test_it_learns_on_a_gpu_in_bfloat16(tmp_path):
    training = make_training(tmp_path, "cuda", steps=60, average=5, bfloat16=True)
    assert training.run() < 2.5
