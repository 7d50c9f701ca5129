"""Distillation: losses fall, interruptions change nothing, and the teacher does not move."""

import pytest
import torch

from audiostyle.image.training.distillation import DistillationSettings, DistillationTask
from audiostyle.image.training.photographs import find_photographs
from audiostyle.models.vgg import VGGConfig, VGGEncoder
from audiostyle.training.loop import Schedule, train

TEACHER = VGGConfig((8, 10, 12, 14), (2, 2, 1, 1))
STUDENT = VGGConfig((4, 5, 6, 7), (2, 2, 1, 1))


@pytest.fixture
def make_task(photo_folder):
    files = find_photographs([photo_folder])

    def make(teacher: VGGEncoder | None = None) -> DistillationTask:
        torch.manual_seed(0)
        teacher = teacher or VGGEncoder(TEACHER)
        return DistillationTask(teacher, STUDENT, files, files[:2], DistillationSettings(32, 2, pool=3))

    return make


def test_training_lowers_the_loss_on_held_out_photographs(make_task, tmp_path, logged):
    task = make_task()
    before = task.validate(task.module)["score"]
    trained = train(task, Schedule(30, 2e-3, validate_every=30, muon=0.02), tmp_path, {}, logged.append)
    assert task.validate(trained)["score"] > before


@pytest.mark.slow
def test_an_interrupted_training_reaches_the_same_weights(make_task, tmp_path, logged):
    schedule = Schedule(4, 1e-3, validate_every=2, muon=0.01)
    whole = train(make_task(), schedule, tmp_path / "whole", {}, logged.append)

    interrupted = make_task()
    usual = interrupted.loss

    def stop_at_3(step: int):
        if step == 3:
            raise KeyboardInterrupt
        return usual(step)

    interrupted.loss = stop_at_3
    with pytest.raises(KeyboardInterrupt):
        train(interrupted, schedule, tmp_path / "cut", {}, logged.append)
    resumed = train(make_task(), schedule, tmp_path / "cut", {}, logged.append)
    for ours, theirs in zip(resumed.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_the_teacher_does_not_move_and_every_level_is_matched(make_task):
    teacher = VGGEncoder(TEACHER)
    before = {name: tensor.clone() for name, tensor in teacher.state_dict().items()}
    task = make_task(teacher)
    loss, parts = task.loss(0)
    loss.backward()
    assert all(p.grad is None for p in teacher.parameters())
    assert all(torch.equal(before[name], tensor) for name, tensor in teacher.state_dict().items())
    assert {f"relu{n}_1" for n in (1, 2, 3, 4)} < parts.keys()
    assert all(p.grad is not None for p in task.module.embeddings.parameters())


def test_batches_come_again_after_the_pool(make_task):
    task = make_task()
    assert task.loss(0)[0].item() != task.loss(1)[0].item()
    task.freeze_statistics = True
    assert task.loss(0)[0].item() == task.loss(3)[0].item()
