"""Triplets are what they say, and training puts them in order."""

from pathlib import Path

import numpy as np
import pytest
import torch

from audiostyle.errors import TrainingError
from audiostyle.evaluate.timbre import load_network
from audiostyle.evaluate.training import timbre
from audiostyle.evaluate.training.timbre import (
    TimbreSettings,
    TimbreTask,
    read_recipe,
    run_recipe,
    triplet_gaps,
)
from audiostyle.models.timbre import CEPSTRA

RECIPE = Path(__file__).resolve().parents[3] / "recipes" / "timbre.toml"


def instruments(count: int, excerpts: int, seed: int, frames: int = 120) -> np.ndarray:
    """Each instrument has its own color and a rate at which its coefficients move; excerpts are noise."""
    who, music = np.random.default_rng(7), np.random.default_rng(seed)
    colors = who.normal(0, 20, (count, 1, CEPSTRA, 1))
    noise = music.normal(0, 12, (1, excerpts, CEPSTRA, frames))  # the same music for all
    return (colors + noise).astype(np.float32)


def by_triplets(points: torch.Tensor) -> list[float]:
    """Every anchor, positive and negative in loops."""
    unit = points / points.norm(dim=2, keepdim=True)
    count, excerpts, _ = points.shape
    gaps = []
    for i in range(count):
        for a in range(excerpts):
            for p in (p for p in range(excerpts) if p != a):
                for j in (j for j in range(count) if j != i):
                    for n in range(excerpts):
                        gaps.append(float(unit[i, a] @ unit[i, p] - unit[i, a] @ unit[j, n]))
    return gaps


def test_gaps_are_those_of_all_triplets():
    points = torch.rand(3, 4, 5, generator=torch.Generator().manual_seed(0))
    found = triplet_gaps(points)
    assert found.shape == (12, 3, 8)
    np.testing.assert_allclose(found.flatten().tolist(), by_triplets(points), atol=1e-6)


def test_equal_points_have_no_gaps_and_apart_ones_have_one():
    assert (triplet_gaps(torch.ones(2, 3, 4)).abs() < 1e-6).all()
    apart = torch.eye(2)[:, None].expand(2, 3, 2)
    torch.testing.assert_close(triplet_gaps(apart), torch.ones(6, 2, 3))


def test_a_batch_is_cut_at_one_place_and_colored_instrument_by_instrument():
    """Differences of two excerpts of an instrument are those of the music, which all instruments share."""
    heard = instruments(5, 4, seed=1)
    task = TimbreTask(heard, heard, TimbreSettings(8, instruments=3, excerpts=2))
    batch = task.batch(np.random.default_rng(0))
    assert batch.shape[:3] == (3, 2, CEPSTRA) and 96 <= batch.shape[3] <= 120
    music = batch[:, 0] - batch[:, 1]
    torch.testing.assert_close(music[1:], music[:1].expand(2, -1, -1), atol=1e-3, rtol=1e-3)
    color = (batch - torch.from_numpy(heard[:1, :1, :, :1])).mean()
    assert color.isfinite()


def test_a_batch_depends_on_the_step_alone():
    heard = instruments(5, 4, seed=1)
    task = TimbreTask(heard, heard, TimbreSettings(8, 3, 2))
    task.network.eval()  # statistics of batches stay as they are
    first, other = task.loss(0)[0], task.loss(1)[0]
    assert task.loss(0)[0] == first != other


def test_the_network_is_told_the_statistics_of_the_material():
    heard = instruments(5, 4, seed=1)
    network = TimbreTask(heard, heard, TimbreSettings(8)).network
    np.testing.assert_allclose(network.mean, heard.mean(axis=(0, 1, 3)), rtol=1e-4)
    np.testing.assert_allclose(network.deviation, heard.std(axis=(0, 1, 3)), rtol=1e-3)


def test_following_a_recipe_learns_unheard_music_and_makes_a_model(tmp_path, monkeypatch, logged):
    def play(material, folder, *, jobs, progress):
        progress(1, 8)
        return {"train": instruments(8, 5, seed=1), "valid": instruments(8, 2, seed=2)}

    monkeypatch.setattr(timbre, "render_instruments", play)
    text = (
        RECIPE.read_text("utf-8")
        .replace("steps = ", "steps = 40 # ")
        .replace("channels = 64", "channels = 16")
    )
    file = tmp_path / "small.toml"
    file.write_text(text.replace('name = "timbre"', 'name = "small"'))
    run_recipe(read_recipe(file), tmp_path / "out", jobs=1, log=logged.append)
    assert logged[0] == {"instrument": 1, "instruments": 8}
    assert logged[-1]["validation"]["score"] > 0.95
    network = load_network(tmp_path / "out" / "small")
    assert network.channels == 16 and network.mean.any()


def test_the_shipped_recipe_never_hears_the_reserved_soundfonts():
    material = read_recipe(RECIPE).material
    assert not {path.name for path, _ in material.instruments} & {"TimGM6mb.sf2", "sf_GMbank.sf2"}
    assert "test" not in material.excerpts


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[material]", "[materiel]", "lacks or misspells 'material'"),
        ("learning_rate", "learning_speed", "lacks or misspells 'learning_rate'"),
        ("valid = ", "held_out = ", "lacks or misspells 'valid'"),
        ("seconds = ", "seconds ", "not a recipe"),
        ("programs", "programmes", "programs"),
    ],
)
def test_a_bad_recipe_is_refused_before_anything_is_rendered(tmp_path, old, new, message):
    file = tmp_path / "bad.toml"
    file.write_text(RECIPE.read_text("utf-8").replace(old, new))
    with pytest.raises(TrainingError, match=message):
        read_recipe(file)


def test_a_missing_recipe_is_named(tmp_path):
    with pytest.raises(TrainingError, match=r"none\.toml: cannot be read"):
        read_recipe(tmp_path / "none.toml")
