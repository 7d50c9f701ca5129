"""Recipes of instruments: what they say is done, once, and what they lack is one line."""

from pathlib import Path

import pytest
from translation.training.test_sampled import SMALL, write_folder

from audiostyle.errors import TrainingError
from audiostyle.models import zoo
from audiostyle.translation.training import sampled
from audiostyle.translation.training.instruments import read_recipe, train_instruments

RECIPES = Path(__file__).parents[3] / "recipes"


def write(path: Path, source: Path, more: str = "") -> Path:
    settings = f"channels = 0, templates = {SMALL.templates}, dynamics = 1, layers = 1"
    text = f'name = "mine"\nextends = "universal"\nsettings = {{ {settings} }}\n[instruments.plucked]\n'
    path.write_text(text + f'source = "{source}"\nsounds_like = "tones"\nabout = "CC0"\n{more}')
    return path


def test_a_recipe_makes_its_domains_once(tmp_path, monkeypatch):
    monkeypatch.setattr(sampled, "_list_pieces", lambda split: ["etude/0"])
    monkeypatch.setattr(sampled, "_HELD_OUT", 1)
    recipe = read_recipe(
        write(tmp_path / "x.toml", write_folder(tmp_path / "notes", 0.1), "lowest = 58\nhighest = 70")
    )
    train_instruments(recipe, tmp_path / "out", bfloat16=False, log=lambda numbers: None)
    entry = zoo.find_model(tmp_path / "out" / "mine").domain("plucked")
    assert (entry.lowest, entry.highest, entry.config["dynamics"]) == (58, 70, 1)
    assert "CC0" in entry.card.read_text()
    before = entry.file.stat().st_mtime_ns
    train_instruments(recipe, tmp_path / "out", bfloat16=False, log=lambda numbers: None)
    assert entry.file.stat().st_mtime_ns == before


def test_the_shipped_recipe_is_whole():
    recipe = read_recipe(RECIPES / "instruments.toml")
    assert {"piano", "guitar", "harpsichord"} <= recipe.instruments.keys()
    assert all(entry.about and entry.settings.dynamics for entry in recipe.instruments.values())


@pytest.mark.parametrize("more", ["steps = 'many'", "settings = { sizes = 3 }", "lowest = 40"])
def test_what_is_wrong_is_one_line(tmp_path, more):
    with pytest.raises(TrainingError, match="the recipe"):
        read_recipe(write(tmp_path / "x.toml", tmp_path, more))
