"""What is trained: losses fall, interruptions change nothing, the encoder of decoders does not move."""

import pytest
import torch

from audiostyle.image.training.distillation import DistillationSettings, DistillationTask
from audiostyle.image.training.photographs import PhotographCrops, find_photographs
from audiostyle.models.vgg import VGGConfig, VGGEncoder
from audiostyle.training.autoencoders.tasks import AutoencoderTask, DecodersTask
from audiostyle.training.loop import Schedule, train

TEACHER = VGGConfig((8, 10, 12, 14), (2, 2, 1, 1))
STUDENT = VGGConfig((4, 5, 6, 7), (2, 2, 1, 1))


@pytest.fixture
def tasks(photo_folder):
    files = find_photographs([photo_folder])

    def make(name: str):
        torch.manual_seed(0)
        teacher = VGGEncoder(TEACHER)
        crops, judged = PhotographCrops(files, 32, 2, seed=0), [PhotographCrops(files[:2], 32, 2, seed=1)(0)]
        if name == "decoders":
            return DecodersTask(teacher, crops, judged)
        if name == "autoencoder":
            return AutoencoderTask(STUDENT, crops, judged)
        return DistillationTask(teacher, STUDENT, files, files[:2], DistillationSettings(32, 2, pool=3))

    return make


@pytest.mark.parametrize("name", ["decoders", "autoencoder", "distillation"])
def test_training_lowers_the_loss_on_held_out_photographs(tasks, name, tmp_path, logged):
    task = tasks(name)
    before = task.validate(task.module)["score"]
    trained = train(task, Schedule(30, 2e-3, validate_every=30, muon=0.02), tmp_path, {}, logged.append)
    assert task.validate(trained)["score"] > before


@pytest.mark.parametrize("name", ["decoders", "autoencoder", "distillation"])
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
