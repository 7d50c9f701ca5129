"""Rows are covered once, and results come in order."""

from hypothesis import given
from hypothesis import strategies as st

from audiostyle.image.smoothing.parallel import map_ranges, split_rows


@given(st.integers(0, 500), st.integers(1, 80))
def test_every_row_is_in_one_range_of_at_most_the_height(rows, height):
    ranges = split_rows(rows, height)
    assert [row for first, last in ranges for row in range(first, last)] == list(range(rows))
    assert all(0 < last - first <= height for first, last in ranges)


@given(st.integers(0, 300))
def test_results_are_in_the_order_of_the_ranges(rows):
    ranges = split_rows(rows)
    assert map_ranges(lambda first, last: (first, last), ranges) == ranges
