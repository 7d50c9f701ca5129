"""Which part of a content's detail a result shows: all, none, what cannot be told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.video.detail import EPSILON, WINDOW, find_share


def make_noise(seed: int = 0, deviation: float = 0.3) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0.5, deviation, (24, 32, 3))
    return noise.astype(np.float32)


def find_naively(content: np.ndarray, result: np.ndarray, row: int, column: int) -> float:
    """Return the least-squares slope of one window, held down by EPSILON."""
    reach = WINDOW // 2
    place = slice(row - reach, row + reach + 1), slice(column - reach, column + reach + 1)
    one, other = (picture[place].astype(np.float64) for picture in (content, result))
    one, other = (each - each.mean(axis=(0, 1)) for each in (one, other))
    share = (one * other).mean(axis=(0, 1)).sum() / ((one * one).mean(axis=(0, 1)).sum() + 3 * EPSILON)
    return float(np.clip(share, 0, 1))


def test_it_is_the_slope_of_every_window():
    content, result = make_noise(0), 0.6 * make_noise(0) + 0.2 * make_noise(1)
    share = find_share(content, result)
    for row, column in [(2, 2), (10, 20), (21, 29)]:
        assert share[row, column] == pytest.approx(find_naively(content, result, row, column), abs=1e-4)


@settings(max_examples=10, deadline=None)
@given(gain=st.floats(-1, 2), offset=st.floats(-1, 1))
def test_it_is_the_gain_of_an_affine_result(gain, offset):
    content = make_noise()
    share = find_share(content, np.float32(gain) * content + np.float32(offset))
    np.testing.assert_allclose(share, np.clip(gain, 0, 1), atol=0.16)


def test_of_what_is_flat_nothing_is_shown():
    flat = np.full((24, 32, 3), 0.5, np.float32)
    assert find_share(flat, flat).max() == 0
    grain = make_noise(deviation=1.5 / 255)
    assert find_share(grain, grain).max() < 0.05


def test_of_another_picture_little_is_shown():
    assert find_share(make_noise(0), make_noise(1)).mean() < 0.15
