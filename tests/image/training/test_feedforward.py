"""Training of a network for one style: the loss falls, an interrupted one goes on, the file is whole."""

import numpy as np
import pytest
import torch
from PIL import Image

from audiostyle.errors import AudiostyleError
from audiostyle.image.training.feedforward import StyleRecipe, StyleTask, train_style_network
from audiostyle.models.style_network import load_style_network

TINY = StyleRecipe(steps=4, crop=64, batch=1, style_size=48, width=8, depth=1)


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    (tmp_path / "photos").mkdir()
    for number in range(4):
        noise = rng.integers(0, 255, (20, 20, 3), dtype=np.uint8)
        Image.fromarray(noise).resize((420, 410)).save(tmp_path / "photos" / f"{number}.png")
    Image.fromarray(rng.integers(0, 255, (48, 40, 3), dtype=np.uint8)).save(tmp_path / "style.png")
    return tmp_path


def test_a_training_makes_a_file_that_stylizes(folder, model_folder):
    lines = []
    train_style_network(
        folder / "style.png", [folder / "photos"], folder / "out.safetensors", recipe=TINY,
        run=folder / "run", backbone=model_folder, log=lines.append,
    )  # fmt: skip
    network = load_style_network(folder / "out.safetensors")
    assert network.width == 8 and network(torch.rand(1, 3, 20, 20)).shape == (1, 3, 20, 20)
    assert lines[-1]["step"] == 4


def test_the_loss_of_a_crop_falls(folder, untrained):
    style = torch.rand(1, 3, 48, 48, generator=torch.Generator().manual_seed(0))
    files = sorted((folder / "photos").iterdir())
    task = StyleTask(style, files, files, untrained.encoder, TINY)
    optimizer = torch.optim.Adam(task.module.parameters(), 3e-3)
    values = []
    for _ in range(12):
        loss, numbers = task.loss(0)
        values.append(numbers["loss"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert values[-1] < 0.9 * values[0]
    assert task.validate(task.module)["score"] < 0


def test_losses_that_draw_and_match_are_trained_with_too(folder, untrained):
    style = torch.rand(1, 3, 48, 48, generator=torch.Generator().manual_seed(0))
    files = sorted((folder / "photos").iterdir())
    recipe = StyleRecipe(loss="sliced-wasserstein,mrf@relu2_1,laplacian", crop=64, batch=1, width=8, depth=1)
    loss, _ = StyleTask(style, files, files, untrained.encoder, recipe).loss(0)
    assert torch.isfinite(loss)


def test_a_slip_in_the_loss_is_named(folder, model_folder):
    with pytest.raises(AudiostyleError, match="did you mean 'gram'"):
        train_style_network(
            folder / "style.png", [folder / "photos"], folder / "out.safetensors",
            recipe=StyleRecipe(loss="gramm"), run=folder / "run", backbone=model_folder, log=print,
        )  # fmt: skip
