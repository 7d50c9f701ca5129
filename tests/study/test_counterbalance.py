"""Nothing is favored: neither a side, nor a place, nor what came before."""

from collections import Counter
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.study.counterbalance import make_williams_rows, take_item_trials, take_pair_trials


@pytest.mark.parametrize("count", range(2, 10))
def test_everything_is_everywhere_and_follows_everything_equally_often(count):
    rows = make_williams_rows(count)
    assert len(rows) == count * (1 + count % 2)
    for place in range(count):
        assert set(Counter(row[place] for row in rows).values()) == {1 + count % 2}
    follows = Counter(pair for row in rows for pair in pairwise(row))
    assert len(follows) == count * (count - 1) and len(set(follows.values())) == 1


@given(st.integers(2, 6), st.integers(1, 6), st.integers(0, 50))
def test_every_pair_on_every_item_with_either_side_once(systems, items, start):
    """From the start of any cycle; a cycle has two blocks for each item."""
    length = systems * (systems - 1) // 2 * items * 2
    trials = take_pair_trials(systems, items, start * length, length)
    wanted = {
        (*sides, i)
        for pair in combinations(range(systems), 2)
        for sides in (pair, pair[::-1])
        for i in range(items)
    }
    assert set(trials) == wanted and len(trials) == len(wanted)


@given(st.integers(2, 5), st.integers(1, 5), st.integers(0, 40), st.integers(0, 40))
def test_stretches_are_parts_of_one_series(systems, items, one, other):
    whole = take_pair_trials(systems, items, 0, one + other)
    assert take_pair_trials(systems, items, 0, one) + take_pair_trials(systems, items, one, other) == whole


@given(st.integers(1, 6), st.integers(2, 5))
def test_versions_of_an_item_are_in_every_order_of_the_square(items, versions):
    rows = make_williams_rows(versions)
    trials = take_item_trials(items, versions, 0, items * len(rows))
    assert Counter(trials) == Counter((item, row) for item in range(items) for row in rows)
