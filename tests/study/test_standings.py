"""Systems in order, and every two of them compared."""

import numpy as np
import pytest

from audiostyle.study.standings import rank_systems


@pytest.fixture
def again():
    return np.random.default_rng(0).normal([0.0, 2.0, 0.1], 0.2, (800, 3))


def test_the_best_comes_first_and_all_pairs_are_there(again):
    found = rank_systems(["a", "b", "c"], np.array([0.0, 2.0, 0.1]), again, 15)
    assert found.systems == ("b", "c", "a") and found.scores == (2.0, 0.1, 0.0)
    assert [(d.one, d.other) for d in found.differences] == [("b", "c"), ("b", "a"), ("c", "a")]
    assert [d.settled for d in found.differences] == [True, True, False]
    assert all(
        low < score < high for low, score, high in zip(found.low, found.scores, found.high, strict=True)
    )


def test_only_what_is_open_needs_more_listeners(again):
    found = rank_systems(["a", "b", "c"], np.array([0.0, 2.0, 0.1]), again, 15)
    assert [d.needed is None for d in found.differences] == [True, True, False]
    assert found.differences[2].needed > 15


def test_one_listener_settles_nothing(again):
    found = rank_systems(["a", "b", "c"], np.array([0.0, 2.0, 0.1]), again, 1)
    assert not any(d.settled for d in found.differences)
