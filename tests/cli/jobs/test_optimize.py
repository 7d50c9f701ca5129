"""The work of ``image optimize``: what is asked for reaches the library, and losses are told."""

import json
from pathlib import Path

import numpy as np
import pytest

from audiostyle.image.io.files import read_picture

QUICK = ("--size-schedule", "16,0", "--iterations", "2,1", "--device", "cpu")


@pytest.fixture
def optimize(audiostyle, picture, style, model_folder):
    """``optimize(*arguments)``: of a small picture, by a small network, the command's result."""
    picture("a.png", 40, 50)
    return lambda *arguments: audiostyle(
        "image", "optimize", "a.png", style, "--backbone", model_folder, *QUICK, *arguments
    )


def test_what_is_asked_for_reaches_the_library(optimize, style, model_folder):
    from audiostyle.image import optimize as expected_of

    options = ("--preset", "nnst", "--loss", "gram:2@relu2_1,tv:1e-3", "--start", "noise", "--seed", 3)
    assert optimize(*options, "--style-scale", 0.8).code == 0
    settings = {"preset": "nnst", "loss": "gram:2@relu2_1,tv:1e-3", "start": "noise", "style_scale": 0.8}
    content, other = read_picture("a.png").pixels, read_picture(style).pixels
    quick = {"sizes": (16, 0), "iterations": (2, 1), "backbone": model_folder, "device": "cpu"}
    expected = expected_of(content, other, seed=3, **settings, **quick)
    np.testing.assert_allclose(read_picture("a.optimize.png").pixels, expected, atol=0.51 / 255)


def test_losses_are_told_on_stderr_and_not_where_quiet(optimize):
    result = optimize("--loss", "gram:2,tv:0.5")
    first, second = result.err.splitlines()
    assert (
        first.startswith("audiostyle: 16 pixels, iteration 2 of 2: loss ") and "0.5·TV(F) at input: " in first
    )
    assert second.startswith("audiostyle: 50 pixels, iteration 1 of 1: loss ")
    assert optimize("--quiet", "--overwrite").err == ""


def test_snapshots_are_kept_and_gone_on_from(optimize):
    assert optimize("--snapshots", "kept").code == 0
    assert {path.name for path in Path("kept").iterdir()} == {
        "1-00002.png", "2-00001.png", "last.safetensors",
    }  # fmt: skip
    before = Path("a.optimize.png").read_bytes()
    result = optimize("--snapshots", "kept", "--overwrite")
    assert (result.code, result.err) == (0, "") and Path("a.optimize.png").read_bytes() == before
    other = optimize("--snapshots", "kept", "--overwrite", "--seed", 1)
    assert other.code == 1 and "of other pictures or settings" in other.err


def test_several_contents_have_snapshots_of_their_own(audiostyle, picture, style, model_folder):
    picture("in/a.png", 40, 50), picture("in/b.png", 30, 40)
    arguments = ("in", style, "--backbone", model_folder, *QUICK, "--snapshots", "kept")
    assert audiostyle("image", "optimize", *arguments).code == 0
    assert Path("kept/a/last.safetensors").exists() and Path("kept/b/last.safetensors").exists()


def test_json_is_one_record(optimize):
    record = json.loads(optimize("--json", "--quiet", "--preset", "heitz").out)
    assert (record["method"], record["preset"], record["output"]) == ("optimize", "heitz", "a.optimize.png")
