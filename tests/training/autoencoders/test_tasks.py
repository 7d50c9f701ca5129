"""Tasks of autoencoders: losses fall, interruptions change nothing, the encoder of decoders does not move."""

import pytest
import torch
from torch.nn import functional as F

from audiostyle.models.vgg import VGGConfig, VGGEncoder
from audiostyle.training.autoencoders.tasks import AutoencoderTask, DecodersTask
from audiostyle.training.loop import Schedule, train

ENCODER = VGGConfig((8, 10, 12, 14), (2, 2, 1, 1))
SMALL = VGGConfig((4, 5, 6, 7), (2, 2, 1, 1))


def draw_pictures(step: int) -> torch.Tensor:
    """Return smooth random pictures (2, 3, 32, 32) in [0, 1]."""
    coarse = torch.rand(2, 3, 6, 6, generator=torch.Generator().manual_seed(step))
    return F.interpolate(coarse, size=(32, 32), mode="bilinear")


@pytest.fixture
def tasks():
    def make(name: str):
        torch.manual_seed(0)
        held_out = [draw_pictures(10_000)]
        if name == "decoders":
            return DecodersTask(VGGEncoder(ENCODER), draw_pictures, held_out)
        return AutoencoderTask(SMALL, draw_pictures, held_out)

    return make


@pytest.mark.slow
@pytest.mark.parametrize("name", ["decoders", "autoencoder"])
def test_training_lowers_the_loss_on_held_out_pictures(tasks, name, tmp_path, logged):
    task = tasks(name)
    before = task.validate(task.module)["score"]
    trained = train(task, Schedule(30, 2e-3, validate_every=30, muon=0.02), tmp_path, {}, logged.append)
    assert task.validate(trained)["score"] > before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["decoders", "autoencoder"])
def test_an_interrupted_training_reaches_the_same_weights(tasks, name, tmp_path, logged):
    schedule = Schedule(4, 1e-3, validate_every=2, muon=0.01)
    whole = train(tasks(name), schedule, tmp_path / "whole", {}, logged.append)

    interrupted = tasks(name)
    usual = interrupted.loss

    def stop_at_3(step: int):
        if step == 3:
            raise KeyboardInterrupt
        return usual(step)

    interrupted.loss = stop_at_3
    with pytest.raises(KeyboardInterrupt):
        train(interrupted, schedule, tmp_path / "cut", {}, logged.append)
    resumed = train(tasks(name), schedule, tmp_path / "cut", {}, logged.append)
    for ours, theirs in zip(resumed.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_the_encoder_of_decoders_is_frozen(tasks):
    task = tasks("decoders")
    loss, errors = task.loss(0)
    loss.backward()
    assert all(p.grad is None for p in task.encoder.parameters())
    assert all((p.grad is None) != p.requires_grad for p in task.module.parameters())  # relu1_1's is solved
    assert set(errors) == {f"{what} {n}" for n in (1, 2, 3, 4) for what in ("error", "ssim")}
