"""The loop that finds where a loss is smallest: the core of every style transfer by optimization."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.progress import Progress

_HISTORY = 20  # pairs of steps and gradients that L-BFGS remembers
_EVALUATIONS = 4  # of the loss in an iteration, at most, on average; a line search mostly needs one or two
_UNCHANGED = 1e-9  # change of the loss below which the optimization ends


@dataclass(frozen=True)
class OptimizationResult:
    """The outcome of an optimization.

    Attributes:
        point: the best point that was visited, a tensor of the shape (…) of the start.
        losses: the losses of all evaluations, in order.

    Example:
        >>> OptimizationResult(torch.zeros(2), [3.0, 1.0, 2.0]).loss
        1.0
    """

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
    progress: Progress | None = None,
) -> OptimizationResult:
    """Minimize a loss by L-BFGS with line searches by the strong Wolfe conditions.

    See Nocedal & Wright, "Numerical optimization", chapters 3 and 7.

    Args:
        objective: from a tensor like ``start`` to its loss, a scalar that can be differentiated.
        start: where to start, of any shape; it is not changed.
        iterations: greatest number of iterations; fewer are made where the loss changes by less than 1e-9.
        progress: called with the share that is done, out of 1.

    Returns:
        The best point, of the shape of ``start``, and all losses.

    Example:
        >>> found = minimize(lambda x: (x - 3).square().sum(), torch.zeros(2), iterations=10)
        >>> found.point.tolist()
        [3.0, 3.0]
    """
    point = start.detach().clone(memory_format=torch.contiguous_format).requires_grad_(True)
    losses: list[float] = []
    best = point.detach().clone()
    optimizer = torch.optim.LBFGS(
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
        optimizer.zero_grad()
        loss = objective(point)
        loss.backward()
        value = float(loss.detach())
        if not losses or value < min(losses):
            best = point.detach().clone()
        losses.append(value)
        if progress:
            progress(min(1.0, optimizer.state[point].get("n_iter", 0) / iterations), 1.0)
        return loss

    if iterations:
        optimizer.step(evaluate)
    return OptimizationResult(best, losses)
