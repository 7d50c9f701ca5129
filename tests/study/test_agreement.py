"""Krippendorff's alpha: published values, its range, and what does not matter."""

import numpy as np
import pytest

from audiostyle.errors import ShapeError
from audiostyle.study.agreement import compute_alpha

N = float("nan")
PUBLISHED = [  # Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), section D
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]


def test_it_is_what_was_published():
    assert compute_alpha(PUBLISHED) == pytest.approx(0.743, abs=5e-4)
    assert compute_alpha(PUBLISHED, ordered=True) == pytest.approx(0.849, abs=5e-4)


def test_one_mind_is_one_and_chance_is_zero():
    random = np.random.default_rng(0)
    assert compute_alpha(np.tile(random.integers(0, 3, 50), (4, 1))) == 1
    assert compute_alpha(random.integers(0, 3, (30, 400))) == pytest.approx(0, abs=0.01)
    assert compute_alpha(random.standard_normal((30, 400)), ordered=True) == pytest.approx(0, abs=0.01)


def test_neither_names_of_answers_nor_units_of_scales_matter():
    table = np.array(PUBLISHED)
    assert compute_alpha(10 - 3 * table) == pytest.approx(compute_alpha(table))
    assert compute_alpha(10 - 3 * table, ordered=True) == pytest.approx(compute_alpha(table, ordered=True))


def test_without_pairs_or_without_differences_it_is_not_known():
    assert np.isnan(compute_alpha([[1, N], [N, 2]]))
    assert np.isnan(compute_alpha([[1, 1], [1, 1]]))
    with pytest.raises(ShapeError):
        compute_alpha([1, 2])
