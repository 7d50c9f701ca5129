"""Descent on a loss of feature maps, in rounds between which the loss may change and snapshots are taken.

Within a round the loss is a fixed function, as line searches need it.  Between two rounds losses draw, match
and train anew (:meth:`~audiostyle.style.losses.base.Loss.advance`), and L-BFGS forgets what it has learned of
the function.  So a state between rounds is all there is: from it a descent goes on exactly.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import torch
from torch import Tensor

from audiostyle.checks import check_count, check_number
from audiostyle.errors import AudiostyleError, ConvergenceError
from audiostyle.style.losses.base import Loss, Maps

Optimizer = Literal["lbfgs", "adam"]
"""L-BFGS with line searches by the strong Wolfe conditions, or Adam."""

RATES: Mapping[str, float] = {"lbfgs": 1.0, "adam": 0.02}
"""Step lengths, of the range of a picture for Adam."""

_HISTORY = 20  # pairs of steps and gradients that L-BFGS remembers
_REMEMBERED = 2e8  # numbers in all of these pairs, above which it remembers fewer
_GROWTH = 10.0  # of the loss, above which nothing good will come
_SMALLEST = 1e-30  # loss that is divided by
_EVALUATIONS = 1.25  # of the loss in an iteration, at most, on average over a round


@dataclass(frozen=True)
class Settings:
    """How to descend.

    Attributes:
        iterations: steps of the optimizer.
        optimizer: which one.
        rate: length of steps; None: that of :data:`RATES`.
        round: iterations between which the loss is advanced.

    Example:
        >>> Settings(iterations=100, optimizer="newton")
        Traceback (most recent call last):
        audiostyle.errors.AudiostyleError: optimizer must be lbfgs or adam, not 'newton'
    """

    iterations: int
    optimizer: Optimizer = "lbfgs"
    rate: float | None = None
    round: int = 25

    def __post_init__(self) -> None:
        check_count("iterations", self.iterations, 0)
        check_count("round", self.round, 1)
        if self.optimizer not in get_args(Optimizer):
            raise AudiostyleError(f"optimizer must be lbfgs or adam, not {self.optimizer!r}")
        if self.rate is not None:
            check_number("rate", self.rate, 0, above=True)

    @property
    def step(self) -> float:
        """The length of steps."""
        return RATES[self.optimizer] if self.rate is None else self.rate


@dataclass(frozen=True)
class DescentState:
    """Where a descent is between two rounds.

    Attributes:
        point: what is optimized.
        iteration: how many were made.
        value: the loss at the last evaluation; infinite before the first.
        extra: what the optimizer and the loss remember, by name.
    """

    point: Tensor
    iteration: int = 0
    value: float = math.inf
    extra: Mapping[str, Tensor] = field(default_factory=dict)


def descend(
    loss: Loss[Maps],
    extract: Callable[[Tensor], Maps],
    state: DescentState,
    settings: Settings,
    *,
    on_round: Callable[[DescentState], None] | None = None,
    on_step: Callable[[int, float], None] | None = None,
) -> DescentState:
    """Descend from a state to the last iteration.

    Args:
        loss: of feature maps.
        extract: computes the maps of a point, which can be differentiated.
        state: where to begin or go on.
        settings: how.
        on_round: told the state after every round; snapshots are taken there.
        on_step: told the iteration and the loss at every evaluation; what it raises ends the descent.

    Returns:
        The last state.

    Raises:
        ConvergenceError: the loss is no longer a number, or ten times what it began with; the states until
            then were told.

    Example:
        >>> from audiostyle.style.losses import At, Perceptual
        >>> loss = At({"input": Perceptual(torch.full((1, 1, 4), 3.0))})
        >>> found = descend(
        ...     loss, lambda x: {"input": x}, DescentState(torch.zeros(1, 1, 4)), Settings(iterations=10)
        ... )
        >>> found.iteration, [round(value, 3) for value in found.point.flatten().tolist()]
        (10, [3.0, 3.0, 3.0, 3.0])
    """
    loss_state = {
        name.removeprefix("loss."): value for name, value in state.extra.items() if name.startswith("loss.")
    }
    if loss_state:
        loss.set_state(loss_state)
    while state.iteration < settings.iterations:
        with torch.no_grad():
            loss.advance(extract(state.point))
        state = _Round(loss, extract, state, settings, on_step).run()
        if on_round:
            on_round(state)
    return state


class _Round:
    """One round: the optimizer, and the watch over the loss."""

    def __init__(
        self,
        loss: Loss[Maps],
        extract: Callable[[Tensor], Maps],
        state: DescentState,
        settings: Settings,
        on_step: Callable[[int, float], None] | None,
    ) -> None:
        self.loss, self.extract, self.state, self.settings = loss, extract, state, settings
        self.on_step = on_step
        self.steps = min(settings.round, settings.iterations - state.iteration)
        self.point = state.point.detach().clone(memory_format=torch.contiguous_format).requires_grad_(True)
        self.values: list[float] = []
        known = state.extra.get("first")
        self.first = None if known is None else float(known)
        self.best, self.best_value = self.point.detach().clone(), math.inf
        self.done = 0

    def run(self) -> DescentState:
        """Make the round's iterations; return the state after it."""
        extra = self._run_lbfgs() if self.settings.optimizer == "lbfgs" else self._run_adam()
        extra["first"] = torch.tensor(self.first, dtype=torch.float64)
        extra |= {f"loss.{name}": value for name, value in self.loss.get_state().items()}
        point = self.best if self.settings.optimizer == "lbfgs" else self.point.detach()
        value = self.best_value if self.settings.optimizer == "lbfgs" else self.values[-1]
        return DescentState(point, self.state.iteration + self.steps, value, extra)

    def _run_lbfgs(self) -> dict[str, Tensor]:
        optimizer = torch.optim.LBFGS(
            [self.point],
            lr=self.settings.step,
            max_iter=self.steps,
            max_eval=math.ceil(_EVALUATIONS * self.steps) + 1,
            history_size=max(3, min(_HISTORY, int(_REMEMBERED / (2 * self.point.numel())))),
            line_search_fn="strong_wolfe",
            tolerance_grad=0.0,
            tolerance_change=0.0,
        )

        def evaluate() -> Tensor:
            optimizer.zero_grad()
            self.done = optimizer.state[self.point].get("n_iter", 0)
            return self._evaluate()

        optimizer.step(evaluate)
        return {}

    def _run_adam(self) -> dict[str, Tensor]:
        optimizer = torch.optim.Adam([self.point], lr=self.settings.step)
        if "adam.exp_avg" in self.state.extra:
            known = {n.removeprefix("adam."): v for n, v in self.state.extra.items() if n.startswith("adam.")}
            moments = {name: value.clone() for name, value in known.items()}
            optimizer.load_state_dict({**optimizer.state_dict(), "state": {0: moments}})
        for _ in range(self.steps):
            optimizer.zero_grad()
            self._evaluate()
            optimizer.step()
            self.done += 1
        return {f"adam.{name}": value for name, value in optimizer.state[self.point].items()}

    def _evaluate(self) -> Tensor:
        loss = self.loss(self.extract(self.point))
        value = float(loss.detach())
        if self.first is None:
            self.first = max(value, _SMALLEST)
        # A line search may look too far and come back; what it starts from may not be wild.
        watched = self.settings.optimizer == "adam" or not self.values
        if watched and not (math.isfinite(value) and value <= _GROWTH * self.first):
            raise ConvergenceError(
                f"the loss is {value:g} at iteration {self.state.iteration + self.done}, after "
                f"{self.first:g} at the beginning; lower --rate or the weights of --loss"
            )
        # Losses are means, whose gradients shrink with the size of the point.  They have any scale, too, and
        # L-BFGS forgets steps in which the gradient changes by less than an absolute 1e-10.
        scale = float(self.point.numel())
        if self.settings.optimizer == "lbfgs":
            scale /= max(self.values[0] if self.values else value, _SMALLEST)
        scaled = loss * scale
        scaled.backward()
        self.values.append(value)
        if value < self.best_value:
            self.best, self.best_value = self.point.detach().clone(), value
        if self.on_step:
            self.on_step(self.state.iteration + self.done, value)
        return scaled.detach()
