"""Tables against a plain interpolation of tetrahedra, and blending by shares."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.image.grading.table import ColorTable, blend_tables, make_grid


def interpolate_naively(values: np.ndarray, color: np.ndarray) -> np.ndarray:
    """Walk from the cell's lower corner to the upper one, along the largest remainder first."""
    top = len(values) - 1
    place = np.clip(color, 0, 1) * top
    corner = np.minimum(place.astype(int), top - 1)
    rest = place - corner
    for order in permutations(range(3)):
        if all(rest[a] >= rest[b] for a, b in pairwise(order)):
            break
    path = [corner]
    for axis in order:
        path.append(path[-1] + np.eye(3, dtype=int)[axis])
    ordered = rest[list(order)]
    weights = np.concatenate([[1], ordered]) - np.concatenate([ordered, [0]])
    return sum(weight * values[tuple(at)] for weight, at in zip(weights, path, strict=True))


@given(st.integers(0, 999), st.integers(2, 9))
@settings(max_examples=25, deadline=None)
def test_colors_are_interpolated_in_their_tetrahedron(seed, size):
    rng = np.random.default_rng(seed)
    table = ColorTable.from_values(rng.random((size, size, size, 3)))
    colors = rng.uniform(-0.2, 1.2, (40, 3)).astype(np.float32)
    colors[::4, 1] = colors[::4, 0]  # ties
    colors[::8] = colors[::8, :1]
    expected = [interpolate_naively(table.values.astype(float), color.astype(float)) for color in colors]
    np.testing.assert_allclose(table(colors), expected, atol=2e-6)


@given(st.integers(2, 40))
@settings(max_examples=10, deadline=None)
def test_the_grid_itself_changes_nothing(size):
    colors = np.random.default_rng(0).random((7, 9, 3), dtype=np.float32)
    np.testing.assert_allclose(ColorTable.from_values(make_grid(size))(colors), colors, atol=1e-6)


def test_affine_maps_are_exact_in_any_table():
    rng = np.random.default_rng(1)
    matrix, bias = rng.normal(size=(3, 3)), rng.normal(size=3)
    colors = rng.random((50, 3), dtype=np.float32)
    table = ColorTable.from_values(make_grid(5) @ matrix.T + bias)
    np.testing.assert_allclose(table(colors), colors @ matrix.T + bias, atol=1e-5)


def test_grays_stay_gray_where_the_table_keeps_them():
    values = np.random.default_rng(2).random((4, 4, 4, 3))
    for at in range(4):
        values[at, at, at] = at / 3
    grays = np.linspace(0, 1, 30, dtype=np.float32)[:, None].repeat(3, axis=1)
    np.testing.assert_allclose(ColorTable.from_values(values)(grays), grays, atol=1e-6)


@pytest.mark.parametrize("height", [1, 63, 64, 65, 130])
def test_tables_are_blended_by_shares_and_the_rest_stays(height):
    rng = np.random.default_rng(3)
    picture = rng.random((height, 5, 3), dtype=np.float32)
    tables = [ColorTable.from_values(rng.random((3, 3, 3, 3))) for _ in range(2)]
    shares = rng.random((2, height, 5)).astype(np.float32) / 2
    shares[0, 0] = 0
    expected = picture * (1 - shares.sum(axis=0))[..., None]
    expected += sum(table(picture) * share[..., None] for table, share in zip(tables, shares, strict=True))
    np.testing.assert_allclose(blend_tables(tables, picture, shares), expected, atol=1e-5)
