"""The picture of an evaluation."""

import pytest
from PIL import Image

from audiostyle.errors import AudiostyleError
from audiostyle.evaluate.corpora import Scores
from audiostyle.evaluate.intervals import Estimate
from audiostyle.evaluate.plots import draw_scores

SCORES = Scores(
    {},
    {name: {"a$b": Estimate(1, 0.5, 2, 9), "c": Estimate(3, 2, 4, 9)} for name in ("lsd", "fad", "chroma")},
    {},
    (),
    {},
)


def test_every_measure_is_drawn(tmp_path):
    draw_scores(SCORES, tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.width > 800 and picture.height > 300
    draw_scores(SCORES, tmp_path / "a.svg")
    assert "<svg" in (tmp_path / "a.svg").read_text()


def test_other_suffixes_are_refused(tmp_path):
    with pytest.raises(AudiostyleError, match="PNG or an SVG"):
        draw_scores(SCORES, tmp_path / "a.pdf")
