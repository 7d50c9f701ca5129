"""Two pictures with pooled moments: sums at every place, errors that end both, styles looked at once."""

import threading
import time

import pytest
import torch

from audiostyle.stereo.pooling import run_together
from audiostyle.style.moments import Moments


def measure(*values):
    return Moments.from_features(torch.tensor([[values]], dtype=torch.float32))


def test_moments_are_those_of_both_at_every_place():
    given = [[measure(1.0, 3.0), measure(0.0, 0.0, 4.0)], [measure(5.0), measure(8.0)]]
    pooled = run_together(lambda n, memory: [memory(moments) for moments in given[n]])
    for place in range(2):
        whole = given[0][place] + given[1][place]
        for n in range(2):
            torch.testing.assert_close(pooled[n][place].mean, whole.mean, rtol=0, atol=0)
            torch.testing.assert_close(pooled[n][place].covariance, whole.covariance, rtol=0, atol=0)


def test_later_moments_may_depend_on_earlier_ones():
    def work(number, memory):
        first = memory(measure(float(number))).mean.item()
        return memory(measure(first + number)).mean.item()

    assert run_together(work) == (1.0, 1.0)


@pytest.mark.parametrize("slow", [0, 1])
def test_who_comes_first_does_not_matter(slow):
    def work(number, memory):
        time.sleep(0.05 * (number == slow))
        return memory(measure(float(number), 7.0)).mean.item()

    assert run_together(work) == (3.75, 3.75)


@pytest.mark.parametrize("failing", [0, 1])
def test_an_error_of_one_ends_both(failing):
    def work(number, memory):
        if number == failing:
            raise ValueError(f"picture {number}")
        memory(measure(1.0))
        return number

    with pytest.raises(ValueError, match=f"picture {failing}"):
        run_together(work)


def test_an_interruption_ends_both():
    before = threading.active_count()

    def work(number, memory):
        if number == 0:
            raise KeyboardInterrupt
        memory(measure(1.0))

    with pytest.raises(KeyboardInterrupt):
        run_together(work)
    assert threading.active_count() == before


def test_styles_are_looked_at_once():
    looks = []

    def look():
        looks.append(1)
        return 5

    def work(number, memory):
        memory(measure(1.0))
        return memory.recall("style", look)

    assert run_together(work) == (5, 5) and looks == [1]
