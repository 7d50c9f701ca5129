"""Packing: photographs of a short side of 400 pixels, and a VGG whose features have a mean of 1."""

import numpy as np
import pytest
import torch
from PIL import Image

from audiostyle.errors import ModelNotFound, TrainingError
from audiostyle.image.backbone import PictureAutoencoder
from audiostyle.image.training.packing import SHORT_SIDE, main, pack_photographs, pack_vgg
from audiostyle.image.training.photographs import find_photographs
from audiostyle.models.vgg import VGG16, layers


@pytest.fixture
def folder(tmp_path):
    """Eight photographs; whether one is held out depends on the last four parts of its path."""
    rng, folder = np.random.default_rng(0), tmp_path / "one" / "two" / "three"
    folder.mkdir(parents=True)
    for number in range(8):
        noise = rng.integers(0, 255, (12, 20, 3), dtype=np.uint8)
        Image.fromarray(noise).resize((850, 520)).save(folder / f"{number}.jpg")
    return folder


def test_photographs_are_packed_without_those_held_out(folder):
    packed = pack_photographs([folder], folder / "packed")
    assert 0 < len(packed) < 8
    assert find_photographs([folder / "packed"]) == packed
    with Image.open(packed[0]) as picture:
        assert picture.format == "JPEG" and min(picture.size) == SHORT_SIDE


def test_one_color_is_no_photograph(tmp_path):
    for number in range(8):
        Image.new("RGB", (500, 500), (90, 90, 95)).save(tmp_path / f"{number}.png")
    assert pack_photographs([tmp_path], tmp_path / "packed") == []
    with pytest.raises(TrainingError, match="no photographs"):
        pack_photographs([tmp_path / "packed"], tmp_path / "again")


def write_vgg16(path):
    """Write random filters in torchvision's format."""
    torch.manual_seed(0)
    widths, depths = (*VGG16.widths, 512), (*VGG16.depths, 3)
    state, number, before = {}, 0, 3
    for width, depth in zip(widths, depths, strict=True):
        for _ in range(depth):
            state[f"features.{number}.weight"] = torch.randn(width, before, 3, 3) * (2 / before / 9) ** 0.5
            state[f"features.{number}.bias"] = torch.zeros(width)
            number, before = number + 2, width
        number += 1
    torch.save(state, path)


def test_a_vgg_becomes_a_model_with_features_of_mean_1(folder, monkeypatch):
    write_vgg16(folder / "vgg16.pth")
    monkeypatch.setattr("audiostyle.image.training.packing._SHOWN", 32)
    pack_vgg(folder / "vgg16.pth", find_photographs([folder])[:1], folder / "vgg")
    encoder = PictureAutoencoder.from_pretrained(folder / "vgg", device="cpu").encoder
    assert encoder.config == VGG16 and sum(len(layers(block)) for block in encoder.blocks) == 8
    assert (folder / "vgg" / "vgg.encoder.safetensors").stat().st_size < 6e6
    with torch.no_grad():
        means = [float(part.mean()) for part in encoder.trace(torch.rand(1, 3, 32, 32))[0]]
    assert all(0.3 < mean < 3 for mean in means)


def test_the_command_packs_both(folder, monkeypatch):
    asked = []
    monkeypatch.setattr("audiostyle.image.training.packing.pack_vgg", lambda *given: asked.append(given))
    out = folder / "travel"
    monkeypatch.setattr("sys.argv", ["packing", str(folder), "--out", str(out), "--vgg", "vgg16.pth"])
    main()
    packed = sorted((out / "photographs").iterdir())
    assert packed and asked == [("vgg16.pth", packed, out / "vgg16")]


def test_what_is_no_vgg_is_named(tmp_path):
    with pytest.raises(ModelNotFound, match=r"vgg16\.pth: no such file"):
        pack_vgg(tmp_path / "vgg16.pth", [], tmp_path / "vgg")
