"""Recipes: what is wrong with one shows before hours are spent, and following one twice trains once."""

import tomllib
from pathlib import Path

import pytest
import tomli_w

from audiostyle.errors import TrainingError
from audiostyle.models import zoo
from audiostyle.models.wavenet.network import WaveNet, WaveNetConfig
from audiostyle.translation.training import domain, recipe
from audiostyle.translation.training.recipe import read_recipe, run_recipe
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts
from audiostyle.translation.training.wavenet.compact import CompactSettings, TrainedWaveNet
from audiostyle.translation.wavenet.conditioning import HOP, WIDTH

_ALL = sorted((Path(__file__).parents[3] / "recipes").glob("*.toml"))
RECIPES = [path for path in _ALL if "corpora" in tomllib.loads(path.read_text("utf-8"))]  # those of sounds


def tables() -> dict:
    """A recipe as small as one can be."""
    corpus = {"soundfont": "any.sf2", "minutes": 0.1, "sample_rate": 22_050}
    instruments = {**corpus, "sample_rate": 44_100, "instruments": {"flute": 73}}
    each = {"steps": 1, "learning_rate": 1e-3, "sounds_like": "a flute"}
    settings = {"channels": 2, "templates": 1, "frames": 32, "batch": 1, "start_from": ""}
    return {
        "name": "small",
        "summary": "for tests",
        "corpora": {"mixed": corpus, "flutes": instruments},
        "encoder": {
            "valid": "mixed",
            "stages": [{"train": ["mixed"], "steps": 1, "learning_rate": 1e-3} for _ in range(2)],
            "settings": {"channels": 2, "latent": 2, "frames": 32, "batch": 1},
            "prune": 1e-3,
        },
        "domains": {"train": "flutes", "valid": "flutes", "settings": settings, "each": {"flute": each}},
    }


def write(folder: Path, table: dict) -> Path:
    path = folder / "small.toml"
    path.write_text(tomli_w.dumps(table))
    return path


@pytest.fixture
def rendered_corpora(monkeypatch, sine_corpus):
    """Sines instead of FluidSynth: gives the names of the corpora that were rendered."""
    names = []

    def render(out, spec, *, jobs):
        names.append(out.name)
        for name in spec.instruments or ["ensemble"]:
            (out / name).mkdir(parents=True, exist_ok=True)
            for file in [part for pair in sine_corpus(spec.sample_rate, 22.0, 1) for part in pair]:
                (out / name / file.name).write_bytes(file.read_bytes())

    monkeypatch.setattr(recipe, "render_corpus", render)
    monkeypatch.setattr(domain, "_PHASE_EXCERPTS", 2)
    return names


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name)
def test_the_recipes_that_come_with_it_can_be_followed(path):
    read = read_recipe(path)
    assert read.name == path.stem
    assert all(spec.recordings > 0 for spec in read.corpora.values())
    named = {name for stage in read.encoder.stages for name in stage.corpora}
    named |= {read.encoder.valid, read.domains.train, read.domains.valid}
    named |= {read.wavenets.train, read.wavenets.valid} if read.wavenets.schedules else set()
    assert named == set(read.corpora)
    for corpus in (read.domains.train, read.domains.valid):
        assert set(read.domains.schedules) <= set(read.corpora[corpus].instruments)
    # What decides when to stop, and what is judged by, was never trained on.
    assert read.corpora[read.encoder.valid].split == read.corpora[read.domains.valid].split == "valid"


def test_following_a_recipe_makes_its_model_and_doing_so_again_trains_nothing(
    tmp_path, rendered_corpora, logged
):
    small = read_recipe(write(tmp_path, tables()))
    run_recipe(small, tmp_path / "out", bfloat16=False, jobs=1, log=logged.append, domains=False)
    assert not zoo.find_model(tmp_path / "out" / "small").domains
    encoder = zoo.find_model(tmp_path / "out" / "small").encoder
    run_recipe(small, tmp_path / "out", bfloat16=False, jobs=1, log=logged.append)
    model = zoo.find_model(tmp_path / "out" / "small")
    assert model.encoder == encoder and model.summary == "for tests"
    assert model.domain("flute").sounds_like == "a flute"
    assert all(check.ok for check in zoo.verify_model(model))
    trained = len([line for line in logged if "validation" in line])
    assert trained == 3  # two stages of the encoder, one domain
    run_recipe(small, tmp_path / "out", bfloat16=False, jobs=1, log=logged.append)
    assert len([line for line in logged if "validation" in line]) == trained
    assert zoo.find_model(tmp_path / "out" / "small").domain("flute").sha256 == model.domain("flute").sha256
    assert rendered_corpora == ["mixed", "flutes"] * 3


def test_wavenets_follow_and_start_from_one_another(tmp_path, rendered_corpora, monkeypatch):
    network, calls = WaveNet(WaveNetConfig(1, 2, 8, 8, WIDTH, HOP)), []

    def train_compact(domains, predictions, run, *, settings, start, **_):
        calls.append((run.name, settings, start))
        assert predictions.keys() == {"flute"}
        (pairs, _) = domains["flute"]
        return {"flute": TrainedWaveNet(network, CodedExcerpts(pairs, settings.frames), 2.5)}

    monkeypatch.setattr(recipe, "train_compact", train_compact)
    each = {"flute": {"steps": 9, "learning_rate": 1e-3, "muon": 0.03}}
    table = {
        **tables(),
        "wavenets": {"train": "flutes", "valid": "flutes", "settings": {"batch": 3}, "each": each},
    }
    run_recipe(
        read_recipe(write(tmp_path, table)), tmp_path / "out", bfloat16=False, jobs=1, log=lambda _: None
    )
    model = zoo.find_model(tmp_path / "out" / "small")
    assert model.decoder("flute", "wavenet").config["network"]["channels"] == 8
    assert calls == [("flute.wavenet", CompactSettings(batch=3), None)]
    each["flute"]["start_from"] = "flute"
    run_recipe(
        read_recipe(write(tmp_path, table)), tmp_path / "out", bfloat16=False, jobs=1, log=lambda _: None
    )
    assert calls[1][2].keys() == network.state_dict().keys()


def test_a_missing_file_and_what_is_no_toml_are_named(tmp_path):
    with pytest.raises(TrainingError, match=r"none\.toml: cannot be read"):
        read_recipe(tmp_path / "none.toml")
    for data in (b"name = ", b"\xff\xfe"):
        (tmp_path / "bad.toml").write_bytes(data)
        with pytest.raises(TrainingError, match=r"bad\.toml: not a recipe"):
            read_recipe(tmp_path / "bad.toml")


EVERYWHERE = [
    ["name"],
    ["summary"],
    ["corpora"],
    ["corpora", "mixed", "soundfont"],
    ["corpora", "flutes", "minutes"],
    ["encoder", "stages"],
    ["encoder", "valid"],
    ["encoder", "settings"],
    ["encoder", "prune"],
    ["domains", "train"],
    ["domains", "settings"],
    ["domains", "each"],
    ["domains", "each", "flute", "learning_rate"],
    ["domains", "each", "flute", "sounds_like"],
]


@pytest.mark.parametrize("place", EVERYWHERE, ids=".".join)
def test_whatever_is_missing_is_named_before_anything_is_done(tmp_path, place):
    table = tables()
    inner = table
    for key in place[:-1]:
        inner = inner[key]
    del inner[place[-1]]
    with pytest.raises(TrainingError, match=rf"small\.toml: the recipe lacks or misspells.*{place[-1]}"):
        read_recipe(write(tmp_path, table))


@pytest.mark.parametrize(
    "place, value",
    [
        (["corpora"], 3),
        (["corpora", "mixed", "tempo"], 120),
        (["encoder", "settings", "layers"], 3),
        (["encoder", "valid"], "mixt"),
        (["domains", "settings", "color"], "red"),
        (["wavenets"], {"settings": {"color": "red"}}),
        (["wavenets"], {"each": {"flute": {"steps": 1, "learning_rate": 1e-3}}}),
        (["domains", "each"], ["flute"]),
    ],
)
def test_whatever_is_misspelled_is_named_too(tmp_path, place, value):
    table = tables()
    inner = table
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert tomllib.loads(tomli_w.dumps(table)) == table
    with pytest.raises(TrainingError, match="lacks or misspells") as caught:
        read_recipe(write(tmp_path, table))
    assert "\n" not in str(caught.value)
