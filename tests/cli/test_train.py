"""``audiostyle train``: what is asked for reaches the library, and what it says reaches the user."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from audiostyle.errors import TrainingError


@pytest.fixture(autouse=True)
def denormals():
    """Training flushes denormal numbers to zero in its process; other tests are to have theirs."""
    yield
    torch.set_flush_denormal(False)


@pytest.fixture
def asked(monkeypatch):
    """The library's place is taken: gives the calls that it got."""
    calls = []

    def train_domain_from_folder(*places, log, **settings):
        calls.append((places, settings))
        log({"heard": 1, "recordings": 2})
        log({"step": 50, "of": 600, "left_s": 125.0, "mel_db": 7.5})

    def follow(recipe, out, *, log, **settings):
        calls.append((recipe, out, settings))
        log({"corpus": "domains", "recordings": 30})

    def read_recipe(path):
        if not path.is_file():
            raise TrainingError(f"{path}: cannot be read (No such file or directory)")
        return path.read_text()

    def train_universal(*places, log, **settings):
        calls.append((places, settings))

    room = "audiostyle.translation.training"
    universal = SimpleNamespace(train_universal=train_universal)
    monkeypatch.setitem(sys.modules, f"{room}.wavenet.universal", universal)
    folder = SimpleNamespace(train_domain_from_folder=train_domain_from_folder)
    monkeypatch.setitem(sys.modules, f"{room}.folder", folder)
    monkeypatch.setitem(
        sys.modules, f"{room}.recipe", SimpleNamespace(run_recipe=follow, read_recipe=read_recipe)
    )
    return calls


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
    _, heard, step, _ = ["", *audiostyle("train", "domain", "sax", "takes").err.splitlines()]
    assert json.loads(heard.partition(" ")[2]) == {"heard": 1, "recordings": 2}
    assert step.startswith("audiostyle: 50/600 2:05 left ")
    assert json.loads(step.partition(" left ")[2]) == {"mel_db": 7.5}


@pytest.mark.parametrize("verb, settings", [("recipe", {}), ("encoder", {"domains": False})])
def test_a_recipe_is_followed(audiostyle, asked, verb, settings):
    Path("small.toml").write_text("the recipe")
    assert audiostyle("train", verb, "small.toml", "out", "-j", 2, "--float32").code == 0
    assert asked == [("the recipe", Path("out"), {"jobs": 2, "bfloat16": False, **settings})]


@pytest.mark.parametrize(
    "arguments",
    [
        ["domain", "sax"],
        ["domain", "sax", "takes", "--steps", "0"],
        ["domain", "sax", "takes", "--seed", "-1"],
        ["recipe", "small.toml"],
        ["recipe", "small.toml", "out", "--jobs", "0"],
        ["drums"],
    ],
)
def test_wrong_use_is_told_in_one_line(audiostyle, asked, arguments):
    result = audiostyle("train", *arguments)
    assert result.code == 2 and len(result.err.splitlines()) == 1 and not asked


def test_an_error_of_training_is_one_line(audiostyle, asked):
    result = audiostyle("train", "recipe", "none.toml", "out")
    assert result.code == 1
    assert result.err == "audiostyle: none.toml: cannot be read (No such file or directory)\n"


def test_interrupted_it_says_so(audiostyle, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    module = SimpleNamespace(train_domain_from_folder=interrupted)
    monkeypatch.setitem(sys.modules, "audiostyle.translation.training.folder", module)
    assert audiostyle("train", "domain", "sax", "takes").code == 130


def test_decoders_for_a_vgg_are_asked_for_by_folder_and_file(audiostyle, monkeypatch):
    calls = []

    def train_backbone_decoders(backbone, folders, out, model, stage, log):
        calls.append((backbone, folders, out, model, stage.steps + stage.settling))

    room = "audiostyle.image.training.backbone"
    monkeypatch.setattr(f"{room}.train_backbone_decoders", train_backbone_decoders)
    result = audiostyle("train", "image-decoders", "a", "b", "--backbone", "vgg.pth", "--steps", 7)
    assert result.code == 0
    assert calls == [
        (Path("vgg.pth"), [Path("a"), Path("b")], Path("runs/my-backbone"), Path("my-backbone"), 7)
    ]
    assert "--backbone my-backbone" in result.err


def test_a_vgg_by_name_is_fetched_unless_offline(audiostyle, picture, monkeypatch, tmp_path):
    monkeypatch.setenv("AUDIOSTYLE_HOME", str(tmp_path / "home"))
    picture("photos/a.png", 400, 400)
    result = audiostyle("train", "image-decoders", "photos", "--backbone", "vgg19", "--offline")
    assert result.code == 1
    assert "vgg19-dcbb9e9d.pth" in result.err and result.err.count("\n") == 1


def test_a_file_that_is_no_vgg_is_named(audiostyle, picture, workplace):
    for number in range(2):
        picture(f"photos/{number}.png", 400, 400)
    Path("mine.pth").write_text("not a network")
    result = audiostyle("train", "image-decoders", "photos", "--backbone", "mine.pth")
    assert result.code == 1
    assert "mine.pth" in result.err


def test_a_missing_backbone_recipe_is_named(audiostyle):
    result = audiostyle("train", "image-backbone", "none.toml", "vgg.pth", "out")
    assert result.code == 1
    assert "none.toml" in result.err


def test_the_timbre_network_follows_its_recipe(audiostyle, monkeypatch):
    calls = []
    room = "audiostyle.evaluate.training.timbre"
    monkeypatch.setattr(f"{room}.read_recipe", lambda path: path.name)
    monkeypatch.setattr(
        f"{room}.run_recipe", lambda recipe, out, *, jobs, log: calls.append((recipe, out, jobs))
    )
    assert audiostyle("train", "timbre", "t.toml", "out", "-j", 2).code == 0
    assert calls == [("t.toml", Path("out"), 2)]
    assert audiostyle("train", "timbre", "t.toml").code == 2


def test_wavenets_of_several_folders(audiostyle, asked):
    words = ("--start-from", "piano", "--steps", 9, "--parallel-steps", 5, "--float32", "--model", "m")
    words += ("--batch", 4)
    result = audiostyle("train", "universal", "a/piano", "a/organ", *words)
    assert result.code == 0 and "translate song.wav --model m --domain piano" in result.err
    audiostyle(
        "train", "universal", "a", "b", "--config", "paper", "--adversary", "negative", "--extends", "x"
    )
    (places, settings), (others, published) = asked
    assert places == ("compact", [Path("a/piano"), Path("a/organ")], Path("m"), Path("runs/m"))
    assert others == ("paper", [Path("a"), Path("b")], Path("my-wavenets"), Path("runs/my-wavenets"))
    common = {"seed": 0, "adversary": "reversal", "extends": "universal"}
    steps = {"steps": 9, "parallel_steps": 5}
    assert settings == {**common, **steps, "start_from": "piano", "bfloat16": False, "batch": 4}
    assert published["batch"] is None and published["parallel_steps"] == 600
    assert (published["adversary"], published["extends"], published["start_from"]) == ("negative", "x", None)


def test_an_unknown_configuration_is_a_usage_error(audiostyle, asked):
    assert audiostyle("train", "universal", "a", "--config", "small").code == 2 and not asked
