"""Recipes of styles: settings, shares of the time, what is unknown."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from audiostyle.errors import TrainingError
from audiostyle.image.training import styles
from audiostyle.image.training.styles import main, read_styles, train_styles
from audiostyle.models.style_network import load_style_network

RECIPE = """
photographs = "photographs"
backbone = "vgg"
[every]
crop = 64
batch = 1
steps = 2
width = 8
[networks.rain]
style = "rain.png"
depth = 1
[networks.snow]
style = "snow.png"
depth = 0
style_size = 32
"""


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "styles.toml"
    path.write_text(RECIPE)
    return path


def test_every_setting_holds_for_all_unless_a_network_has_its_own(recipe):
    read = read_styles(recipe)
    assert read.pictures == {"rain": "rain.png", "snow": "snow.png"}
    assert [(r.crop, r.depth, r.style_size) for r in read.recipes.values()] == [(64, 1, 256), (64, 0, 32)]


def test_the_time_that_is_left_is_shared(recipe, monkeypatch, tmp_path):
    asked = []
    now = [100.0]

    def train(style, folders, out, *, recipe, run, backbone, device, log):
        asked.append((out.stem, recipe.seconds, backbone))
        now[0] += 30.0

    monkeypatch.setattr(styles, "train_style_network", train)
    monkeypatch.setattr(styles, "load_reduced", lambda path: path)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    made = train_styles(recipe, [], tmp_path, tmp_path / "out", seconds=200.0, log=print)
    assert made == [tmp_path / "out" / "rain.safetensors", tmp_path / "out" / "snow.safetensors"]
    assert [row[:2] for row in asked] == [("rain", 92.0), ("snow", 162.0)]
    assert asked[0][2] == "vgg"  # a name, because there is no such folder


def test_the_command_trains_what_is_named(recipe, tmp_path, model_folder, monkeypatch, capsys):
    rng = np.random.default_rng(0)
    (tmp_path / "photographs").mkdir()
    for number in range(3):
        noise = rng.integers(0, 255, (20, 20, 3), dtype=np.uint8)
        Image.fromarray(noise).resize((420, 410)).save(tmp_path / "photographs" / f"{number}.jpg")
    Image.fromarray(noise).resize((40, 40)).save(tmp_path / "snow.png")
    recipe.write_text(RECIPE.replace('"vgg"', f'"{Path(model_folder).as_posix()}"'))
    paths = ["--inputs", str(tmp_path), "--out", str(tmp_path / "out"), "--device", "cpu"]
    monkeypatch.setattr("sys.argv", ["styles", str(recipe), "snow", *paths])
    main()
    assert load_style_network(tmp_path / "out" / "snow.safetensors").depth == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["network"] == "snow" and lines[-1]["step"] == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("photographs = ", "no TOML"),
        ("photographs = 'p'", "lacks 'networks'"),
        ("photographs = 'p'\n[networks.rain]\nstyl = 'rain.png'", "did you mean 'style'"),
        ("photographs = 'p'\n[networks.rain]\ndepth = 2", "lacks 'style'"),
    ],
)
def test_a_slip_in_a_recipe_is_named(tmp_path, text, message):
    (tmp_path / "styles.toml").write_text(text)
    with pytest.raises(TrainingError, match=message):
        read_styles(tmp_path / "styles.toml")


def test_an_unknown_network_is_named(recipe, tmp_path):
    with pytest.raises(TrainingError, match="did you mean 'rain'"):
        train_styles(recipe, ["rains"], tmp_path, tmp_path, log=print)
    with pytest.raises(TrainingError, match="cannot be read"):
        read_styles(tmp_path / "gone.toml")


def test_the_recipe_of_the_shipped_ones_is_one():
    read = read_styles(Path(__file__).parents[3] / "recipes" / "styles.toml")
    assert len(read.recipes) >= 3 and read.backbone == "vgg16"
