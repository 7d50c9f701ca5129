"""The published training: whose step it is, which way the encoder is pushed, and what detuning does."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from audiostyle.models.wavenet.network import WaveNetConfig
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts
from audiostyle.translation.training.wavenet.paper import PaperSettings, PaperTask, PublishedNetworks, detune

CONFIG = WaveNetConfig(1, 3, 8, 8, 4, 100, "scalar")
SETTINGS = PaperSettings(CONFIG, encoder_blocks=1, batch=4, frames=20, ramp=4)


@pytest.fixture(scope="module")
def excerpts(sine_corpus) -> CodedExcerpts:
    return CodedExcerpts(sine_corpus(22050, seconds=5.0), 20, hop=100)


def seeded(excerpts: CodedExcerpts, **settings) -> PaperTask:
    torch.manual_seed(0)
    domains = {"a": excerpts, "b": excerpts}
    return PaperTask(SETTINGS, domains, domains, **settings)


def touched(task: PaperTask) -> set[str]:
    named = task.module.named_parameters()
    return {
        ".".join(name.split(".")[: 1 + name.startswith("networks")])
        for name, p in named
        if p.grad is not None
    }


def test_critic_and_decoders_take_turns_round_robin(excerpts):
    task, expected = (
        seeded(excerpts),
        [{"critic"}, {"encoder", "networks.a"}, {"critic"}, {"encoder", "networks.b"}],
    )
    for step, parts in enumerate(expected):
        task.module.zero_grad()
        loss, numbers = task.loss(step)
        loss.backward()
        assert touched(task) == parts
        assert 0 <= numbers["critic_accuracy"] <= 1 and numbers["chance"] == 0.5
        assert {"critic"} <= numbers.keys() or {"a"} <= numbers.keys() or {"b"} <= numbers.keys()


@pytest.mark.parametrize("adversary", ["reversal", "negative"])
def test_the_encoder_is_pushed_against_the_critic(adversary):
    """Its gradient is −λ times that of the critic's loss, whichever way the adversary is written."""
    torch.manual_seed(0)
    settings = PaperSettings(CONFIG, encoder_blocks=1, adversary=adversary)
    module = PublishedNetworks(settings, ["a", "b"], torch.float32)
    latent, labels = torch.randn(3, 5, 4, requires_grad=True), torch.tensor([0, 1, 1])
    (uphill,) = torch.autograd.grad(F.cross_entropy(module.critic(latent), labels), latent)
    module._confusion(latent, labels, 0.3).backward()
    torch.testing.assert_close(latent.grad, -0.3 * uphill)
    assert all(parameter.grad is None for parameter in module.critic.parameters())


def test_confusion_rises_from_nothing(excerpts):
    task = seeded(excerpts)
    weights = [task.loss(step)[1]["confusion"] for step in (1, 3, 5)]
    assert weights == pytest.approx([0.0025, 0.0075, 0.01], abs=1e-4)


def test_validation_tells_every_domain_s_loss_and_plays_it(excerpts, tmp_path):
    task = seeded(excerpts, samples=tmp_path)
    task.loss(0)
    found = task.validate(task.module)
    assert found["score"] == pytest.approx(-(found["a"] + found["b"]) / 2, abs=1e-3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.000001.wav", "b.000001.wav"]


def test_detuning_shifts_one_part_and_nothing_else():
    """A sine of 1 kHz, of which a quarter to a half has other codes and a pitch within half a semitone."""
    from audiostyle.models.wavenet import mulaw

    time = np.arange(8000) / 16000
    codes = (
        mulaw.encode(torch.from_numpy(0.5 * np.sin(2 * np.pi * 1000 * time)).float()).to(torch.uint8).numpy()
    )
    for seed in range(4):
        other = detune(codes, np.random.default_rng(seed))
        changed = np.flatnonzero(other != codes)
        assert other.dtype == codes.dtype and 0.2 < np.ptp(changed) / len(codes) <= 0.5
        middle = mulaw.decode(torch.from_numpy(other[changed[0] : changed[-1]]).long()).numpy()[200:-200]
        peak = np.argmax(np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 65536))) * 16000 / 65536
        assert abs(12 * np.log2(peak / 1000)) < 0.55
