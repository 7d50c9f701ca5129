"""A domain from prepared recordings: a decoder in a model folder, the same however often it was killed."""

import pytest
import torch

from audiostyle.errors import TrainingError
from audiostyle.models import zoo
from audiostyle.models.loading import select_tensors
from audiostyle.models.spectral_decoder import DECODER_RATE
from audiostyle.music.midi import read_midi, write_midi
from audiostyle.music.performance import Performance
from audiostyle.training.loop import Schedule
from audiostyle.translation.training import domain as training
from audiostyle.translation.training.domain import DomainSettings, train_domain
from audiostyle.translation.translator import Translator

SETTINGS = DomainSettings(channels=2, templates=1, frames=32, batch=1)


@pytest.fixture
def trained(sine_corpus, tiny_model, tmp_path, monkeypatch):
    """Train the domain "new": ``trained("model", steps=3)``, on sines, from nothing, extending "tiny"."""
    monkeypatch.setattr(training, "_VALIDATION_EXCERPTS", 2)
    monkeypatch.setattr(training, "_PHASE_EXCERPTS", 3)

    def train(model="model", run="run", steps=3, seed=0, files=None, log=lambda _: None, **settings):
        return train_domain(
            "new",
            files or sine_corpus(DECODER_RATE),
            sine_corpus(DECODER_RATE)[:1],
            tmp_path / model,
            tmp_path / run,
            schedule=Schedule(steps, 1e-3, validate_every=2, seed=seed),
            settings=DomainSettings(**{**SETTINGS.__dict__, "start_from": "", **settings}),
            sounds_like="sines",
            extends=str(tiny_model),
            log=log,
        )

    return train


@pytest.mark.slow
def test_a_trained_domain_can_be_translated_to(trained, tmp_path, melody, render_sines, sine_corpus):
    domain = trained()
    translator = Translator.from_pretrained(tmp_path / "model", device="cpu")
    assert translator.domains == ("sine", "comb", "new")
    wave = torch.from_numpy(render_sines(melody[:2], 1.2, 16_000))
    assert translator.translate(wave, 16_000, domain="new").isfinite().all()
    pitches = [n["pitch"] for _, midi in sine_corpus(DECODER_RATE) for n in read_midi(midi).notes]
    assert (domain.lowest, domain.highest) == (min(pitches), max(pitches))
    assert 0.02 < domain.config["rms"] < 0.1 and domain.measured["mel_error_db"] > 0
    assert "sines" in domain.card.read_text() and domain.sounds_like == "sines"
    assert {tensor.dtype for tensor in zoo.load_tensors(domain).values()} == {torch.float16}


@pytest.mark.slow
def test_seed_decides_the_weights_and_nothing_else_does(trained):
    one = trained("one", "run1")
    torch.manual_seed(99)
    assert trained("same", "run2").sha256 == one.sha256
    assert trained("other", "run3", seed=1).sha256 != one.sha256


@pytest.mark.slow
def test_killed_and_resumed_it_is_the_same_domain(trained, monkeypatch):
    whole = trained("whole", "run1")
    real = training.DecoderTask.loss

    def killed(task, step):
        return real(task, step) if step < 2 else pytest.fail("killed")

    monkeypatch.setattr(training.DecoderTask, "loss", killed)
    with pytest.raises(pytest.fail.Exception):
        trained("halves", "run2")
    monkeypatch.setattr(training.DecoderTask, "loss", real)
    assert trained("halves", "run2").sha256 == whole.sha256


def test_a_run_belongs_to_one_training(trained):
    trained()
    with pytest.raises(TrainingError, match="another configuration"):
        trained(channels=3)
    with pytest.raises(TrainingError, match="another configuration"):
        trained(steps=4)


@pytest.mark.slow
@pytest.mark.parametrize(
    "start_from, templates, parent",
    [("nearest", 1, "sine"), ("nearest", 2, "comb"), ("sine", 1, "sine"), ("sine", 2, None), ("", 1, None)],
)
def test_it_starts_from_the_nearest_of_its_sizes(trained, tiny, monkeypatch, start_from, templates, parent):
    """The domain "sine" has one template a key, "comb" two."""
    begun_with = {}

    def remember(task, *_):
        begun_with.update({name: tensor.clone() for name, tensor in task.module.state_dict().items()})
        return task.module

    monkeypatch.setattr(training, "train", remember)
    trained(start_from=start_from, templates=templates)
    for name in ("sine", "comb"):
        weights = select_tensors(tiny.manifest.domain(name), "decoder.")
        same = all(torch.equal(weights[key], tensor) for key, tensor in begun_with.items())
        assert same == (name == parent)


@pytest.mark.parametrize(
    "pitches, expected",
    [([80], (74, 86)), ([108], (96, 108)), ([21], (21, 33)), ([60, 67], (57, 69)), ([30, 99], (30, 99))],
)
def test_the_range_is_an_octave_at_least(tmp_path, make_notes, pitches, expected):
    notes = make_notes(*((n, n + 1, pitch) for n, pitch in enumerate(pitches)))
    write_midi(Performance(notes), tmp_path / "a.mid")
    assert training.measure_range([(tmp_path / "a.flac", tmp_path / "a.mid")]) == expected


def test_recordings_without_notes_are_refused(tmp_path, make_notes):
    write_midi(Performance(make_notes()), tmp_path / "a.mid")
    with pytest.raises(TrainingError, match="no notes were found"):
        training.measure_range([(tmp_path / "a.flac", tmp_path / "a.mid")])
