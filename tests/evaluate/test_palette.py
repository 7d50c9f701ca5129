"""Laws of the palette distance, with known colors and assignment as the oracle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from audiostyle.errors import ShapeError
from audiostyle.evaluate import palette_distance
from audiostyle.evaluate.palette import COLORS, find_palette, move_earth, to_lab

SEEDS = st.integers(0, 999)


def paint(seed: int, colors: int = 5, side: int = 20) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.random((colors, 3))[random.integers(0, colors, (side, side))]


def test_known_colors():
    """CIE's values for sRGB's white, black and primaries."""
    known = {
        (1, 1, 1): (100, 0, 0),
        (0, 0, 0): (0, 0, 0),
        (1, 0, 0): (53.24, 80.09, 67.20),
        (0, 0, 1): (32.30, 79.19, -107.86),
    }
    for rgb, lab in known.items():
        np.testing.assert_allclose(to_lab(np.array(rgb, dtype=float)), lab, atol=0.02)


def test_black_and_white_are_a_hundred_apart():
    black, white = np.zeros((4, 4, 3)), np.ones((4, 4, 3))
    with pytest.warns(UserWarning, match="single color"):
        assert palette_distance(black, white) == pytest.approx(100, abs=0.01)


@given(SEEDS, SEEDS)
def test_places_do_not_matter(seed, order):
    picture = paint(seed)
    mixed = np.random.default_rng(order).permutation(picture.reshape(-1, 3)).reshape(picture.shape)
    assert palette_distance(mixed, picture) == pytest.approx(0, abs=1e-6)
    assert palette_distance(mixed[:, ::-1], paint(seed + 1)) == pytest.approx(
        palette_distance(paint(seed + 1), picture)
    )


@given(SEEDS)
def test_a_picture_of_few_colors_has_just_these(seed):
    picture = paint(seed)
    colors, shares = find_palette(picture)
    assert len(colors) == 5 <= COLORS and shares.sum() == pytest.approx(1)
    found = np.abs(to_lab(picture.reshape(-1, 3))[:, None] - colors).sum(axis=2).min(axis=1)
    assert found.max() < 1e-6


@given(SEEDS)
def test_equal_shares_are_moved_as_by_the_best_assignment(seed):
    one, other = np.random.default_rng(seed).random((2, 6, 3))
    cost = np.linalg.norm(one[:, None] - other[None], axis=2)
    expected = cost[linear_sum_assignment(cost)].mean()
    equal = np.full(6, 1 / 6)
    assert move_earth(one, equal, other, equal) == pytest.approx(expected)


def test_half_a_photograph_is_near_to_all_of_it():
    rows = np.linspace(0, 1, 60)[:, None, None] * [0.9, 0.5, 0.2] + np.random.default_rng(0).normal(
        0, 0.05, (60, 60, 3)
    )
    picture = rows.clip(0, 1)
    assert palette_distance(picture[:, ::2], picture) < 5  # groups of other pixels are cut a little elsewhere
    assert palette_distance(1 - picture, picture) > 15


def test_it_is_blind_to_small_areas():
    gray = np.full((50, 50, 3), 0.5) + np.random.default_rng(0).normal(0, 0.01, (50, 50, 3))
    dotted = gray.copy()
    dotted[:3, :3] = [1, 0, 0]
    assert palette_distance(dotted, gray) < 1.5


def test_what_is_no_picture_is_refused():
    with pytest.raises(ShapeError):
        palette_distance(np.ones((3, 3)), paint(0))
