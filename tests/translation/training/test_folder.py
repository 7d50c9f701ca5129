"""From a user's folder to a domain that translates, in one call that may be killed and called again."""

from functools import partial

import numpy as np
import pytest
import soundfile
import torch

from audiostyle.errors import ModelNotFound, TrainingError
from audiostyle.models import zoo
from audiostyle.music.midi import read_midi
from audiostyle.translation.training import domain, folder, preparation
from audiostyle.translation.training.domain import DomainSettings
from audiostyle.translation.training.folder import train_domain_from_folder
from audiostyle.translation.transcription import NoteEncoder
from audiostyle.translation.translator import Translator


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(folder, "_MIN_SECONDS", 10.0)
    monkeypatch.setattr(preparation, "PIECE_SECONDS", 12.0)
    monkeypatch.setattr(domain, "_PHASE_EXCERPTS", 2)
    settings = partial(DomainSettings, channels=2, templates=1, frames=32, batch=1)
    monkeypatch.setattr(folder, "DomainSettings", settings)


@pytest.fixture
def recordings(tmp_path, melody, render_sines):
    """A user's folder: one recording of 25 s, in stereo at 48 kHz."""
    path = tmp_path / "mine" / "deep" / "song.wav"
    path.parent.mkdir(parents=True)
    notes = [(on + shift, off + shift, p) for shift in np.arange(0, 24, 3.5) for on, off, p in melody]
    wave = render_sines(notes, 25, 48_000)
    soundfile.write(path, np.stack([wave, wave], axis=1), 48_000)
    return tmp_path / "mine"


@pytest.fixture
def train(recordings, tiny_model, tmp_path):
    def call(name="new", log=lambda _: None, **settings):
        fixed = {"extends": str(tiny_model), "sounds_like": "mine", "steps": 3, "seed": 0, "bfloat16": False}
        places = tmp_path / "model", tmp_path / "run"
        return train_domain_from_folder(name, recordings, *places, **{**fixed, **settings}, log=log)

    return call


def test_a_folder_becomes_a_domain_beside_its_parents(train, tiny, tmp_path, logged, melody, render_sines):
    trained = train(log=logged.append)
    model = zoo.find_model(tmp_path / "model")
    assert list(model.domains) == ["sine", "comb", "new"] and model.encoder == tiny.manifest.encoder
    assert model.path.read_text().count("extends") == 1 and trained.config["channels"] == 2
    assert all(check.ok for check in zoo.verify_model(model))
    assert {"transcribed": 1, "recordings": 1} in logged and any("validation" in line for line in logged)
    heard = [read_midi(midi).notes["pitch"] for midi in (tmp_path / "run" / "prepared").rglob("*.mid")]
    assert set(np.concatenate(heard)) == {pitch for *_, pitch in melody}
    song = torch.from_numpy(render_sines(melody, 3.2, 16_000))
    translated = Translator.from_pretrained(tmp_path / "model").translate(song, 16_000, domain="new")
    assert translated.shape == song.shape and translated.abs().max() > 1e-3


def test_killed_while_transcribing_or_training_it_goes_on(train, monkeypatch, tmp_path):
    def kill(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(log=kill)  # after the first recording was heard
    monkeypatch.setattr(NoteEncoder, "transcribe", None)  # so that a second transcription would fail
    with pytest.raises(KeyboardInterrupt):
        train(log=lambda line: kill(line) if "validation" in line else None)
    train()
    assert "new" in zoo.find_model(tmp_path / "model").domains


def test_too_little_music_is_refused_before_training(train, monkeypatch):
    monkeypatch.setattr(folder, "_MIN_SECONDS", 60.0)
    with pytest.raises(TrainingError, match="a domain needs a minute at least"):
        train()


@pytest.mark.parametrize("name", ["My Piano", "", "a/b", "-x"])
def test_a_bad_name_is_refused_before_any_work(train, name, tmp_path):
    with pytest.raises(TrainingError, match="use small letters"):
        train(name)
    assert not (tmp_path / "run").exists()


def test_an_unknown_parent_is_refused(train):
    with pytest.raises(ModelNotFound, match="no-such-model"):
        train(extends="no-such-model")
