"""Training of WaveNets that read notes: batches by turns, the loss, validation, and resumption."""

import numpy as np
import pytest
import soundfile
import torch

from audiostyle.models.wavenet.mulaw import SILENCE
from audiostyle.models.wavenet.network import WaveNetConfig
from audiostyle.training.loop import Schedule, train
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts
from audiostyle.translation.training.wavenet.compact import CompactTask, disturb_codes
from audiostyle.translation.wavenet.conditioning import HOP, WIDTH

CONFIG = WaveNetConfig(1, 3, 8, 8, WIDTH, HOP)


@pytest.fixture(scope="module")
def excerpts(sine_corpus, prediction) -> CodedExcerpts:
    return CodedExcerpts(sine_corpus(22050, seconds=5.0), 20, prediction=prediction)


def seeded(excerpts: CodedExcerpts, **settings) -> CompactTask:
    torch.manual_seed(0)
    domains = {"sine": excerpts, "same": excerpts}
    return CompactTask(CONFIG, domains, domains, batch=2, **settings)


def test_batches_take_turns_and_only_their_domain_learns(excerpts):
    task = seeded(excerpts)
    for step, domain in enumerate(["sine", "same", "sine"]):
        task.module.zero_grad()
        loss, numbers = task.loss(step)
        loss.backward()
        assert numbers.keys() == {domain}
        touched = {name.split(".")[1] for name, p in task.module.named_parameters() if p.grad is not None}
        assert touched == {domain}


def test_it_begins_with_all_samples_equally_likely(excerpts):
    loss, _ = seeded(excerpts).loss(0)
    assert loss.item() == pytest.approx(np.log(256), abs=1e-4)


def test_disturbances_are_seeded_and_leave_a_third_of_the_excerpts_alone():
    codes = np.full(1000, 200, np.uint8)
    inputs = [disturb_codes(codes, np.random.default_rng(seed)) for seed in range(80)]
    again = [disturb_codes(codes, np.random.default_rng(seed)) for seed in range(80)]
    np.testing.assert_array_equal(inputs, again)
    alike = sum(np.array_equal(wave, codes) for wave in inputs)
    silent = np.array([np.mean(wave == SILENCE) for wave in inputs])
    assert 18 < alike < 42 and 10 < np.sum(silent > 0) < 30
    assert silent.max() <= 0.5
    spreads = np.array([wave[wave != SILENCE].std() for wave in inputs])
    assert np.sum(spreads > 0.3) > 25 and spreads.max() < 14


def test_it_learns_and_plays_at_validations(excerpts, tmp_path):
    logged: list[dict] = []
    task = seeded(excerpts, samples=tmp_path / "samples")
    train(task, Schedule(30, 1e-2, validate_every=15, muon=0.03), tmp_path, {}, logged.append)
    first, last = (entry["validation"] for entry in logged if "validation" in entry)
    assert last["score"] > first["score"] > -np.log(256)
    assert {"sine", "same"} <= last.keys()
    written = sorted(path.name for path in (tmp_path / "samples").iterdir())
    assert written == ["same.000015.wav", "same.000030.wav", "sine.000015.wav", "sine.000030.wav"]
    wave, rate = soundfile.read(tmp_path / "samples" / written[0])
    assert (len(wave), rate) == (20 * HOP, 16000)


def test_a_resumed_training_is_the_uninterrupted_one(excerpts, tmp_path):
    class Killed(CompactTask):
        def loss(self, step):
            if step == 7:
                raise KeyboardInterrupt
            return super().loss(step)

    schedule = Schedule(10, 1e-2, validate_every=5, muon=0.03)
    whole = train(seeded(excerpts), schedule, tmp_path / "whole", {}, lambda _: None)
    killed = seeded(excerpts)
    killed.__class__ = Killed
    with pytest.raises(KeyboardInterrupt):
        train(killed, schedule, tmp_path / "halves", {}, lambda _: None)
    resumed = train(seeded(excerpts), schedule, tmp_path / "halves", {}, lambda _: None)
    for a, b in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(a, b)
