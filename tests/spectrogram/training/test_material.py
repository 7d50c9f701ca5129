"""Material: made anew it is the same; crops depend on the step alone; a tiny recipe makes a usable model."""

import shutil

import numpy as np
import pytest
import soundfile
import torch

from audiostyle import transfer
from audiostyle.errors import TrainingError
from audiostyle.models.vgg import VGGConfig
from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.log_spectrogram import CHANNELS
from audiostyle.spectrogram.training import material
from audiostyle.spectrogram.training.crops import SpectrogramCrops, load_log_spectrograms
from audiostyle.spectrogram.training.recipe import SpectrogramRecipe, read_recipe, run_recipe
from audiostyle.training.autoencoders.stage import TrainingStage
from audiostyle.training.recordings import find_recordings


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(material, "SECONDS", 2.0)


def test_surroundings_sound_and_are_the_same_again(short, tmp_path):
    for folder in ("one", "again"):
        material.write_surroundings(tmp_path / folder, 6)
    for number in range(6):
        one, again = (soundfile.read(tmp_path / f / f"{number:05d}.flac")[0] for f in ("one", "again"))
        assert np.array_equal(one, again) and one.std() > 0.005 and np.abs(one).max() <= 0.5 + 1e-3


def test_what_is_there_stays(short, tmp_path):
    tmp_path.joinpath("00000.flac").write_bytes(b"mine")
    material.write_surroundings(tmp_path, 1)
    assert tmp_path.joinpath("00000.flac").read_bytes() == b"mine"


def test_speech_without_its_program_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(TrainingError, match="espeak-ng"):
        material.write_speech(tmp_path, 1)


def test_crops_depend_on_the_step_alone():
    drawn = [torch.rand(CHANNELS, 40, 30).half() for _ in range(3)]
    one, again = (SpectrogramCrops(drawn, (16, 8), 5, seed=2) for _ in range(2))
    assert one(3).shape == (5, CHANNELS, 16, 8) and (one(3) >= 0).all()
    assert torch.equal(one(3), again(3)) and not torch.equal(one(3), one(4))


def test_silence_stays_silence_in_louder_crops():
    assert not SpectrogramCrops([torch.zeros(CHANNELS, 20, 20).half()], (8, 8), 4, seed=0)(0).any()


def test_recordings_that_are_too_short_or_unreadable_are_named(tmp_path):
    with pytest.raises(TrainingError, match="longer ones"):
        SpectrogramCrops([torch.zeros(CHANNELS, 20, 5)], (8, 8), 4, seed=0)
    (tmp_path / "bad.wav").write_bytes(b"RIFF")
    with pytest.raises(TrainingError, match=r"bad\.wav"):
        load_log_spectrograms([tmp_path / "bad.wav"])
    with pytest.raises(TrainingError, match="no recordings"):
        find_recordings(tmp_path / "nowhere")


def test_a_recipe_makes_a_model_that_transfers(short, tmp_path, logged, monkeypatch):
    monkeypatch.setattr("audiostyle.spectrogram.training.recipe.write_speech", lambda folder, count: None)
    monkeypatch.setattr(
        "audiostyle.spectrogram.training.recipe.find_recordings",
        lambda folder: sorted(folder.rglob("*.flac")) if folder.exists() else [],
    )
    material.write_surroundings(tmp_path / "music", 4, seed=5)
    config = VGGConfig((6, 6, 6, 6), (1, 1, 1, 1), CHANNELS)
    recipe = SpectrogramRecipe("tiny", "a test", 6, 0, config, (16, 16), 2, TrainingStage(4, 4))
    run_recipe(recipe, [tmp_path / "music"], tmp_path / "out", logged.append)
    networks = SpectrogramAutoencoder.from_pretrained(tmp_path / "out" / "tiny", device="cpu")
    content, style = (
        soundfile.read(tmp_path / "music" / f"0000{n}.flac", dtype="float32")[0] for n in (0, 2)
    )
    made = transfer(content, style, sample_rate=44_100, method="wct", backbone=networks, levels=(2, 1))
    assert made.shape == content.shape and np.isfinite(made).all()


def test_the_shipped_recipe_is_that_of_the_shipped_weights(pytestconfig):
    recipe = read_recipe(pytestconfig.rootpath / "recipes" / "spectrogram.toml")
    assert recipe.config == SpectrogramAutoencoder.from_pretrained(device="cpu").encoder.config
