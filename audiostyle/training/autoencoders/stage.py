"""How long to train something and how fast: first with batch normalisation, then with its statistics frozen.

A batch is a few crops, whose mean colour and contrast batch statistics take away: what cannot be seen cannot
be reconstructed.  They are what lets weights that begin at random learn fast, and are frozen once these have
found their places.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from torch import nn

from audiostyle.training.loop import Log, Schedule, Task, train

_SETTLING = 0.2
"""Muon's rate, as a share of the first one, when nothing brings back a channel that was pushed below zero."""


class BatchNormTask(Task, Protocol):
    """A task whose module holds batch normalisation, in training while ``standardising``."""

    module: nn.Module
    standardising: bool


@dataclass(frozen=True)
class TrainingStage:
    """A training in two parts.

    Attributes:
        steps: with batch statistics.
        settling: steps after them, statistics frozen.
        learning_rate: AdamW's, for what meets colours and for biases.
        muon: Muon's, for the rest.
    """

    steps: int
    settling: int
    learning_rate: float = 1e-4
    muon: float = 0.03

    def run(self, task: BatchNormTask, folder: Path, config: dict[str, Any], log: Log) -> nn.Module:
        """Train, with checkpoints in ``folder``; finished parts are not trained again."""
        task.standardising = True
        task.module = train(task, self._schedule(self.steps, self.muon), folder / "first", config, log)
        task.standardising = False
        schedule = self._schedule(self.settling, _SETTLING * self.muon)
        return train(task, schedule, folder / "settling", config, log)

    def _schedule(self, steps: int, muon: float) -> Schedule:
        validate_every = max(1, min(200, steps // 8))
        return Schedule(steps, self.learning_rate, validate_every, muon=muon)
