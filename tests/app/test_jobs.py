"""Shares never fall, and the time that is left follows the pace."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.app.jobs import Job, Request, Result

REQUEST = Request("translate", (), {}, "piano")


def make():
    return Job("a", REQUEST, Path("a"))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1, 2), min_size=1))
def test_shares_never_fall_and_stay_within_one(shares):
    job, seen = make(), [0.0]
    job.start(0.0)
    for share in shares:
        job.note(share, "x", now=1.0)
        seen.append(job.share)
    assert seen == sorted(seen) and seen[-1] <= 1


@pytest.mark.parametrize("loading", [0.0, 30.0])
def test_at_an_even_pace_the_time_left_is_exact_however_long_loading_took(loading):
    job = make()
    job.start(0.0)
    for step in range(1, 10):
        job.note(step / 10, "x", now=loading + step)
        if step > 1:
            assert job.estimate_left(loading + step) == pytest.approx(10 - step)


def test_nobody_knows_the_time_before_two_shares():
    job = make()
    assert job.estimate_left() is None
    job.start(0.0)
    job.note(0.5, "x", now=1.0)
    assert job.estimate_left(2.0) is None


def test_what_has_ended_says_what_came_of_it():
    job = make()
    job.state, job.result = "done", Result(("a",), {"n": 1}, ("quiet",))
    told = job.describe()
    assert job.ended and told["result"] == {"n": 1} and told["remarks"] == ["quiet"]
    assert told["seconds_left"] is None
