"""``image train-style`` and ``train image-style``: what is asked for reaches the training."""

from pathlib import Path


def test_what_is_asked_for_reaches_the_training(audiostyle, monkeypatch):
    calls = []

    def train_style_network(style, folders, out, *, recipe, run, backbone, device, log):
        asked = (recipe.loss, recipe.steps, recipe.seconds, recipe.crop)
        calls.append((style, folders, out, *asked, run, backbone, device))

    monkeypatch.setattr("audiostyle.image.training.feedforward.train_style_network", train_style_network)
    for command in (("image", "train-style"), ("train", "image-style")):
        result = audiostyle(
            *command,
            "rain.jpg",
            "photos",
            "-o",
            "rain.safetensors",
            "--loss",
            "bn",
            "--steps",
            7,
            "--seconds",
            60,
            "--crop",
            96,
            "--device",
            "cpu",
        )
        assert result.code == 0 and "--network rain.safetensors" in result.err
    expected = (
        Path("rain.jpg"),
        [Path("photos")],
        Path("rain.safetensors"),
        "bn",
        7,
        60.0,
        96,
        Path("runs/rain"),
        "photo",
        "cpu",
    )
    assert calls == [expected, expected]


def test_a_slip_in_the_loss_is_a_usage_error(audiostyle):
    result = audiostyle("image", "train-style", "rain.jpg", "photos", "--loss", "gramm")
    assert result.code == 2 and "did you mean 'gram'" in result.err
