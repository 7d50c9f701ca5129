"""Smoothing of a picture along a weighted grid: min Σ ψ ‖x − y‖² + Σ φ ‖x_i − x_j‖² over neighbors i, j.

The minimum solves (Ψ + L) x = Ψ y with the grid's weighted Laplacian L, which is symmetric, and positive
definite where any ψ is positive.  Conjugate gradients that are preconditioned by one multigrid V-cycle
(Tatebe 1993) need about as many iterations at any size.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from audiostyle.errors import ConvergenceError
from audiostyle.image.smoothing.cg import conjugate_gradients

MAX_ITERATIONS = 60
DAMPING = 0.7  # Jacobi's smoother removes what wavers from pixel to pixel best at ⅔ … ⅘
STIFFNESS = 0.75  # of a coarse edge: blocks change in jumps, up to twice as stiff as the slopes meant


@dataclass(frozen=True)
class Grid:
    """The operator Ψ + L on pictures (…, H, W).

    Attributes:
        anchor: ψ (H, W), ≥ 0.
        right: φ (H, W − 1), between a pixel and the one to its right.
        down: φ (H − 1, W), between a pixel and the one below.
    """

    anchor: Tensor
    right: Tensor
    down: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """Apply the operator."""
        result = self.anchor * x
        across, along = self.right * x.diff(dim=-1), self.down * x.diff(dim=-2)
        result[..., :, 1:] += across
        result[..., :, :-1] -= across
        result[..., 1:, :] += along
        result[..., :-1, :] -= along
        return result

    def compute_diagonal(self) -> Tensor:
        """Return the operator's diagonal (H, W), with 1 in cells without any weight."""
        result = self.anchor.clone()
        result[:, 1:] += self.right
        result[:, :-1] += self.right
        result[1:] += self.down
        result[:-1] += self.down
        return result.where(result > 0, 1)

    def coarsen(self) -> "Grid":
        """Return the grid of 2 × 2 blocks, where anchors and the edges between blocks add up."""
        rows, columns = self.anchor.shape
        right = pad(self.right, (0, 1 + columns % 2, 0, rows % 2))[:, 1::2][:, : (columns - 1) // 2]
        down = pad(self.down, (0, columns % 2, 0, 1 + rows % 2))[1::2][: (rows - 1) // 2]
        return Grid(
            _sum_blocks(self.anchor),
            STIFFNESS * (right[::2] + right[1::2]),
            STIFFNESS * (down[:, ::2] + down[:, 1::2]),
        )


class GridState:
    """The vectors of an iteration on Ψ + L, as `audiostyle.image.smoothing.cg` uses them.

    Args:
        grid: the operator.
        right_side: (N, H, W).
        start: (N, H, W), where to start; it is left alone.
        tolerance: of the residual, against that of x = 0, both as the preconditioner sees them.
    """

    def __init__(self, grid: Grid, right_side: Tensor, start: Tensor, tolerance: float) -> None:
        grids = [grid]
        while grids[-1].anchor.numel() > 1:
            grids.append(grids[-1].coarsen())
        self.grids, self.diagonals = grids, [level.compute_diagonal() for level in grids]
        self.x, self.r = start.clone(), right_side - grid(start)
        self.p = self.q = self.z = torch.zeros_like(self.x)  # replaced before they are used
        self.enough = tolerance**2 * _dot(right_side, _run_cycle(grids, self.diagonals, right_side))

    def advance(self, step: Tensor | None) -> bool:
        if step is not None:
            self.x += step * self.p
            self.r -= step * self.q
        return False  # the residual as the preconditioner sees it decides

    def precondition(self) -> Tensor:
        self.z = _run_cycle(self.grids, self.diagonals, self.r)
        return _dot(self.r, self.z)

    def is_solved(self, rz: Tensor) -> bool:
        return bool((rz <= self.enough).all())

    def turn(self, factor: Tensor | None) -> None:
        self.p = self.z if factor is None else self.z + factor * self.p

    def multiply(self) -> Tensor:
        self.q = self.grids[0](self.p)
        return _dot(self.p, self.q)

    def divide(self, above: Tensor, below: Tensor) -> Tensor:
        return above / below.clamp(min=torch.finfo(below.dtype).tiny)


def solve_grid(grid: Grid, right_side: Tensor, start: Tensor, tolerance: float = 1e-4) -> Tensor:
    """Solve ``grid(x) = right_side`` for each picture of (N, H, W).

    Args:
        grid: the operator Ψ + L.
        right_side: (N, H, W).
        start: (N, H, W), an estimate of the solution.
        tolerance: of the residual, against that of x = 0, both as the preconditioner sees them.

    Returns:
        x, (N, H, W).

    Raises:
        ConvergenceError: x is not that near after ``MAX_ITERATIONS``.
    """
    state = GridState(grid, right_side, start, tolerance)
    if conjugate_gradients(state, MAX_ITERATIONS) is None:
        raise ConvergenceError(
            f"regrain did not converge in {MAX_ITERATIONS} iterations; leave the grain as it is"
        )
    return state.x


def _run_cycle(grids: list[Grid], diagonals: list[Tensor], right_side: Tensor) -> Tensor:
    """Run one V-cycle from zero, a symmetric approximation of the inverse; a single cell is solved exactly.

    There is one sweep of Jacobi's smoother before and one after the coarser grid: more sweeps need fewer
    iterations, but more time.
    """
    grid, diagonal = grids[0], diagonals[0]
    if len(grids) == 1:
        return right_side / diagonal
    x = DAMPING * right_side / diagonal
    coarse = _run_cycle(grids[1:], diagonals[1:], _sum_blocks(right_side - grid(x)))
    rows, columns = x.shape[-2:]
    x += coarse.repeat_interleave(2, -2).repeat_interleave(2, -1)[..., :rows, :columns]
    return x.add_(DAMPING * (right_side - grid(x)) / diagonal)


def _sum_blocks(x: Tensor) -> Tensor:
    """Add up blocks of 2 × 2: (…, H, W) → (…, ⌈H/2⌉, ⌈W/2⌉)."""
    x = pad(x, (0, x.shape[-1] % 2, 0, x.shape[-2] % 2))
    rows = x[..., ::2, :] + x[..., 1::2, :]
    return rows[..., ::2] + rows[..., 1::2]


def _dot(one: Tensor, other: Tensor) -> Tensor:
    """Return the inner products of pictures (N, H, W) with others, (N, 1, 1)."""
    return (one * other).sum(dim=(-2, -1), keepdim=True)
