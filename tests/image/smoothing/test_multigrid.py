"""The multigrid solver against a direct one; laws of the solution."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from audiostyle.errors import ConvergenceError
from audiostyle.image.smoothing import multigrid
from audiostyle.image.smoothing.multigrid import Grid, solve_grid

SIZES = st.tuples(st.integers(1, 12), st.integers(1, 12))


def random_grid(seed: int, height: int, width: int) -> Grid:
    """Weights over four decades, in double precision."""
    random = torch.Generator().manual_seed(seed)

    def weights(*size: int) -> torch.Tensor:
        return 10 ** (4 * torch.rand(*size, generator=random, dtype=torch.float64) - 2)

    return Grid(weights(height, width), weights(height, width - 1), weights(height - 1, width))


def pictures(seed: int, *size: int) -> torch.Tensor:
    return torch.rand(*size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def dense(grid: Grid) -> np.ndarray:
    """The operator as a matrix, column by column from its energy's definition."""
    height, width = grid.anchor.shape
    matrix = np.diag(grid.anchor.numpy().ravel())
    pixels = np.arange(height * width).reshape(height, width)
    for weights, one, other in (
        (grid.right, pixels[:, :-1], pixels[:, 1:]),
        (grid.down, pixels[:-1], pixels[1:]),
    ):
        for weight, i, j in zip(weights.numpy().ravel(), one.ravel(), other.ravel(), strict=True):
            matrix[[i, j], [i, j]] += weight
            matrix[[i, j], [j, i]] -= weight
    return matrix


@given(st.integers(0, 99), SIZES)
@settings(max_examples=30, deadline=None)
def test_operator_and_diagonal_are_those_of_the_energy(seed, size):
    grid, x = random_grid(seed, *size), pictures(seed, 2, *size)
    expected = x.flatten(1).numpy() @ dense(grid)
    np.testing.assert_allclose(grid(x).flatten(1), expected, atol=1e-9)
    np.testing.assert_allclose(grid.compute_diagonal().flatten(), np.diag(dense(grid)))


@given(st.integers(0, 99), SIZES)
@settings(max_examples=30, deadline=None)
def test_solves_as_a_direct_solver_does(seed, size):
    grid, y = random_grid(seed, *size), pictures(seed, 2, *size)
    found = solve_grid(grid, grid.anchor * y, torch.zeros_like(y), tolerance=1e-9)
    expected = np.linalg.solve(dense(grid), (grid.anchor * y).flatten(1).numpy().T).T
    np.testing.assert_allclose(found.flatten(1), expected, atol=1e-6)


@given(st.integers(0, 99), SIZES)
@settings(max_examples=30, deadline=None)
def test_the_coarser_grid_is_the_finer_one_seen_in_blocks(seed, size):
    """Energies of block-wise constant pictures agree, the edges' up to the stiffness that is taken out."""
    grid = random_grid(seed, *size)
    coarse = grid.coarsen()
    blocks = pictures(seed, *coarse.anchor.shape)
    x = blocks.repeat_interleave(2, 0).repeat_interleave(2, 1)[: size[0], : size[1]]
    assert (coarse.anchor * blocks).sum() == pytest.approx((grid.anchor * x).sum().item())
    loose = Grid(torch.zeros_like(grid.anchor), grid.right, grid.down)
    loose_coarse = Grid(torch.zeros_like(coarse.anchor), coarse.right, coarse.down)
    energy = (blocks * loose_coarse(blocks)).sum() / multigrid.STIFFNESS
    assert energy == pytest.approx((x * loose(x)).sum().item(), abs=1e-9)


def test_constants_are_kept_and_a_solved_problem_stays():
    grid = random_grid(0, 9, 7)
    constant = torch.full((3, 9, 7), 0.4, dtype=torch.float64)
    torch.testing.assert_close(solve_grid(grid, grid.anchor * constant, constant), constant)


@given(st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_no_new_extremes(seed):
    """Every value is an average of the given ones."""
    grid, y = random_grid(seed, 10, 11), pictures(seed, 1, 10, 11)
    x = solve_grid(grid, grid.anchor * y, y, tolerance=1e-9)
    assert y.min() - 1e-6 <= x.min() and x.max() <= y.max() + 1e-6


def test_not_converging_is_an_error(monkeypatch):
    monkeypatch.setattr(multigrid, "MAX_ITERATIONS", 1)
    grid, y = random_grid(0, 9, 7), pictures(0, 1, 9, 7)
    with pytest.raises(ConvergenceError, match="did not converge in 1 iterations"):
        solve_grid(grid, grid.anchor * y, torch.zeros_like(y))


@given(hnp.arrays(np.float32, (3, 8, 8), elements=st.floats(0, 1, width=32)))
@settings(max_examples=20, deadline=None)
def test_no_nan_whatever_is_given(picture):
    """Channels that are zero, constant or solved from the start divide nothing by zero."""
    grid, y = random_grid(1, 8, 8), torch.from_numpy(picture).double()
    assert torch.isfinite(solve_grid(grid, grid.anchor * y, y)).all()
