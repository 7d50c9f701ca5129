"""``audiostyle train universal``: folders, settings and the model that comes of them."""

from pathlib import Path


def test_wavenets_of_several_folders(audiostyle, asked):
    words = ("--start-from", "piano", "--steps", 9, "--spectral-steps", 5, "--float32", "--model", "m")
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
    steps = {"steps": 9, "spectral_steps": 5}
    assert settings == {**common, **steps, "start_from": "piano", "bfloat16": False, "batch": 4}
    assert published["batch"] is None and published["spectral_steps"] == 600
    assert (published["adversary"], published["extends"], published["start_from"]) == ("negative", "x", None)


def test_an_unknown_configuration_is_a_usage_error(audiostyle, asked):
    assert audiostyle("train", "universal", "a", "--config", "small").code == 2 and not asked
