"""Recipes of spectrograms' autoencoders: a tiny one makes a model that transfers; the shipped one is read."""

import numpy as np
import pytest
import soundfile

from audiostyle import transfer
from audiostyle.errors import TrainingError
from audiostyle.models.vgg import VGGConfig
from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.log_spectrogram import CHANNELS
from audiostyle.spectrogram.training import material
from audiostyle.spectrogram.training.recipe import SpectrogramRecipe, read_recipe, run_recipe
from audiostyle.training.autoencoders.stage import TrainingStage


@pytest.mark.slow
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


@pytest.mark.parametrize("text", ["name = 'mine'", "not toml", "training = 3"])
def test_a_recipe_that_lacks_something_is_named(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=r"mine\.toml"):
        read_recipe(path)
