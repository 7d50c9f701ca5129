"""Laws of the art distance: both of its parts, and what it cannot tell apart."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from audiostyle.errors import ShapeError
from audiostyle.evaluate import art_distance
from audiostyle.evaluate.art import measure_parts

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def pictures():
    """Content and style, made small."""
    return [
        np.asarray(Image.open(EXAMPLES / name).convert("RGB").resize((96, 64))) / 255
        for name in ("photo.jpg", "style.jpg")
    ]


def test_the_content_keeps_everything_and_the_style_reaches_everything(pictures):
    content, style = pictures
    kept, reached = measure_parts(content, content, style)
    assert kept == pytest.approx(0, abs=1e-9) and reached > 0.1
    kept, reached = measure_parts(style, content, style)
    assert kept > 0.1 and reached == pytest.approx(0, abs=1e-6)


def test_it_is_the_product_of_its_parts(pictures):
    content, style = pictures
    mixed = 0.5 * content + 0.5 * style
    kept, reached = measure_parts(mixed, content, style)
    assert art_distance(mixed, content, style) == pytest.approx((1 + kept) * (1 + reached))


def test_colors_of_the_style_bring_it_nearer(pictures):
    content, style = pictures
    matched = (content - content.mean((0, 1))) / content.std((0, 1)) * style.std((0, 1)) + style.mean((0, 1))
    assert art_distance(matched.clip(0, 1), content, style) < art_distance(content, content, style)


def test_sizes(pictures):
    content, style = pictures
    with pytest.raises(ShapeError, match="make them alike"):
        art_distance(style[:-2], content, style)
    with pytest.raises(ShapeError, match="16"):
        art_distance(content[:8], content[:8], style)
    assert art_distance(content, content, style[:40, :50]) >= 1
