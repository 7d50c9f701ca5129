"""The loop that all trainings share: warm-up and decay, clipping, averaging, validation, checkpoints."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor, nn

from audiostyle.training.checkpoint import load_checkpoint, save_checkpoint
from audiostyle.training.distributed import is_leader
from audiostyle.training.muon import Muon, find_hidden_weights

B = TypeVar("B")


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train.

    Attributes:
        steps: optimiser steps in all; the learning rate warms up over 2 % of them, then falls as a cosine.
        learning_rate: its peak (AdamW).
        validate_every: steps between validations, each followed by a checkpoint.
        muon: the peak of Muon's learning rate for weights between hidden layers; None leaves them to AdamW.
    """

    steps: int
    learning_rate: float = 2e-3
    validate_every: int = 500
    seed: int = 0
    muon: float | None = None

    def rate(self, step: int) -> float:
        """Return the learning rate of a step."""
        warm_up = max(1, self.steps // 50)
        if step < warm_up:
            return self.learning_rate * (step + 1) / warm_up
        progress = (step - warm_up) / max(1, self.steps - warm_up)
        return self.learning_rate * (
            0.02 + 0.98 * 0.5 * (1 + float(torch.cos(torch.tensor(torch.pi * progress))))
        )


class PrefetchedBatches(Generic[B]):
    """Batches by step, the next one prepared in a thread while the present one is used."""

    def __init__(self, prepare: Callable[[int], B]) -> None:
        self._prepare, self._pool = prepare, ThreadPoolExecutor(1)
        self._next: tuple[int, Future[B]] | None = None

    def __call__(self, step: int) -> B:
        """Return the batch of ``step``."""
        ready = self._next[1] if self._next and self._next[0] == step else None
        batch = ready.result() if ready else self._prepare(step)
        self._next = step + 1, self._pool.submit(self._prepare, step + 1)
        return batch


class Task(Protocol):
    """What is trained: a module that holds every parameter, a loss of a step, and a validation."""

    @property
    def module(self) -> nn.Module:
        """What is trained."""

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of the batch of ``step`` and numbers worth logging."""

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Judge a module of averaged weights; ``"score"`` among the results is better when higher."""


def _average(mean: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
    """Average exponentially over about the last 500 steps, and over fewer while there have been fewer."""
    decay = min(0.998, (1 + int(count)) / (10 + int(count)))
    return mean.lerp(new, 1 - decay) if mean.is_floating_point() else new


def _optimizers(module: nn.Module, schedule: Schedule) -> list[torch.optim.Optimizer]:
    """Return AdamW, and Muon where the schedule has it; ``pace`` is a peak as a factor of AdamW's."""
    hidden = find_hidden_weights(module) if schedule.muon else []
    apart = {id(weight) for weight in hidden}
    rest = [p for p in module.parameters() if id(p) not in apart and p.requires_grad]
    pace = (schedule.muon or 0) / schedule.learning_rate
    return [
        torch.optim.AdamW([{"params": rest, "pace": 1.0}], betas=(0.9, 0.98), weight_decay=1e-3),
        *([Muon([{"params": hidden, "pace": pace}], lr=0)] if hidden else []),
    ]


Log = Callable[[dict[str, Any]], None]


def train(task: Task, schedule: Schedule, folder: Path, config: dict[str, Any], log: Log) -> nn.Module:
    """Train ``task`` to the end of its schedule, resuming from ``folder`` if it was begun there.

    Writes ``last.pt`` (everything) and ``best.pt`` (averaged weights of the best validation).  Returns the
    module with the averaged weights of the last step.  Of several processes that train together
    (:mod:`.distributed`) the leading one writes, validates and logs.

    Raises:
        TrainingError: the checkpoint in ``folder`` is damaged or belongs to another configuration.
    """
    config = {**config, "schedule": asdict(schedule)}
    torch.manual_seed(schedule.seed)
    optimizers = _optimizers(task.module, schedule)
    average = torch.optim.swa_utils.AveragedModel(task.module, avg_fn=_average, use_buffers=True)
    step, best = 0, float("-inf")
    state = load_checkpoint(folder / "last.pt", config)
    if state:
        task.module.load_state_dict(state["module"])
        average.load_state_dict(state["average"])
        for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        step, best = state["step"], state["best"]
    started, begun_at = time.monotonic(), step
    while step < schedule.steps:
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
            for group in optimizer.param_groups:
                group["lr"] = schedule.rate(step) * group["pace"]
        loss, numbers = task.loss(step)
        loss.backward()
        nn.utils.clip_grad_norm_(task.module.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
        average.update_parameters(task.module)
        step += 1
        if not is_leader():
            continue
        if step % 50 == 0:
            per_step = (time.monotonic() - started) / (step - begun_at)
            log({"step": step, "of": schedule.steps, "left_s": per_step * (schedule.steps - step), **numbers})
        if step % schedule.validate_every == 0 or step == schedule.steps:
            results = task.validate(average.module)
            log({"step": step, "of": schedule.steps, "validation": results})
            if results["score"] > best:
                best = results["score"]
                save_checkpoint(
                    folder / "best.pt",
                    {"config": config, "step": step, "module": average.module.state_dict()},
                )
            save_checkpoint(
                folder / "last.pt",
                {
                    "config": config,
                    "step": step,
                    "best": best,
                    "module": task.module.state_dict(),
                    "average": average.state_dict(),
                    "optimizers": [optimizer.state_dict() for optimizer in optimizers],
                },
            )
    return average.module
