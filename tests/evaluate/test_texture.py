"""Laws of the Gram distance."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.evaluate import gram_distance
from audiostyle.evaluate.texture import evaluate

SEEDS = st.integers(0, 999)


def make_maps(seed: int, height: int = 5, width: int = 6) -> list[torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    return [torch.rand(1, channels, height, width, generator=random) for channels in (3, 4)]


@given(SEEDS, SEEDS)
@settings(max_examples=20, deadline=None)
def test_zero_for_the_same_features_wherever_they_lie(seed, order):
    features = make_maps(seed)
    places = torch.randperm(30, generator=torch.Generator().manual_seed(order))
    shuffled = [layer.flatten(2)[..., places] for layer in features]
    assert gram_distance(shuffled, features) == pytest.approx(0, abs=1e-12)


@given(SEEDS, st.floats(0.1, 3))
@settings(max_examples=20, deadline=None)
def test_scaling_features_by_s_is_at_s_squared_minus_one(seed, scale):
    features = make_maps(seed)
    louder = [layer.double() * scale for layer in features]
    assert gram_distance(louder, features) == pytest.approx(abs(scale**2 - 1), abs=1e-6)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_repeating_a_texture_changes_nothing(seed):
    tiled = [layer.repeat(1, 1, 2, 3) for layer in make_maps(seed)]
    assert gram_distance(tiled, make_maps(seed)) == pytest.approx(0, abs=1e-9)


def test_layers_are_averaged():
    one, other = make_maps(0), make_maps(1)
    each = [gram_distance([a], [b]) for a, b in zip(one, other, strict=True)]
    assert evaluate(one, other) == {"gram_distance": pytest.approx(sum(each) / 2)}


def test_zeros_are_at_one_and_warn_in_the_style():
    features, nothing = make_maps(0), [torch.zeros_like(layer) for layer in make_maps(0)]
    assert gram_distance(nothing, features) == pytest.approx(1)
    with pytest.warns(UserWarning, match="layer 1 of style is zero"):
        assert gram_distance(features, nothing) == pytest.approx(1)
    with pytest.warns(UserWarning, match="layer 2 of style is zero"):
        assert gram_distance(nothing, nothing) == 0


@pytest.mark.parametrize(
    ("result", "style", "message"),
    [
        ([], [], "result has 0 layers, style 0"),
        (make_maps(0)[:1], make_maps(0), "result has 1 layers, style 2"),
        ([torch.ones(3, 4)], [torch.ones(1, 3, 4)], r"layer 1 of result must have shape .* got \(3, 4\)"),
        ([torch.ones(1, 3, 4)], [torch.ones(1, 3, 0)], "layer 1 of style must have shape"),
        ([torch.ones(1, 3, 4)], [torch.full((1, 3, 4), torch.nan)], "layer 1 of style holds NaN"),
        ([torch.ones(1, 3, 4)], [torch.ones(1, 2, 4)], "3 channels in result, 2 in style; use one network"),
    ],
)
def test_malformed_features_are_named(result, style, message):
    with pytest.raises(ShapeError, match=message):
        gram_distance(result, style)
