"""Smoothing a picture along a weighted grid: min Σ ψ ‖x − y‖² + Σ φ ‖x_i − x_j‖² over neighbours i, j.

The minimum solves (Ψ + L) x = Ψ y with the grid's weighted Laplacian L: symmetric, positive definite where
any ψ is positive.  Conjugate gradients, preconditioned by one multigrid V-cycle (Tatebe 1993), need about as
many iterations at any size.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from audiostyle.errors import AudiostyleError

MAX_ITERATIONS = 60
DAMPING = 0.7  # Jacobi's smoother takes away what wavers from pixel to pixel best at ⅔ … ⅘
STIFFNESS = 0.75  # of a coarse edge: blocks bend in jumps, up to twice as stiff as the slopes they stand for


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

    def diagonal(self) -> Tensor:
        """Return the operator's diagonal (H, W); 1 where it is 0, in cells that nothing holds."""
        result = self.anchor.clone()
        result[:, 1:] += self.right
        result[:, :-1] += self.right
        result[1:] += self.down
        result[:-1] += self.down
        return result.where(result > 0, 1)

    def coarser(self) -> "Grid":
        """Return the grid of 2 × 2 blocks: anchors and the edges between blocks add up."""
        rows, columns = self.anchor.shape
        right = pad(self.right, (0, 1 + columns % 2, 0, rows % 2))[:, 1::2][:, : (columns - 1) // 2]
        down = pad(self.down, (0, columns % 2, 0, 1 + rows % 2))[1::2][: (rows - 1) // 2]
        return Grid(
            _block_sums(self.anchor),
            STIFFNESS * (right[::2] + right[1::2]),
            STIFFNESS * (down[:, ::2] + down[:, 1::2]),
        )


def solve(grid: Grid, right_side: Tensor, start: Tensor, tolerance: float = 1e-4) -> Tensor:
    """Solve ``grid(x) = right_side`` for each picture of (N, H, W).

    Args:
        tolerance: of the residual, against that of x = 0, both seen through the preconditioner.

    Raises:
        AudiostyleError: not that near after ``MAX_ITERATIONS``.
    """
    grids = [grid]
    while grids[-1].anchor.numel() > 1:
        grids.append(grids[-1].coarser())
    diagonals = [level.diagonal() for level in grids]
    x, residual = start.clone(), right_side - grid(start)
    enough = tolerance**2 * _inner(right_side, _cycle(grids, diagonals, right_side))
    direction, size = torch.zeros_like(x), torch.full_like(enough, torch.inf)
    tiny = torch.finfo(
        x.dtype
    ).tiny  # what a picture that is solved exactly is divided by, while others are not
    for _ in range(MAX_ITERATIONS):
        improved = _cycle(grids, diagonals, residual)
        previous, size = size, _inner(residual, improved)
        if (size <= enough).all():
            return x
        direction = improved + size / previous.clamp(min=tiny) * direction
        image = grid(direction)
        step = size / _inner(direction, image).clamp(min=tiny)
        x += step * direction
        residual -= step * image
    raise AudiostyleError(
        f"regrain did not converge in {MAX_ITERATIONS} iterations; leave the grain as it is"
    )


def _cycle(grids: list[Grid], diagonals: list[Tensor], right_side: Tensor) -> Tensor:
    """One V-cycle from zero, a symmetric approximation of the inverse; a single cell is solved exactly.

    One sweep of Jacobi's smoother before and one after the coarser grid: more need fewer iterations, but
    more time.
    """
    grid, diagonal = grids[0], diagonals[0]
    if len(grids) == 1:
        return right_side / diagonal
    x = DAMPING * right_side / diagonal
    coarse = _cycle(grids[1:], diagonals[1:], _block_sums(right_side - grid(x)))
    rows, columns = x.shape[-2:]
    x += coarse.repeat_interleave(2, -2).repeat_interleave(2, -1)[..., :rows, :columns]
    return x.add_(DAMPING * (right_side - grid(x)) / diagonal)


def _block_sums(x: Tensor) -> Tensor:
    """(…, H, W) → (…, ⌈H/2⌉, ⌈W/2⌉)."""
    x = pad(x, (0, x.shape[-1] % 2, 0, x.shape[-2] % 2))
    rows = x[..., ::2, :] + x[..., 1::2, :]
    return rows[..., ::2] + rows[..., 1::2]


def _inner(one: Tensor, other: Tensor) -> Tensor:
    """(N, H, W) twice → (N, 1, 1)."""
    return (one * other).sum(dim=(-2, -1), keepdim=True)
