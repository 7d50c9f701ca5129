"""Every picture is on the sheet under its name, whatever its size."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.image.sheet import make_sheet

COLORS = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [0, 1, 1]], np.float32)


def plain(height: int, width: int, color: np.ndarray) -> np.ndarray:
    return np.full((height, width, 3), color, np.float32)


def area(paper: np.ndarray, color: np.ndarray) -> int:
    return int((np.abs(paper - color) < 1 / 255).all(axis=2).sum())


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(1, 400)), min_size=1, max_size=5), st.integers(1, 5)
)
def test_each_picture_is_there_with_its_proportions(sizes, columns):
    panels = [(str(n), plain(*size, COLORS[n])) for n, size in enumerate(sizes)]
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    paper = make_sheet(rows, side=200)
    assert paper.dtype == np.float32 and paper.min() >= 0 and paper.max() <= 1
    for n, (height, width) in enumerate(sizes):
        longest = max(height, width)
        times, over = (96 // longest, 1) if longest <= 96 else (min(200, longest), longest)
        expected = max(1, round(height * times / over)) * max(1, round(width * times / over))
        assert area(paper, COLORS[n]) == expected


@pytest.mark.parametrize("size", [(1, 1), (3, 5000), (5000, 3)])
def test_odd_sizes_can_be_seen(size):
    assert area(make_sheet([[("odd", plain(*size, COLORS[0]))]]), COLORS[0]) >= 96


def test_a_name_is_written_above_its_picture_and_has_room():
    with_name = make_sheet([[("a name that is much wider than its picture", plain(100, 100, COLORS[0]))]])
    without = make_sheet([[("", plain(100, 100, COLORS[0]))]])
    assert with_name.shape[0] == without.shape[0] and with_name.shape[1] > without.shape[1]
    assert (with_name[:30] < 0.2).any() and not (without[:30] < 0.2).any()


def test_columns_are_as_wide_as_they_need_and_rows_may_be_of_any_length():
    wide, narrow, below = (
        plain(100, 300, COLORS[0]),
        plain(100, 100, COLORS[1]),
        plain(100, 100, COLORS[2]),
    )
    paper = make_sheet([[("wide", wide), ("narrow", narrow)], [("below", below)]])
    corners = [np.argwhere((paper == COLORS[n]).all(axis=2)).min(axis=0) for n in range(3)]
    assert corners[0][0] == corners[1][0] < corners[2][0]
    assert corners[0][1] == corners[2][1] == corners[1][1] - 300 - 12
    assert paper.shape[1] == 12 + 300 + 12 + 100 + 12
