"""The fused steps against plain ones, and the whole iteration against a direct solver."""

import numpy as np
import pytest

from audiostyle.errors import ConvergenceError
from audiostyle.image.smoothing import kernels
from audiostyle.image.smoothing.affinity import compute_gaussian_planes
from audiostyle.image.smoothing.cholesky import factorize
from audiostyle.image.smoothing.kernels import StencilState, solve_stencil
from audiostyle.image.smoothing.stencil import add_border, crop_border, to_sparse
from audiostyle.image.smoothing.system import normalize


@pytest.fixture
def system() -> tuple[np.ndarray, np.ndarray]:
    """The planes of I − αS for 70 × 9 pixels, and right-hand sides (3, H + 2 PAD, W + 2 PAD)."""
    guide, image = np.random.default_rng(0).random((2, 70, 9, 3))
    planes = compute_gaussian_planes(guide)
    normalize(planes, 0.99)
    return planes, add_border(image)


def test_the_solution_is_that_of_a_direct_solve(system):
    from scipy.sparse.linalg import spsolve

    planes, b = system
    x, r = np.zeros_like(b), b.copy()
    goal = 1e-10 * np.ones(3)
    assert solve_stencil(planes, factorize(planes), x, r, goal) > 0
    sides = np.moveaxis(crop_border(b), 0, 2).reshape(-1, 3)
    expected = spsolve(to_sparse(planes).tocsc(), sides).reshape(70, 9, 3)
    np.testing.assert_allclose(np.moveaxis(crop_border(x), 0, 2), expected, atol=1e-8)
    assert (np.sqrt(np.einsum("cyx,cyx->c", r, r)) <= goal).all()


def test_each_step_is_that_of_the_textbook(system):
    planes, b = system
    rng = np.random.default_rng(1)
    state = StencilState(planes, factorize(planes), np.zeros_like(b), b.copy(), np.zeros(3))
    state.p, state.q = (add_border(rng.random((70, 9, 3))) for _ in range(2))
    step, (p, q) = rng.random(3), (state.p.copy(), state.q.copy())
    assert not state.advance(step)
    np.testing.assert_allclose(state.x, step[:, None, None] * p)
    np.testing.assert_allclose(state.r, b - step[:, None, None] * q, atol=1e-15)
    np.testing.assert_allclose(state.norm, np.sqrt((state.r**2).sum((1, 2))))
    np.testing.assert_allclose(state.precondition(), (state.r * state.z).sum((1, 2)))
    state.turn(step)
    np.testing.assert_allclose(state.p, state.z + step[:, None, None] * p)
    np.testing.assert_allclose(state.multiply(), (state.p * state.q).sum((1, 2)))
    np.testing.assert_array_equal(
        state.divide(np.array([1.0, 0.0, 2.0]), np.array([2.0, 0.0, 4.0])), [0.5, 0, 0.5]
    )


def test_too_few_iterations_are_an_error_that_says_how_much_is_missing(system, monkeypatch):
    planes, b = system
    monkeypatch.setattr(kernels, "MAX_ITERATIONS", 1)
    with pytest.raises(ConvergenceError, match="times the tolerance after 1 iterations"):
        solve_stencil(planes, factorize(planes), np.zeros_like(b), b.copy(), 1e-9 * np.ones(3))
