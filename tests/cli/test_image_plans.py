"""Plans of the work on pictures: styles by pairs, and what cannot be paired or does not fit."""

import os
from pathlib import Path

import numpy as np
import pytest

from audiostyle.cli.console import UsageError
from audiostyle.cli.image_plans import check_masks, split_names
from audiostyle.image.io.files import read_picture

METHOD = ("--method", "reinhard")


def mean(path) -> np.ndarray:
    return read_picture(path).pixels.mean(axis=(0, 1))


def test_names_are_split_at_commas():
    assert split_names("a, b,c") == ("a", "b", "c") and split_names(None) is None


@pytest.mark.parametrize(("content", "styles"), [("m.png", None), (None, ["m.png"]), ("m.png", [])])
def test_masks_go_together(content, styles):
    with pytest.raises(UsageError, match="give both or none"):
        check_masks(content, styles)
    assert check_masks("m.png", ["a.png", "b.png"]) == ("m.png", ("a.png", "b.png"))
    assert check_masks(None, None) == (None, ())


def test_pairs_are_pictures_of_one_stem(audiostyle, picture):
    for name in ("a.png", "deep/b.png", "alone.png"):
        picture(f"in/{name}")
    for name, color in (
        ("a.jpg", (0.2, 0.5, 0.7)),
        ("deep/b.jpg", (0.5, 0.2, 0.2)),
        ("left.png", (0, 0, 0)),
    ):
        picture(f"styles/{name}", color=color)
    result = audiostyle("image", "stylize", "in", "styles", "--pairs", *METHOD, "-o", "out")
    assert result.code == 3
    assert "in/alone.png: styles has no picture of that name" in result.err
    assert "styles/left.png: no content has that name; not used" in result.err
    np.testing.assert_allclose(mean("out/a.reinhard.png"), mean("styles/a.jpg"), atol=0.05)
    np.testing.assert_allclose(mean("out/deep/b.reinhard.png"), mean("styles/deep/b.jpg"), atol=0.05)
    assert not Path("out/alone.reinhard.png").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in", "style.jpg"], "style.jpg is not a folder"),
        (["in/a.png", "styles"], "in/a.png is not a folder"),
        (["in", "styles", "styles"], "takes two folders"),
        (["in", "twins"], "have one stem"),
    ],
)
def test_pairs_that_cannot_be_are_refused(audiostyle, picture, style, arguments, message):
    for name in ("in/a.png", "styles/a.jpg", "twins/a.jpg", "twins/a.png"):
        picture(name)
    result = audiostyle("image", "stylize", *arguments, "--pairs", *METHOD)
    assert (result.code, result.err.count("\n")) == (2, 1) and message in result.err


def test_a_style_that_changes_in_its_folder_is_not_taken_for_done(audiostyle, picture):
    picture("in/a.png"), picture("styles/a.png", color=(0.2, 0.5, 0.7))
    words = ("image", "stylize", "in", "styles", "--pairs", *METHOD, "-o", "out", "--ledger", "book")
    assert audiostyle(*words).code == 0
    assert "skipped" in audiostyle(*words).out
    when = os.stat("styles")
    Path("styles/a.png").write_bytes(picture("red.png", 24, color=(0.8, 0.2, 0.2)).read_bytes())
    os.utime("styles", ns=(when.st_atime_ns, when.st_mtime_ns))
    assert "exists already; use --overwrite" in audiostyle(*words).err
