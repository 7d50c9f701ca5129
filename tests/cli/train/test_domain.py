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
