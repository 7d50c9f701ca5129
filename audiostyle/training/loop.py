"""The loop that all trainings share: warm-up and decay, clipping, averaging, validation, checkpoints."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, NotRequired, Protocol, TypedDict, TypeVar, cast

import torch
from torch import Tensor, nn

from audiostyle.training.checkpoint import hold_run, load_checkpoint, save_checkpoint
from audiostyle.training.distributed import is_leader
from audiostyle.training.muon import Muon, find_hidden_weights

B = TypeVar("B")


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train.

    Attributes:
        steps: optimizer steps in all; the learning rate warms up over 2 % of them, then falls as a cosine.
        learning_rate: the peak of AdamW's learning rate.
        validate_every: steps between validations, each of which is followed by a checkpoint.
        seed: of torch's random numbers.
        muon: the peak of Muon's learning rate for weights between hidden layers; None leaves them to AdamW.
        seconds: of wall clock in all, which count in place of ``steps`` where they are given.

    Example:
        >>> schedule = Schedule(steps=100, learning_rate=1e-3)
        >>> f"{schedule.rate(0):.1e} {schedule.rate(2):.1e} {schedule.rate(99):.1e}"
        '5.0e-04 1.0e-03 2.0e-05'
        >>> Schedule(steps=100, seconds=60).is_over(step=500, elapsed=59.0)
        False
    """

    steps: int
    learning_rate: float = 2e-3
    validate_every: int = 500
    seed: int = 0
    muon: float | None = None
    seconds: float | None = None

    def rate(self, step: int, elapsed: float = 0.0) -> float:
        """Return the learning rate of a step, which is counted from 0, after seconds of training."""
        done, whole, warm_up = step, self.steps, max(1, self.steps // 50)
        if self.seconds is not None:  # steps of the same length, of which there are a thousand
            done, whole, warm_up = int(1000 * elapsed / self.seconds), 1000, 20
        if done < warm_up:
            return self.learning_rate * (done + 1) / warm_up
        progress = min(1.0, (done - warm_up) / max(1, whole - warm_up))
        return self.learning_rate * (
            0.02 + 0.98 * 0.5 * (1 + float(torch.cos(torch.tensor(torch.pi * progress))))
        )

    def is_over(self, step: int, elapsed: float) -> bool:
        """Return whether training ends before a step, after seconds of training."""
        return step >= self.steps if self.seconds is None else elapsed >= self.seconds

    def as_config(self) -> dict[str, object]:
        """Return what a checkpoint must have been made with; where steps count, as it always was."""
        return {name: value for name, value in asdict(self).items() if (name, value) != ("seconds", None)}


class PrefetchedBatches(Generic[B]):
    """Batches by step; the next one is prepared in a thread while the present one is used.

    Args:
        prepare: returns the batch of a step.

    Example:
        >>> batches = PrefetchedBatches(lambda step: 10 * step)
        >>> batches(0), batches(1)
        (0, 10)
    """

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
    """What :func:`train` trains: a module with every parameter, the loss of a step, and a validation.

    Example:
        >>> class Line:
        ...     def __init__(self):
        ...         self.module = nn.Linear(1, 1)
        ...     def loss(self, step):
        ...         error = (self.module(torch.ones(4, 1)) - 3).square().mean()
        ...         return error, {"error": error.item()}
        ...     def validate(self, module):
        ...         return {"score": -float((module(torch.ones(1, 1)) - 3).detach().abs())}
        >>> task: Task = Line()
        >>> sorted(task.loss(0)[1])
        ['error']
    """

    @property
    def module(self) -> nn.Module:
        """The module that holds every parameter."""

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of the batch of ``step`` and numbers worth logging."""

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the results of a module of averaged weights; of ``"score"`` among them, more is better."""


def _average(mean: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
    """Average exponentially over about the last 500 steps, or over all while there are fewer."""
    decay = min(0.998, (1 + int(count)) / (10 + int(count)))
    return mean.lerp(new, 1 - decay) if mean.is_floating_point() else new


def _make_optimizers(module: nn.Module, schedule: Schedule) -> list[torch.optim.Optimizer]:
    """Return AdamW, and Muon where the schedule has it; a group's ``pace`` is its peak over AdamW's."""
    hidden = find_hidden_weights(module) if schedule.muon else []
    taken = {id(weight) for weight in hidden}
    rest = [p for p in module.parameters() if id(p) not in taken and p.requires_grad]
    pace = (schedule.muon or 0) / schedule.learning_rate
    return [
        torch.optim.AdamW([{"params": rest, "pace": 1.0}], betas=(0.9, 0.98), weight_decay=1e-3),
        *([Muon([{"params": hidden, "pace": pace}], lr=0)] if hidden else []),
    ]


Log = Callable[[dict[str, object]], None]
"""Takes the numbers of a line of a training's log by name."""


class _State(TypedDict):
    """What ``last.pt`` holds."""

    config: Mapping[str, object]
    step: int
    elapsed: NotRequired[float]
    best: float
    module: dict[str, Tensor]
    average: dict[str, Tensor]
    optimizers: list[dict[str, Any]]


def train(task: Task, schedule: Schedule, folder: Path, config: Mapping[str, object], log: Log) -> nn.Module:
    """Train a task to the end of its schedule, resuming from ``folder`` if it was begun there.

    Writes ``last.pt`` (everything) and ``best.pt`` (averaged weights of the best validation).  Of several
    processes that train together (:mod:`.distributed`) the leading one writes, validates and logs.

    Args:
        task: what to train.
        schedule: how long and how fast.
        folder: of the checkpoints.
        config: settings that a checkpoint must have been made with to be resumed.
        log: takes a line every 50 steps and one at each validation.

    Returns:
        The module with the averaged weights of the last step.

    Raises:
        TrainingError: the checkpoint in ``folder`` is damaged or belongs to another configuration, or
            another training is at work there.

    Example:
        >>> import tempfile
        >>> class Line:
        ...     module = nn.Linear(1, 1)
        ...     def loss(self, step):
        ...         return (self.module(torch.ones(4, 1)) - 3).square().mean(), {}
        ...     def validate(self, module):
        ...         return {"score": -float((module(torch.ones(1, 1)) - 3).detach().abs())}
        >>> lines = []
        >>> trained = train(Line(), Schedule(steps=10), Path(tempfile.mkdtemp()), {}, lines.append)
        >>> [line["step"] for line in lines]
        [10]
    """
    with hold_run(folder) if is_leader() else nullcontext():
        return _Training(task, schedule, folder, config, log).run()


class _Training:
    """One call of :func:`train`: optimizers, averaged weights, and how far they are."""

    def __init__(
        self, task: Task, schedule: Schedule, folder: Path, config: Mapping[str, object], log: Log
    ) -> None:
        self.task, self.schedule, self.folder, self.log = task, schedule, folder, log
        self.config = {**config, "schedule": schedule.as_config()}
        torch.manual_seed(schedule.seed)
        self.optimizers = _make_optimizers(task.module, schedule)
        self.average = torch.optim.swa_utils.AveragedModel(task.module, avg_fn=_average, use_buffers=True)
        self.step, self.best = 0, float("-inf")
        self.began = time.monotonic()

    def run(self) -> nn.Module:
        """Take all steps that are left, and return the module of averaged weights."""
        self._resume()
        started, first, over = time.monotonic(), self.step, self._is_over()
        while not over:
            numbers = self._take_step()
            over = self._is_over()
            if not is_leader():
                continue
            if self.step % 50 == 0:
                left = self._estimate_seconds_left((time.monotonic() - started) / (self.step - first))
                self.log({"step": self.step, "of": self.schedule.steps, "left_s": left, **numbers})
            if self.step % self.schedule.validate_every == 0 or over:
                self._validate()
                self._save()
        return self.average.module

    @property
    def elapsed(self) -> float:
        """Seconds of training until now, those before an interruption too."""
        return time.monotonic() - self.began

    def _is_over(self) -> bool:
        return self.schedule.is_over(self.step, self.elapsed)

    def _estimate_seconds_left(self, per_step: float) -> float:
        if self.schedule.seconds is None:
            return per_step * (self.schedule.steps - self.step)
        return self.schedule.seconds - self.elapsed

    def _resume(self) -> None:
        """Go on from the last checkpoint, if there is one."""
        saved = load_checkpoint(self.folder / "last.pt", self.config)
        if not saved:
            return
        state = cast(_State, saved)
        self.task.module.load_state_dict(state["module"])
        self.average.load_state_dict(state["average"])
        for optimizer, own in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(own)
        self.step, self.best = state["step"], state["best"]
        self.began = time.monotonic() - state.get("elapsed", 0.0)

    def _take_step(self) -> dict[str, float]:
        """Take one optimizer step, and return the task's numbers of it."""
        rate = self.schedule.rate(self.step, self.elapsed)
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
            for group in optimizer.param_groups:
                group["lr"] = rate * group["pace"]
        loss, numbers = self.task.loss(self.step)
        loss.backward()
        nn.utils.clip_grad_norm_(self.task.module.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        self.average.update_parameters(self.task.module)
        self.step += 1
        return numbers

    def _validate(self) -> None:
        """Validate the averaged weights, and keep them where they are the best so far."""
        results = self.task.validate(self.average.module)
        self.log({"step": self.step, "of": self.schedule.steps, "validation": results})
        if results["score"] > self.best:
            self.best = results["score"]
            weights = self.average.module.state_dict()
            save_checkpoint(
                self.folder / "best.pt", {"config": self.config, "step": self.step, "module": weights}
            )

    def _save(self) -> None:
        """Write everything that a resumed training needs."""
        state: _State = {
            "config": self.config,
            "step": self.step,
            "best": self.best,
            "module": self.task.module.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
        }
        if self.schedule.seconds is not None:
            state["elapsed"] = self.elapsed
        save_checkpoint(self.folder / "last.pt", state)
