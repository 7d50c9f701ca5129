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


def test_too_little_music_is_refused_before_training(train, recordings):
    [song] = recordings.rglob("*.wav")
    wave, rate = soundfile.read(song)
    soundfile.write(song, wave[: 15 * rate], rate)
    with pytest.raises(TrainingError, match="15 s of sound; a domain needs half a minute at least"):
        train()


def test_single_notes_are_material_enough(train, recordings, render_sines, tmp_path):
    for song in recordings.rglob("*.wav"):
        song.unlink()
    for number in range(10):
        soundfile.write(
            recordings / f"{number}.wav", render_sines([(0.2, 2.5, 60 + number)], 3, 44_100), 44_100
        )
    trained = train()
    assert (trained.lowest, trained.highest) != (0, 0) and trained.highest - trained.lowest >= 8
    joined = list((tmp_path / "run" / "prepared").glob("joined-*.flac"))
    assert sum(soundfile.info(audio).duration for audio in joined) >= 30
    assert train().sha256 == trained.sha256  # from the same pieces
    assert sorted((tmp_path / "run" / "prepared").glob("joined-*.flac")) == sorted(joined)


def test_recordings_that_cannot_be_read_are_left_out_and_named_together(train, recordings, caplog):
    (recordings / "a.wav").write_bytes(b"no sound at all")
    (recordings / "b.flac").touch()
    train()
    assert [name in caplog.text for name in ("a.wav", "b.flac", "song.wav")] == [True, True, False]


def test_where_none_can_be_read_that_is_the_error(train, recordings):
    for song in recordings.rglob("*.wav"):
        song.write_bytes(b"no sound at all")
    with pytest.raises(TrainingError, match=r"song\.wav"):
        train()


def test_a_model_folder_that_cannot_be_written_is_found_before_any_work(train, tmp_path):
    (tmp_path / "model").touch()
    with pytest.raises(TrainingError, match="model"):
        train()
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["My Piano", "", "a/b", "-x"])
def test_a_bad_name_is_refused_before_any_work(train, name, tmp_path):
    with pytest.raises(TrainingError, match="use small letters"):
        train(name)
    assert not (tmp_path / "run").exists()


def test_an_unknown_parent_is_refused(train):
    with pytest.raises(ModelNotFound, match="no-such-model"):
        train(extends="no-such-model")
