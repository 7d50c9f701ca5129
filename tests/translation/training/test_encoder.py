"""Training of the encoder: its batches, its losses, and that a resumed run is the same run."""

import copy
from dataclasses import asdict

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from audiostyle.models.encoder import EncoderOutput
from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.music.notes import DRUM_CHANNEL, NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.training.loop import Schedule, train
from audiostyle.translation.training import encoder as training
from audiostyle.translation.training.encoder import FAMILIES, EncoderSettings, EncoderTask
from audiostyle.translation.training.excerpts import CorpusExcerpts

SETTINGS = EncoderSettings(channels=3, latent=2, frames=64, batch=2)


@pytest.fixture
def task(sine_corpus):
    """Make a task: ``task(seed=1)``; its networks begin as the global seed says."""

    def make(seed: int = 0, settings: EncoderSettings = SETTINGS) -> EncoderTask:
        files = sine_corpus(ENCODER_RATE)
        return EncoderTask(CorpusExcerpts(files, settings.frames), CorpusExcerpts(files, 430), settings, seed)

    return make


def gradients(module: torch.nn.Module) -> torch.Tensor:
    parts = [p.grad.flatten() if p.grad is not None else p.new_zeros(p.numel()) for p in module.parameters()]
    return torch.cat(parts)


def test_a_batch_depends_on_seed_and_step_alone(task):
    first = task()
    expected = first._prepare(5)
    for step in (0, 1, 7):
        first.loss(step)
    np.random.seed(3)
    torch.manual_seed(3)
    for mine, theirs in zip(first._prepare(5), expected, strict=True):
        assert torch.equal(mine, theirs)
    assert all(torch.equal(a, b) for a, b in zip(task()._prepare(5), expected, strict=True))
    for other in (task(seed=1)._prepare(5), first._prepare(6)):
        assert not torch.equal(other[0], expected[0])


def test_a_batch_is_what_its_names_say(task):
    wave, onset, sounding, loudness, families = task()._prepare(0)
    frames = SETTINGS.frames
    assert wave.shape[0] == 2 and wave.shape[1] // 256 + 1 == frames
    assert onset.shape == sounding.shape == loudness.shape == (2, frames, 88)
    assert families.tolist() == [[float(n == 79 // 8) for n in range(FAMILIES)]] * 2
    rms = wave.square().mean(dim=1).sqrt()
    assert ((rms > 0.03) & (rms < 0.3)).all()


def test_frames_beside_an_onset_are_half_wanted(task, monkeypatch):
    """From a little below, the loss pulls them up as it does the onset, and everything else down."""
    monkeypatch.setattr(training, "WEIGHTS", dict.fromkeys(training.WEIGHTS, 0.0) | {"onset": 1.0})
    learner = task()
    _, onset, *_ = learner._prepare(0)
    shape = onset.shape

    class Undecided(torch.nn.Module):
        frontend = learner.module.encoder.frontend
        logits = torch.full(shape, -1.0, requires_grad=True)

        def encode(self, stack):
            return EncoderOutput(
                self.logits, torch.zeros(shape), torch.zeros(shape), torch.zeros(*shape[:2], 2)
            )

    undecided = learner.module.encoder = Undecided()
    learner.loss(0)[0].backward()
    wanted = F.max_pool1d(onset.transpose(1, 2), 3, stride=1, padding=1).transpose(1, 2) > 0
    assert 0 < wanted.sum() < 0.1 * wanted.numel()
    assert (undecided.logits.grad[wanted] < 0).all()
    assert (undecided.logits.grad[~wanted] > 0).all()


@pytest.mark.slow
def test_it_can_learn_a_batch_by_heart(task):
    torch.manual_seed(0)
    learner = task()
    optimizer = torch.optim.Adam(learner.module.parameters(), 0.01)
    losses = []
    for _ in range(25):
        loss, _ = learner.loss(0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]


@pytest.mark.slow
def test_a_resumed_training_has_the_same_weights_bit_for_bit(task, tmp_path, logged):
    schedule = Schedule(6, 1e-3, validate_every=3)

    def run(learner: EncoderTask, folder: str) -> torch.nn.Module:
        return train(learner, schedule, tmp_path / folder, asdict(SETTINGS), logged.append)

    torch.manual_seed(0)
    whole = task()
    average = run(whole, "whole")
    torch.manual_seed(0)
    killed = task()
    loss = killed.loss
    killed.loss = lambda step: loss(step) if step < 4 else pytest.fail("killed")
    with pytest.raises(pytest.fail.Exception):
        run(killed, "halves")
    torch.manual_seed(77)
    second = task()
    resumed = run(second, "halves")
    for one, other in ((average, resumed), (whole.module, second.module)):
        assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("step, weight", [(0, 0.0), (1000, 0.05), (2000, 0.1), (9000, 0.1)])
def test_confusion_pushes_the_encoder_the_other_way(task, monkeypatch, step, weight):
    """Only the critic's loss: it learns as ever, the encoder gets the weighted negative of its gradient."""
    monkeypatch.setattr(training, "WEIGHTS", dict.fromkeys(training.WEIGHTS, 0.0) | {"critic": 1.0})
    torch.manual_seed(0)
    learner = task()
    plain = copy.deepcopy(learner.module)
    learner.loss(step)[0].backward()
    wave, *_, families = learner._prepare(step)
    F.binary_cross_entropy_with_logits(plain.critic(plain.encoder(wave).latent), families).backward()
    assert torch.allclose(gradients(learner.module.critic), gradients(plain.critic), atol=1e-5)
    mine, theirs = gradients(learner.module.encoder), gradients(plain.encoder)
    assert torch.allclose(mine, -weight * theirs, atol=1e-6)


def test_waves_are_those_of_the_first_batches(task):
    learner = task()
    assert torch.equal(learner.waves(2), torch.cat([learner._prepare(step)[0] for step in (0, 1)]))


@pytest.mark.slow
def test_validation_knows_a_good_encoder_from_a_new_one(task, encoder):
    learner = task()
    module = learner.module
    new = learner.validate(module)
    module.encoder = encoder.network
    good = learner.validate(module)
    assert new["score"] < 0.5 < 0.9 < good["score"]
    assert good["worst"] <= good["score"] and learner.validate(module) == good


def test_families_are_those_that_play():
    notes = np.array([(0, 1, 60, 90, 0), (0, 1, 60, 90, 3), (0, 1, 38, 90, DRUM_CHANNEL)], NOTE_DTYPE)
    played = Performance(notes, {0: 7, 3: 127, 4: 40})
    assert np.flatnonzero(training._families(played)).tolist() == [0, 15, 16]
    assert not training._families(Performance(notes[:0], {0: 7})).any()
