"""Descent in rounds: it finds minima, rounds are all there is, and wild steps end it."""

import math

import pytest
import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError, ConvergenceError
from audiostyle.style.descent import DescentState, Settings, descend
from audiostyle.style.losses.base import INPUT, At, Loss


class Bowl(Loss[Tensor]):
    """A narrow valley; its place may move between rounds."""

    formula = "bowl"

    def __init__(self, drift: float = 0.0) -> None:
        self.goal, self.drift = 3.0, drift

    def __call__(self, features):
        stretched = (features - self.goal) * torch.linspace(1, 10, features.numel()).reshape(features.shape)
        return stretched.square().mean()

    def advance(self, features):
        self.goal += self.drift

    def get_state(self):
        return {"goal": torch.tensor(self.goal, dtype=torch.float64)}

    def set_state(self, state):
        self.goal = float(state["goal"])


def run(settings, state=None, drift=0.0, loss=None, **watch):
    start = state or DescentState(torch.zeros(1, 1, 20))
    bowl = loss or Bowl(drift)
    return descend(At({INPUT: bowl}), lambda x: {INPUT: x}, start, settings, **watch)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_it_finds_the_minimum(optimizer):
    found = run(Settings(400, optimizer, rate=0.1 if optimizer == "adam" else None, round=50))
    torch.testing.assert_close(found.point, torch.full((1, 1, 20), 3.0), atol=0.01, rtol=0)
    assert found.iteration == 400 and found.value < 1e-2


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_the_scale_of_a_loss_does_not_matter_to_lbfgs(scale):
    loss = Bowl()
    found = descend(
        At({INPUT: scale * loss}), lambda x: {INPUT: x}, DescentState(torch.zeros(1, 1, 2000)), Settings(60)
    )
    torch.testing.assert_close(found.point, torch.full((1, 1, 2000), 3.0), atol=0.05, rtol=0)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_from_any_round_it_goes_on_exactly(optimizer):
    settings, states = Settings(30, optimizer, round=7), []
    whole = run(settings, drift=0.1, on_round=states.append)
    assert [state.iteration for state in states] == [7, 14, 21, 28, 30]
    for state in states:
        assert torch.equal(run(settings, state, drift=0.1).point, whole.point)


def test_the_start_is_not_changed_and_no_iterations_are_none():
    start = DescentState(torch.zeros(1, 1, 20))
    assert run(Settings(0), start).point is start.point
    run(Settings(5), start)
    assert (start.point == 0).all()


def test_every_evaluation_is_told_and_may_end_it():
    told = []

    def stop(iteration, value):
        told.append((iteration, value))
        if iteration == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Settings(50, "adam"), on_step=stop)
    assert [iteration for iteration, _ in told] == [0, 1, 2, 3] and told[0][1] > told[3][1]


@pytest.mark.parametrize("optimizer", ["adam", "lbfgs"])
def test_a_loss_that_is_no_number_ends_it_with_the_remedy(optimizer):
    class Broken(Bowl):
        def __call__(self, features):
            return super().__call__(features) * math.nan

    states = []
    with pytest.raises(ConvergenceError, match=r"the loss is nan at iteration 0, .*; lower --rate"):
        run(Settings(20, optimizer), loss=Broken(), on_round=states.append)
    assert states == []


def test_steps_that_are_too_long_end_it_after_the_good_rounds():
    states = []
    with pytest.raises(ConvergenceError, match="lower --rate"):
        run(Settings(40, "adam", rate=1e25, round=1), on_round=states.append)
    assert all(torch.isfinite(state.point).all() for state in states)


@pytest.mark.parametrize(
    "wrong", [{"iterations": -1}, {"iterations": 1, "round": 0}, {"iterations": 1, "rate": 0.0}]
)
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(AudiostyleError):
        Settings(**wrong)
