"""``audiostyle train encoder``, ``recipe`` and ``timbre``: a recipe is read and followed."""

from pathlib import Path

import pytest


@pytest.mark.parametrize("command, settings", [("recipe", {}), ("encoder", {"domains": False})])
def test_a_recipe_is_followed(audiostyle, asked, command, settings):
    Path("small.toml").write_text("the recipe")
    assert audiostyle("train", command, "small.toml", "out", "-j", 2, "--float32").code == 0
    assert asked == [("the recipe", Path("out"), {"jobs": 2, "bfloat16": False, **settings})]


def test_an_error_of_training_is_one_line(audiostyle, asked):
    result = audiostyle("train", "recipe", "none.toml", "out")
    assert result.code == 1
    assert result.err == "audiostyle: none.toml: cannot be read (No such file or directory)\n"


def test_the_timbre_network_follows_its_recipe(audiostyle, monkeypatch):
    calls = []
    module = "audiostyle.evaluate.training.timbre"
    monkeypatch.setattr(f"{module}.read_recipe", lambda path: path.name)
    monkeypatch.setattr(
        f"{module}.run_recipe", lambda recipe, out, *, jobs, log: calls.append((recipe, out, jobs))
    )
    assert audiostyle("train", "timbre", "t.toml", "out", "-j", 2).code == 0
    assert calls == [("t.toml", Path("out"), 2)]
    assert audiostyle("train", "timbre", "t.toml").code == 2
