"""A training in two parts: first with batch normalization, then with its statistics frozen.

Batch statistics let weights that start at random learn fast.  But a batch is a few crops, whose mean color
and contrast those statistics remove, and what is removed cannot be reconstructed.  So they are frozen for the
last part of a training.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from torch import nn

from audiostyle.training.loop import Log, Schedule, Task, train

_FROZEN_RATE = 0.2
"""Muon's learning rate as a share of the first part's: nothing now revives a channel pushed below zero."""


class BatchNormTask(Task, Protocol):
    """A task whose module holds batch normalization, which uses batch statistics unless they are frozen."""

    module: nn.Module
    freeze_statistics: bool


@dataclass(frozen=True)
class TrainingStage:
    """How long and how fast to train something in two parts.

    Attributes:
        steps: optimizer steps with batch statistics, above 0.
        frozen_steps: optimizer steps after them, with frozen statistics, above 0.
        learning_rate: AdamW's at its peak, for biases and for layers that read or write the input's channels.
        muon: Muon's at its peak, for all other weights.

    Example:
        >>> TrainingStage(steps=100, frozen_steps=200).muon
        0.03
    """

    steps: int
    frozen_steps: int
    learning_rate: float = 1e-4
    muon: float = 0.03

    def run(self, task: BatchNormTask, folder: Path, config: Mapping[str, object], log: Log) -> nn.Module:
        """Train a task, and return the module with averaged weights; finished parts are not trained again.

        Args:
            task: what to train.
            folder: of the checkpoints, ``first`` and ``settling``.
            config: settings that a checkpoint must have been made with to be resumed.
            log: of both parts.

        Raises:
            TrainingError: a checkpoint is damaged or belongs to another configuration.
        """
        task.freeze_statistics = False
        task.module = train(task, self._make_schedule(self.steps, self.muon), folder / "first", config, log)
        task.freeze_statistics = True
        schedule = self._make_schedule(self.frozen_steps, _FROZEN_RATE * self.muon)
        return train(task, schedule, folder / "settling", config, log)

    def _make_schedule(self, steps: int, muon: float) -> Schedule:
        validate_every = max(1, min(200, steps // 8))
        return Schedule(steps, self.learning_rate, validate_every, muon=muon)
