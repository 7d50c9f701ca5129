"""A training in two parts: statistics move in the first and stay in the second; no part is done twice."""

import pytest
import torch
from torch import nn

from audiostyle.training.autoencoders.stage import TrainingStage


class Means:
    """A layer behind batch normalization whose batches have a mean of 5."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.module: nn.Module = nn.Sequential(nn.BatchNorm1d(6, momentum=0.5), nn.Linear(6, 6))
        self.freeze_statistics = False
        self.seen: list[tuple[int, bool]] = []

    def loss(self, step):
        self.module.train(not self.freeze_statistics)
        self.seen.append((step, self.freeze_statistics))
        x = 5 + torch.randn(8, 6, generator=torch.Generator().manual_seed(step))
        return (self.module(x) - 1).square().mean(), {}

    def validate(self, module):
        return {"score": 0.0}


def test_statistics_are_frozen_in_the_second_part(tmp_path):
    task = Means()
    result = TrainingStage(4, 3).run(task, tmp_path, {}, lambda _: None)
    assert task.seen == [*((n, False) for n in range(4)), *((n, True) for n in range(3))]
    assert result[0].num_batches_tracked == 4
    assert result[0].running_mean.mean().item() == pytest.approx(5, abs=2.0)


def test_what_is_finished_is_not_trained_again(tmp_path):
    first = TrainingStage(4, 3).run(Means(), tmp_path, {}, lambda _: None)
    again = Means()
    second = TrainingStage(4, 3).run(again, tmp_path, {}, lambda _: None)
    assert again.seen == []
    for a, b in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(a, b)
