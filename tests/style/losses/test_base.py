"""Sums and means of losses are losses."""

import pytest
import torch
from style_losses import make_map

from audiostyle.errors import ShapeError
from audiostyle.style.losses import INPUT, At, Gram, Mean, TotalVariation, WeightedSum
from audiostyle.style.losses.base import Loss

STYLE, FEATURES = make_map(0, 1, 3, 9), make_map(1, 1, 3, 11)


class Counting(Loss[torch.Tensor]):
    """A loss of 1 that counts how often it was advanced."""

    def __init__(self) -> None:
        self.advanced = 0

    def __call__(self, features):
        return torch.ones(())

    @property
    def formula(self):
        return "1"

    def advance(self, features):
        self.advanced += 1


def test_a_sum_is_the_sum():
    gram, smooth = Gram(STYLE), TotalVariation()
    total = 2 * gram + smooth * 0.5 + gram
    expected = 3 * gram(FEATURES) + 0.5 * smooth(FEATURES)
    torch.testing.assert_close(total(FEATURES), expected)


def test_sums_of_sums_are_flat():
    total = 2 * (3 * Counting() + Counting()) + Counting()
    assert [weight for weight, _ in total.terms] == [6, 2, 1]
    assert repr(total) == "6·1 + 2·1 + 1"


def test_a_sum_as_a_factor_has_brackets():
    class Two(Counting):
        formula = "a + b"

    assert repr(2 * Two()) == "2·(a + b)"


def test_all_terms_are_advanced():
    parts = [Counting() for _ in range(4)]
    loss = 2 * Mean([parts[0], parts[1]]) + parts[2]
    (WeightedSum([(1.0, At({INPUT: loss}))]) + At({INPUT: parts[3]})).advance({INPUT: FEATURES})
    assert [part.advanced for part in parts] == [1, 1, 1, 1]


def test_a_mean_weighs():
    one, other = Gram(STYLE), Gram(2 * STYLE)
    expected = 0.75 * one(FEATURES) + 0.25 * other(FEATURES)
    torch.testing.assert_close(Mean([one, other], [3, 1])(FEATURES), expected)


def test_layers_are_averaged():
    maps = {"a": FEATURES, "b": 2 * FEATURES}
    loss = Gram(STYLE)
    torch.testing.assert_close(At({"a": loss, "b": loss})(maps), (loss(maps["a"]) + loss(maps["b"])) / 2)


def test_a_layer_without_a_map_is_refused():
    with pytest.raises(ShapeError, match="no map of 'relu9_1', only of input"):
        At({"relu9_1": TotalVariation()})({INPUT: FEATURES})


@pytest.mark.parametrize("make", [lambda: WeightedSum([]), lambda: Mean([]), lambda: At({})])
def test_nothing_makes_no_loss(make):
    with pytest.raises(ShapeError, match="at least one"):
        make()
