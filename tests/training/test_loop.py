"""The loop: what an interrupted training reaches is what an uninterrupted one would have."""

import threading

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from audiostyle.errors import TrainingError
from audiostyle.training.loop import PrefetchedBatches, Schedule, train

SCHEDULE = Schedule(10, 0.1, validate_every=3)
CONFIG = {"name": "line"}


class Line:
    """A straight line learned from points that depend on the step alone; ``stop_at`` interrupts it."""

    def __init__(self, stop_at: int = -1, scores: tuple[float, ...] = ()) -> None:
        self.module, self.stop_at, self.scores = nn.Linear(3, 1), stop_at, list(scores)
        self.seen: list[int] = []

    def loss(self, step):
        if step == self.stop_at:
            raise KeyboardInterrupt
        self.seen.append(step)
        x = torch.randn(8, 3, generator=torch.Generator().manual_seed(step))
        loss = (self.module(x) - x.sum(dim=1, keepdim=True)).square().mean()
        return loss, {"error": loss.item()}

    def validate(self, module):
        if self.scores:
            return {"score": self.scores.pop(0)}
        return {"score": -(module.weight - 1).square().sum().item()}


def run(task: Line, folder, schedule: Schedule = SCHEDULE, log=lambda _: None) -> nn.Module:
    return train(task, schedule, folder, CONFIG, log)


def seeded(**settings) -> Line:
    torch.manual_seed(0)
    return Line(**settings)


def equal(one: nn.Module, other: nn.Module) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("stop_at", [0, 2, 3, 4, 8, 9])
def test_a_resumed_training_reaches_the_same_state(tmp_path, stop_at):
    """However it starts again: weights, optimizer and averages all come from the checkpoint."""
    whole = seeded()
    average = run(whole, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(seeded(stop_at=stop_at), tmp_path / "halves")
    torch.manual_seed(0 if stop_at < SCHEDULE.validate_every else 99)  # before the first, nothing is saved
    second = Line()
    resumed = run(second, tmp_path / "halves")
    assert second.seen == list(range(stop_at // 3 * 3, 10))
    assert equal(resumed, average) and equal(second.module, whole.module)
    files = [(tmp_path / name / "last.pt") for name in ("whole", "halves")]
    states = [torch.load(path, weights_only=True) for path in files]
    assert str(states[0]) == str(states[1])


def test_a_finished_training_is_not_trained_further(tmp_path):
    average = run(seeded(), tmp_path)
    again = Line()
    assert equal(run(again, tmp_path), average) and again.seen == []


def test_a_longer_schedule_is_another_training(tmp_path):
    run(seeded(), tmp_path)
    for schedule in (Schedule(11, 0.1, 3), Schedule(10, 0.2, 3), Schedule(10, 0.1, 3, seed=1)):
        with pytest.raises(TrainingError, match="another configuration"):
            run(seeded(), tmp_path, schedule)


def test_it_learns(tmp_path):
    task = seeded()
    average = run(task, tmp_path, Schedule(300, 0.05, 300))
    assert torch.allclose(task.module.weight, torch.ones(1, 3), atol=0.02)
    assert torch.allclose(average.weight, torch.ones(1, 3), atol=0.05)


def test_the_best_validation_is_kept(tmp_path):
    run(seeded(scores=(0.1, 0.7, 0.3, 0.7)), tmp_path)
    assert torch.load(tmp_path / "best.pt", weights_only=True)["step"] == 6
    assert torch.load(tmp_path / "last.pt", weights_only=True)["best"] == 0.7


def test_the_average_follows_the_weights_at_a_distance(tmp_path):
    """Exponentially, over as many steps as there have been, 500 at most."""
    path: list[torch.Tensor] = []

    class Watched(Line):
        def loss(self, step):
            path.append(self.module.weight.detach().clone())
            return super().loss(step)

    torch.manual_seed(0)
    task = Watched()
    average = run(task, tmp_path)
    path.append(task.module.weight.detach().clone())
    mean = path[1]
    for count, weight in enumerate(path[2:], 1):
        decay = min(0.998, (1 + count) / (10 + count))
        mean = decay * mean + (1 - decay) * weight
    assert torch.allclose(average.weight, mean, atol=1e-6)


def test_progress_is_told_with_the_time_left(tmp_path, logged):
    run(seeded(), tmp_path, Schedule(100, 0.1, 40), logged.append)
    steps = [(line["step"], "validation" in line) for line in logged]
    assert steps == [(40, True), (50, False), (80, True), (100, False), (100, True)]
    left = [line["left_s"] for line in logged if "left_s" in line]
    assert left[0] >= 0 and left[-1] == 0 and all(line["of"] == 100 for line in logged)


@given(st.integers(2, 5000), st.floats(1e-5, 1))
def test_the_rate_rises_then_falls(steps, peak):
    schedule = Schedule(steps, peak)
    rates = [schedule.rate(step) for step in range(0, steps, max(1, steps // 100))]
    warm_up = max(1, steps // 50)
    top = rates.index(max(rates))
    assert all(0 < rate <= peak * (1 + 1e-6) for rate in rates)
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert schedule.rate(warm_up - 1) == pytest.approx(peak)
    assert schedule.rate(0) == pytest.approx(peak / warm_up)
    assert schedule.rate(steps) == pytest.approx(0.02 * peak, rel=1e-3)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 5), max_size=12))
def test_batches_ahead_are_the_batches_of_their_steps(steps):
    """In whatever order they are asked for."""
    ahead = PrefetchedBatches(lambda step: step * step)
    assert [ahead(step) for step in steps] == [step * step for step in steps]


def test_the_next_batch_is_made_while_this_one_is_used():
    ready = threading.Event()
    ahead = PrefetchedBatches(lambda step: ready.set() if step == 1 else None)
    ahead(0)
    assert ready.wait(5)


def test_an_error_in_a_batch_shows_when_that_batch_is_used():
    def prepare(step: int) -> int:
        if step == 1:
            raise OSError("unreadable")
        return step

    ahead = PrefetchedBatches(prepare)
    assert ahead(0) == 0
    with pytest.raises(OSError, match="unreadable"):
        ahead(1)


def test_muon_moves_hidden_weights_at_a_rate_of_its_own(tmp_path):
    class Deep:
        def __init__(self):
            torch.manual_seed(0)
            self.module = nn.Sequential(nn.Linear(3, 6), nn.Linear(6, 6), nn.Linear(6, 1))

        def loss(self, step):
            return (self.module(torch.ones(2, 3)) - 100).square().mean(), {}

        def validate(self, module):
            return {"score": 0.0}

    moved = {}
    for muon in (None, 0.2):
        task = Deep()
        before = [layer.weight.detach().clone() for layer in task.module]
        train(task, Schedule(1, 0.01, muon=muon), tmp_path / str(muon), {}, lambda _: None)
        moved[muon] = [
            (layer.weight - old).abs().max().item() for layer, old in zip(task.module, before, strict=True)
        ]
    assert moved[0.2][0] == moved[None][0] and moved[0.2][2] == moved[None][2]
    assert moved[None][1] == pytest.approx(0.01, rel=0.01)  # Adam's first step, whatever the gradient
    assert moved[0.2][1] > 2 * moved[None][1]


class Clock:
    """A clock that a task moves on by a second a step."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


class Timed(Line):
    """A straight line, each step of which takes a second."""

    def __init__(self, clock: Clock, stop_at: int = -1) -> None:
        super().__init__(stop_at)
        self.clock = clock

    def loss(self, step):
        self.clock.now += 1.0
        return super().loss(step)


def test_against_the_clock_seconds_count_and_not_steps(tmp_path, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("audiostyle.training.loop.time", clock)
    task = Timed(clock)
    run(task, tmp_path, Schedule(3, 0.1, validate_every=3, seconds=8.0))
    assert task.seen == list(range(8))


def test_a_resumed_training_has_only_the_seconds_that_were_left(tmp_path, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("audiostyle.training.loop.time", clock)
    schedule = Schedule(3, 0.1, validate_every=3, seconds=8.0)
    torch.manual_seed(0)
    whole = Timed(clock)
    average = run(whole, tmp_path / "whole", schedule)
    torch.manual_seed(0)
    with pytest.raises(KeyboardInterrupt):
        run(Timed(clock, stop_at=6), tmp_path / "halves", schedule)
    clock.now += 1000.0
    second = Timed(clock)
    assert equal(run(second, tmp_path / "halves", schedule), average) and second.seen == [6, 7]


@given(st.floats(1, 1e4), st.floats(0, 2))
def test_the_rate_depends_on_the_share_of_the_time(seconds, share):
    one, other = Schedule(9, 1.0, seconds=seconds), Schedule(9999, 1.0, seconds=2 * seconds)
    assert one.rate(5, share * seconds) == pytest.approx(other.rate(7, 2 * share * seconds), rel=0.06)
    assert 0 < one.rate(0, share * seconds) <= 1
