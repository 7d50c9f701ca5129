"""``audiostyle train image-decoders`` and ``image-backbone``: networks for pictures."""

from pathlib import Path


def test_decoders_for_a_vgg_are_asked_for_by_folder_and_file(audiostyle, monkeypatch):
    calls = []

    def train_backbone_decoders(backbone, folders, out, model, stage, log):
        calls.append((backbone, folders, out, model, stage.steps + stage.frozen_steps))

    module = "audiostyle.image.training.backbone"
    monkeypatch.setattr(f"{module}.train_backbone_decoders", train_backbone_decoders)
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
