"""From names to a loss: terms are what their classes make, layers, styles and areas are averaged."""

from dataclasses import replace

import pytest
import torch
from style_losses import make_map

from audiostyle.errors import AudiostyleError
from audiostyle.style.losses import (
    INPUT,
    LOSSES,
    Area,
    Gram,
    Ingredients,
    Perceptual,
    TotalVariation,
    compose,
)


def make_maps(seed, dims=2):
    sides = (16, 16) if dims == 2 else (16,)
    return {
        INPUT: make_map(seed, 1, 3, *sides),
        "one": make_map(seed + 1, 1, 4, *sides),
        "two": make_map(seed + 2, 1, 5, *(side // 2 for side in sides)),
    }


STYLE, CONTENT, RESULT = (make_maps(seed) for seed in (0, 10, 20))
MADE = Ingredients([STYLE], CONTENT, style_layers=["one", "two"], content_layers=["two"])


def test_terms_are_what_their_classes_make():
    loss = compose("gram:10,perceptual:2@one,tv:0.5", MADE)
    gram = (Gram(STYLE["one"])(RESULT["one"]) + Gram(STYLE["two"])(RESULT["two"])) / 2
    perceptual = Perceptual(CONTENT["one"])(RESULT["one"])
    smooth = TotalVariation()(RESULT[INPUT])
    torch.testing.assert_close(loss(RESULT), 10 * gram + 2 * perceptual + 0.5 * smooth)


@pytest.mark.parametrize("dims", [1, 2], ids=["sound", "picture"])
@pytest.mark.parametrize(
    "name", [name for name, row in LOSSES.items() if row.source not in ("own", "labels")]
)
def test_every_row_can_be_composed(name, dims):
    style, content, result = (make_maps(seed, dims) for seed in (0, 10, 20))
    loss = compose(name, Ingredients([style], content, ["one", "two"], ["two"]))
    loss.advance(result)
    assert torch.isfinite(loss(result))


def test_styles_are_weighed():
    other = make_maps(30)
    made = replace(MADE, styles=[STYLE, other], weights=[3, 1])
    expected = 0.75 * Gram(STYLE["one"])(RESULT["one"]) + 0.25 * Gram(other["one"])(RESULT["one"])
    torch.testing.assert_close(compose("gram@one", made)(RESULT), expected)


def test_areas_take_their_style_from_areas_and_count_by_their_share():
    left = torch.zeros(16, 16)
    left[:, :4] = 1
    areas = [Area(left, [1 - left], 0.25), Area(1 - left, [left], 0.75)]
    loss = compose("gram@one", replace(MADE, areas=areas))
    own, other = RESULT["one"], STYLE["one"]
    expected = 0.25 * Gram(other[..., 4:])(own[..., :4]) + 0.75 * Gram(other[..., :4])(own[..., 4:])
    torch.testing.assert_close(loss(RESULT), expected)


def test_an_area_that_a_style_lacks_takes_the_others():
    left = torch.zeros(16, 16)
    left[:, :8] = 1
    made = replace(MADE, styles=[STYLE, make_maps(30)], areas=[Area(left, [left, torch.zeros(16, 16)])])
    expected = Gram(STYLE["one"][..., :8])(RESULT["one"][..., :8])
    torch.testing.assert_close(compose("gram@one", made)(RESULT), expected)


def test_semantic_takes_the_areas_as_labels():
    left = torch.zeros(16, 16)
    left[:, :8] = 1
    made = replace(MADE, areas=[Area(left, [left]), Area(1 - left, [1 - left])])
    loss = compose("semantic:size=1:emphasis=100@one", made)
    expected = []
    for part in (slice(8), slice(8, 16)):
        own, other = (maps["one"][0, :, :, part].flatten(1).mT for maps in (RESULT, STYLE))
        expected.append(torch.cdist(own, other).square().min(dim=1).values.mean())
    torch.testing.assert_close(loss(RESULT), (expected[0] + expected[1]) / 2 / 6)


def test_what_is_told_its_own():
    still = torch.zeros(1, 2, 16, 16).double()
    made = replace(MADE, own={"temporal": {"previous": CONTENT[INPUT], "flow": still}})
    expected = (RESULT[INPUT] - CONTENT[INPUT]).square().mean()
    torch.testing.assert_close(compose("temporal", made)(RESULT), expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gram@relu9_9", "loss 'gram': no layer 'relu9_9'; there are input, one, two"),
        ("semantic", "loss 'semantic' needs masks"),
        ("temporal", "made in Python only"),
    ],
)
def test_what_is_missing_is_named(text, message):
    with pytest.raises(AudiostyleError, match=message):
        compose(text, MADE)
