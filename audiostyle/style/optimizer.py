"""Finding the map that a loss is smallest at: the loop of every optimising style transfer."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

_HISTORY = 20  # pairs of steps and gradients that L-BFGS remembers
_EVALUATIONS = 4  # an iteration, at most, on average: a line search mostly needs one or two
_UNCHANGED = 1e-9


@dataclass(frozen=True)
class OptimizationResult:
    """The best ``point`` that was visited, and the ``losses`` of all evaluations, in order."""

    point: Tensor
    losses: list[float]

    @property
    def loss(self) -> float:
        """The loss at ``point``."""
        return min(self.losses)


def minimize(
    objective: Callable[[Tensor], Tensor],
    start: Tensor,
    *,
    iterations: int,
    progress: Callable[[float], None] | None = None,
) -> OptimizationResult:
    """L-BFGS with line searches by Wolfe's conditions (Nocedal & Wright, "Numerical optimization", ch. 7).

    Args:
        objective: from a tensor like ``start`` to a number.
        iterations: at most so many; it ends sooner where the loss changes by less than 1e-9.
        progress: called with the share that is done, in [0, 1].
    """
    point = start.detach().clone(memory_format=torch.contiguous_format).requires_grad_(True)
    losses: list[float] = []
    best = point.detach().clone()
    optimiser = torch.optim.LBFGS(
        [point],
        max_iter=iterations,
        max_eval=_EVALUATIONS * iterations,
        history_size=_HISTORY,
        line_search_fn="strong_wolfe",
        tolerance_grad=0.0,
        tolerance_change=_UNCHANGED,
    )

    def evaluate() -> Tensor:
        nonlocal best
        optimiser.zero_grad()
        loss = objective(point)
        loss.backward()
        value = float(loss.detach())
        if not losses or value < min(losses):
            best = point.detach().clone()
        losses.append(value)
        if progress:
            progress(min(1.0, optimiser.state[point].get("n_iter", 0) / iterations))
        return loss

    if iterations:
        optimiser.step(evaluate)
    return OptimizationResult(best, losses)
