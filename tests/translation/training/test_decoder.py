"""Training of a decoder: decibels are decibels, and a resumed run is the same run."""

import numpy as np
import pytest
import torch

from audiostyle.models.spectral_decoder import BINS, DECODER_HOP, DECODER_RATE, N_FFT, SpectralDecoder
from audiostyle.training.loop import Schedule, train
from audiostyle.translation.note_grid import compute_key_states
from audiostyle.translation.training.decoder import LOG_FLOOR, DecoderTask, collate
from audiostyle.translation.training.excerpts import CorpusExcerpts

FRAMES = 32


@pytest.fixture
def task(sine_corpus):
    """Make a task: ``task(seed=1)``; its decoder begins as the global seed says."""

    def make(seed: int = 0) -> DecoderTask:
        excerpts = CorpusExcerpts(sine_corpus(DECODER_RATE), FRAMES)

        def item(excerpt):
            wave, performance = excerpt
            return wave, compute_key_states(performance, FRAMES)

        held_out = [item(excerpt) for excerpt in excerpts.spread(3)]
        decoder = SpectralDecoder(channels=2, templates=1)
        return DecoderTask(decoder, lambda rng: item(excerpts.draw(rng)), held_out, batch=2, seed=seed)

    return make


def test_a_full_scale_sine_has_magnitude_one(task):
    bin_ = 100
    time = torch.arange(30 * DECODER_HOP) / DECODER_RATE
    sine = torch.sin(2 * torch.pi * bin_ * DECODER_RATE / N_FFT * time)[None]
    spectrum = task().log_magnitude(sine)
    assert spectrum.shape == (1, 31, BINS)
    assert spectrum[0, 5:-5, bin_].tolist() == pytest.approx([0.0] * 21, abs=1e-3)
    assert torch.allclose(task().log_magnitude(0.0 * sine), torch.tensor(LOG_FLOOR).log())


def test_the_mel_error_is_in_nepers(task):
    """Equal spectra differ by nothing, spectra 6 dB apart by 6 dB, and what is 80 dB down does not count."""
    judge, target = task(), torch.randn(2, 9, BINS) - 3
    assert judge.mel_error(target, target) < 1.1e-3
    assert 8.686 * judge.mel_error(target + 6 / 8.686, target) == pytest.approx(6, abs=0.01)
    quiet = target.clone()
    quiet[:, 4] = -16.0
    lower = quiet.clone()
    lower[:, 4] = -20.0
    assert judge.mel_error(lower, quiet) < 1.1e-3


def test_a_batch_depends_on_seed_and_step_alone(task):
    first = task()
    wave, states = first._prepare(5)
    assert wave.shape == (2, round((FRAMES - 1) * DECODER_HOP)) and states.level.shape == (2, FRAMES, 88)
    first.loss(0)
    torch.manual_seed(1)
    again, again_states = task()._prepare(5)
    assert torch.equal(again, wave)
    assert all(torch.equal(a, b) for a, b in zip(again_states, states, strict=True))
    assert not torch.equal(task(seed=1)._prepare(5)[0], wave)


@pytest.mark.slow
def test_it_can_learn_a_batch_by_heart(task):
    torch.manual_seed(0)
    learner = task()
    optimizer = torch.optim.Adam(learner.module.parameters(), 0.01)
    losses = []
    for _ in range(30):
        loss, parts = learner.loss(0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]
    assert loss.item() == pytest.approx((parts["bins_db"] + parts["mel_db"]) / 8.686, abs=1e-3)


@pytest.mark.slow
def test_a_resumed_training_has_the_same_weights_bit_for_bit(task, tmp_path, logged):
    schedule = Schedule(6, 1e-3, validate_every=3)

    def run(learner: DecoderTask, folder: str) -> torch.nn.Module:
        return train(learner, schedule, tmp_path / folder, {}, logged.append)

    torch.manual_seed(0)
    whole = task()
    average = run(whole, "whole")
    torch.manual_seed(0)
    killed = task()
    loss = killed.loss
    killed.loss = lambda step: loss(step) if step < 5 else pytest.fail("killed")
    with pytest.raises(pytest.fail.Exception):
        run(killed, "halves")
    torch.manual_seed(77)
    second = task()
    resumed = run(second, "halves")
    for one, other in ((average, resumed), (whole.module, second.module)):
        assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_validation_prefers_the_decoder_that_sounds_right(task):
    """It is the same twice, changes nothing, and knows the true spectrum's level from one too loud."""
    torch.manual_seed(0)
    learner = task()
    module = learner.module
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    score = learner.validate(module)
    assert learner.validate(module) == score
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())
    with torch.no_grad():
        module.exit.bias += 5
    assert learner.validate(module)["score"] < score["score"] - 20


def test_excerpts_are_stacked_in_order(task):
    items = task().held_out[:2]
    wave, states = collate(items)
    for row, (one_wave, one_states) in enumerate(items):
        assert np.array_equal(wave[row].numpy(), one_wave)
        assert all(torch.equal(part[row], one[0]) for part, one in zip(states, one_states, strict=True))
