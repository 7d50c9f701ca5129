"""What is trained: losses fall, the encoder of decoders does not move, tails begin where they should."""

import pytest
import torch

from audiostyle.image.training.decoders import Decoders, DecoderSettings, DecodersTask, start_from_tail
from audiostyle.image.training.distillation import DistillationSettings, DistillationTask
from audiostyle.image.training.photographs import photographs
from audiostyle.models.vgg import Decoder, Encoder, Plan
from audiostyle.training.loop import Schedule, train

TEACHER = Plan((8, 10, 12, 14), (2, 2, 1, 1))
STUDENT = Plan((4, 5, 6, 7), (2, 2, 1, 1))


@pytest.fixture
def tasks(photo_folder):
    files = photographs([photo_folder])

    def make(name: str):
        torch.manual_seed(0)
        teacher = Encoder(TEACHER)
        if name == "decoders":
            return DecodersTask(teacher, files, files[:2], DecoderSettings(32, 2))
        return DistillationTask(teacher, STUDENT, files, files[:2], DistillationSettings(32, 2))

    return make


@pytest.mark.parametrize("name", ["decoders", "distillation"])
def test_training_lowers_the_loss_on_held_out_photographs(tasks, name, tmp_path, told):
    task = tasks(name)
    before = task.validate(task.module)["score"]
    trained = train(task, Schedule(40, 3e-3, validate_every=40), tmp_path, {}, told.append)
    assert task.validate(trained)["score"] > before


@pytest.mark.parametrize("name", ["decoders", "distillation"])
def test_an_interrupted_training_reaches_the_same_weights(tasks, name, tmp_path, told):
    schedule = Schedule(4, 1e-3, validate_every=2)
    whole = train(tasks(name), schedule, tmp_path / "whole", {}, told.append)

    interrupted = tasks(name)
    usual = interrupted.loss

    def stop_at_3(step: int):
        if step == 3:
            raise KeyboardInterrupt
        return usual(step)

    interrupted.loss = stop_at_3
    with pytest.raises(KeyboardInterrupt):
        train(interrupted, schedule, tmp_path / "cut", {}, told.append)
    resumed = train(tasks(name), schedule, tmp_path / "cut", {}, told.append)
    for ours, theirs in zip(resumed.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_the_encoder_of_decoders_is_frozen(tasks):
    task = tasks("decoders")
    loss, errors = task.loss(0)
    loss.backward()
    assert all(p.grad is None for p in task.encoder.parameters())
    assert all(p.grad is not None for p in task.module.parameters())
    assert set(errors) == {f"level {n}" for n in (1, 2, 3, 4)}


def test_tails_do_what_the_deepest_does_from_their_level_on():
    deepest = Decoder(TEACHER, 4, unpool=True)
    decoders = Decoders({str(level): Decoder(TEACHER, level, unpool=True) for level in (4, 3, 2, 1)})
    start_from_tail(decoders, deepest)
    features, poolings = Encoder(TEACHER)(torch.rand(1, 3, 32, 32))
    with torch.no_grad():
        picture, trace = deepest.guess(features, poolings)
        for level in (1, 2, 3, 4):
            again = decoders.level(level)(trace.features[level - 1], poolings[: level - 1])
            torch.testing.assert_close(again, picture)
