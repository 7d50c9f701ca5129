"""``audiostyle train domain``: what is asked for reaches the library, and what it says reaches the user."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import torch


def test_a_domain_needs_a_name_and_a_folder_only(audiostyle, asked):
    result = audiostyle("train", "domain", "sax", "takes")
    assert result.code == 0
    ((places, settings),) = asked
    assert places == ("sax", Path("takes"), Path("my-model"), Path("runs/sax"))
    fast = torch.cpu._is_amx_tile_supported()
    expected = {"extends": "universal", "steps": 600, "seed": 0, "bfloat16": fast}
    assert settings == {**expected, "sounds_like": "sax, as in takes"}
    assert "audiostyle translate song.wav --model my-model --domain sax" in result.err
    assert result.out == ""


def test_every_option_of_a_domain_arrives(audiostyle, asked):
    options = {"--model": "m", "--extends": "tiny", "--steps": 5, "--run": "r", "--seed": 3}
    words = [word for pair in options.items() for word in pair]
    audiostyle("train", "domain", "sax", "takes", "--bfloat16", "--sounds-like", "a sax", *words)
    ((places, settings),) = asked
    assert places == ("sax", Path("takes"), Path("m"), Path("r"))
    assert settings == {
        "extends": "tiny",
        "sounds_like": "a sax",
        "steps": 5,
        "seed": 3,
        "bfloat16": True,
    }


def test_progress_is_one_line_with_the_time_left_first(audiostyle, asked):
    _, transcribed, step, _ = ["", *audiostyle("train", "domain", "sax", "takes").err.splitlines()]
    assert json.loads(transcribed.partition(" ")[2]) == {"transcribed": 1, "recordings": 2}
    assert step.startswith("audiostyle: 50/600 2:05 left ")
    assert json.loads(step.partition(" left ")[2]) == {"mel_db": 7.5}


def test_interrupted_it_says_so(audiostyle, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    module = SimpleNamespace(train_domain_from_folder=interrupted)
    monkeypatch.setitem(sys.modules, "audiostyle.translation.training.folder", module)
    assert audiostyle("train", "domain", "sax", "takes").code == 130


def catch(monkeypatch, module: str, function: str) -> list[tuple]:
    """Replace a training by one that only remembers what it was asked for."""
    calls: list[tuple] = []
    fake = SimpleNamespace(**{function: lambda *places, **settings: calls.append((places, settings))})
    monkeypatch.setitem(sys.modules, f"audiostyle.translation.training.{module}", fake)
    return calls


def test_single_notes_are_measured(audiostyle, monkeypatch):
    calls = catch(monkeypatch, "sampled", "train_domain_from_instrument")
    assert audiostyle("train", "domain", "oboe", "bank.sf2", "--program", "Oboe", "--about", "CC0").code == 0
    ((places, settings),) = calls
    assert places[:2] == ("oboe", Path("bank.sf2"))
    assert (settings["program"], settings["about"], settings["steps"]) == ("Oboe", "CC0", 300)


def test_a_folder_of_notes_is_single_notes(audiostyle, monkeypatch):
    calls = catch(monkeypatch, "sampled", "train_domain_from_instrument")
    Path("notes").mkdir()
    for name in ("C4.wav", "E4.wav", "G4.wav"):
        Path("notes", name).touch()
    assert audiostyle("train", "domain", "harp", "notes", "--steps", "7").code == 0
    assert calls[0][1]["steps"] == 7


def test_a_clip_is_adapted_from_a_domain(audiostyle, monkeypatch):
    calls = catch(monkeypatch, "clip", "train_domain_from_clip")
    assert audiostyle("train", "domain", "upright", "clip.wav", "--from", "piano").code == 0
    ((places, settings),) = calls
    assert places[:2] == ("upright", Path("clip.wav"))
    assert (settings["start_from"], settings["steps"]) == ("piano", 60)


def test_a_recipe_of_instruments(audiostyle, monkeypatch):
    calls: list[object] = []
    fake = SimpleNamespace(
        read_recipe=lambda path: path,
        train_instruments=lambda recipe, out, **how: calls.append((recipe, out)),
    )
    monkeypatch.setitem(sys.modules, "audiostyle.translation.training.instruments", fake)
    assert audiostyle("train", "instruments", "x.toml", "runs").code == 0
    assert calls == [(Path("x.toml"), Path("runs"))]
