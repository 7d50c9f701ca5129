"""From photographs to a model folder that the methods take, by recipe or by command."""

from pathlib import Path

import numpy as np
import pytest
import torch

from audiostyle.errors import TrainingError
from audiostyle.image.backbone import PictureAutoencoder
from audiostyle.image.photowct import photowct
from audiostyle.image.training import backbone as training
from audiostyle.image.training.backbone import (
    DecoderStage,
    read_recipe,
    run_recipe,
    train_backbone_decoders,
)
from audiostyle.models.vgg import VGGConfig, VGGEncoder

TINY = VGGConfig((4, 5, 6, 7), (1, 1, 1, 1))
RECIPE = """
name = "tiny"
summary = "for tests"
photographs = ["{folder}"]
network = {{ widths = [4, 4, 4, 4], depths = [1, 1, 1, 1] }}
[distillation]
stage = {{ steps = 2, frozen_steps = 1 }}
settings = {{ size = 32, batch = 2, pool = 2 }}
[decoders]
steps = 2
frozen_steps = 1
size = 32
batch = 2
"""


@pytest.fixture
def teacher(monkeypatch):
    """Whatever file is named, a tiny VGG is in it."""

    def read(path):
        torch.manual_seed(0)
        return VGGEncoder(TINY)

    monkeypatch.setattr(training, "read_vgg", read)


@pytest.fixture
def recipe_file(tmp_path, photo_folder) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE.format(folder=photo_folder))
    return path


def test_the_shipped_recipe_is_read():
    recipe = read_recipe(Path(__file__).parents[3] / "recipes" / "photo.toml")
    assert recipe.name == "photo"
    assert recipe.config.widths == (48, 48, 96, 192)


def test_a_recipe_makes_a_backbone_that_stylizes(tmp_path, recipe_file, teacher, logged, picture_pair):
    run_recipe(read_recipe(recipe_file), Path("any.h5"), tmp_path / "out", logged.append)
    networks = PictureAutoencoder.from_pretrained(tmp_path / "out" / "tiny", device="cpu")
    for unpool in ("max", "nearest"):
        result = photowct(*picture_pair, backbone=networks, unpool=unpool)
        assert result.shape == picture_pair[0].shape
        assert np.isfinite(result).all()


@pytest.mark.slow
def test_a_finished_recipe_trains_nothing_again(tmp_path, recipe_file, teacher, logged):
    run_recipe(read_recipe(recipe_file), Path("any.h5"), tmp_path / "out", logged.append)
    assert logged
    logged.clear()
    run_recipe(read_recipe(recipe_file), Path("any.h5"), tmp_path / "out", logged.append)
    assert not logged


def test_any_vgg_gets_decoders(tmp_path, photo_folder, teacher, logged):
    stage = DecoderStage(1, 1, size=32, batch=2)
    model = tmp_path / "mine"
    train_backbone_decoders(Path("vgg.pth"), [photo_folder], tmp_path / "run", model, stage, logged.append)
    networks = PictureAutoencoder.from_pretrained(model, device="cpu")
    assert networks.encoder.config == TINY
    assert {networks.decoder(level, "max").config for level in (1, 2, 3, 4)} == {TINY}


@pytest.mark.parametrize("text", ["", "name = 1 2", 'name = "x"'])
def test_what_is_no_recipe_is_named(tmp_path, text):
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=r"bad\.toml"):
        read_recipe(path)


def test_a_missing_recipe_is_named(tmp_path):
    with pytest.raises(TrainingError, match=r"none\.toml"):
        read_recipe(tmp_path / "none.toml")
