"""Frames side by side: the same bits as one after the other, in order, bounded; errors and scenes."""

import threading

import numpy as np
import pytest
import torch
from films import make_pan, make_pattern
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.style import Moments
from audiostyle.style.memory import MomentMemory
from audiostyle.video.frame_stylizer import FrameStylizer
from audiostyle.video.side_by_side import _Link, stylize_frames

STYLE = make_pattern(40, 50, seed=9) / 255
SCENES = [*make_pan(5), *make_pan(4)[:, ::-1], *make_pan(3)]
"""Twelve frames of three scenes."""


def stylize(frames, jobs, **options):
    stylizer = FrameStylizer([STYLE], **options)
    return list(stylize_frames(stylizer, frames, jobs)), stylizer


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("mkl", {}),
        ("idt", {"rotations": 2, "keep_grain": False}),
        ("photowct", {"levels": (2, 1)}),
        ("adain", {}),
        ("mkl", {"steadiness": 0}),
    ],
)
def test_side_by_side_is_one_after_the_other(method, options):
    frames = SCENES if method == "mkl" else SCENES[3:7]
    (one, first), (other, second) = (stylize(frames, jobs, method=method, **options) for jobs in (1, 3))
    np.testing.assert_array_equal(one, other)
    assert first.steadiness.scenes == second.steadiness.scenes >= 1
    assert len(first.memory.kept) == len(second.memory.kept)
    for kept, also in zip(first.memory.kept, second.memory.kept, strict=True):
        assert kept.count == also.count and torch.equal(kept.scatter, also.scatter)


def test_a_film_goes_on_side_by_side_where_it_was_left():
    whole, _ = stylize(SCENES, 1, method="mkl")
    stylizer = FrameStylizer([STYLE], method="mkl")
    parts = [*stylize_frames(stylizer, SCENES[:4], 2), *stylize_frames(stylizer, SCENES[4:], 3)]
    np.testing.assert_array_equal(parts, whole)


def test_no_more_frames_are_taken_than_are_worked_on_and_one():
    taken = []

    def read():
        for number, frame in enumerate(SCENES):
            taken.append(number)
            yield frame

    stylizer = FrameStylizer([STYLE], method="reinhard")
    for done, _ in enumerate(stylize_frames(stylizer, read(), 2)):
        assert len(taken) <= done + 3


def test_the_first_error_is_told_and_no_thread_is_left():
    stylizer = FrameStylizer([STYLE], method="mkl")
    plain = stylizer.stylize

    def fail(frame, memory):
        if frame is SCENES[2]:
            raise ValueError("the third")
        return plain(frame, memory)

    stylizer.stylize = fail
    made = stylize_frames(stylizer, SCENES, 3)
    assert len([next(made), next(made)]) == 2
    with pytest.raises(ValueError, match="the third"):
        next(made)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("frame")]


def test_a_film_by_optimization_goes_frame_by_frame():
    stylizer = FrameStylizer([STYLE], method="optimize", iterations=(2, 1), device="cpu")
    made = list(stylize_frames(stylizer, SCENES[:2], 4))
    assert len(made) == 2 and len(stylizer.descent.earlier) == 2


def make_moments(channels, value):
    return Moments.from_features(torch.full((1, channels, 3), float(value)) + torch.arange(3.0))


asking = st.lists(st.lists(st.integers(1, 2), max_size=4), min_size=1, max_size=5)
"""For every frame the channels of the moments that it asks for, place after place."""


@settings(max_examples=60, deadline=None)
@given(asking, st.sets(st.integers(0, 4)))
def test_links_are_a_memory(frames, cuts):
    """Whatever frames ask for: fewer places than before, more, or of other channels; and with new scenes."""
    memory = MomentMemory()
    link = _Link.of(memory)
    for number, frame in enumerate(frames):
        link = link.follow()
        if number in cuts:
            memory.forget()
            link.forget()
        for place, channels in enumerate(frame):
            own = make_moments(channels, 10 * number + place)
            torch.testing.assert_close(link(own).scatter, memory(own).scatter, rtol=0, atol=0)
        memory.end_frame()
        link.close()
        link.leave()
        assert [kept.count for kept in link.kept] == [kept.count for kept in memory.kept]
