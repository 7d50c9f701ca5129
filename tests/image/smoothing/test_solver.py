"""A solution in strips agrees with one in one piece, within the memory that is allowed."""

import numpy as np
import pytest

from audiostyle.errors import AudiostyleError
from audiostyle.image.smoothing import solver
from audiostyle.image.smoothing.affinity import compute_gaussian_planes
from audiostyle.image.smoothing.solver import SmoothingProblem, solve_smoothing


@pytest.fixture
def problem() -> SmoothingProblem:
    guide, image = np.random.default_rng(0).random((2, 150, 20, 3))
    return SmoothingProblem(guide, image, compute_gaussian_planes, 0.9, 1e-5, "random-walk")


def test_rows_are_cropped_from_guide_and_image(problem):
    part = problem.crop_rows(10, 30)
    np.testing.assert_array_equal(part.guide, problem.guide[10:30])
    np.testing.assert_array_equal(part.image, problem.image[10:30])
    assert (part.alpha, part.tolerance, part.normalization) == (0.9, 1e-5, "random-walk")


def test_strips_agree_with_one_piece(problem, monkeypatch):
    monkeypatch.setattr(solver, "OVERLAP", 16)
    whole = solve_smoothing(problem, 1.0)
    strips = solve_smoothing(problem, 26 * solver.BYTES_PER_PIXEL * 110 / 1e9)
    assert whole.strips == 1 < strips.strips
    assert max(whole.residual, strips.residual) <= problem.tolerance
    np.testing.assert_allclose(strips.image, whole.image, atol=1e-3)


def test_memory_for_no_strip_is_an_error_that_names_enough(problem):
    with pytest.raises(AudiostyleError, match=r"a memory limit of 0\.01 GB, not 1e-06; raise it or use"):
        solve_smoothing(problem, 1e-6)
    assert solve_smoothing(problem, 0.01).residual <= problem.tolerance
