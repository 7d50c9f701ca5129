"""Weights of styles sum to 1 and keep their proportions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.style.weights import normalize_weights

WEIGHTS = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=6)


@given(WEIGHTS, st.floats(1e-3, 1e3))
def test_sum_is_one_and_only_proportions_count(weights, factor):
    normalized = normalize_weights(weights, len(weights))
    assert sum(normalized) == pytest.approx(1)
    assert normalized == pytest.approx([weight / sum(weights) for weight in weights])
    assert normalized == pytest.approx(normalize_weights([factor * w for w in weights], len(weights)))


@given(st.integers(1, 9))
def test_without_weights_all_styles_count_alike(count):
    assert normalize_weights(None, count) == [1 / count] * count


@pytest.mark.parametrize(
    "weights",
    [
        [],
        [1.0],
        [1, 2, 3],
        [1, 0],
        [1, -1],
        [1, float("nan")],
        [1, float("inf")],
        "12",
        2,
        {1: 1, 2: 1},
        [1, "1"],
    ],
)
def test_what_does_not_weigh_two_styles_is_an_error(weights):
    with pytest.raises(ShapeError, match=r"2 style\(s\) need as many positive weights"):
        normalize_weights(weights, 2)
