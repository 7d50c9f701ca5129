"""Tests of :mod:`audiostyle.translation.training.expressive.voices`."""

import numpy as np

from audiostyle.translation.training.expressive.voices import (
    TICK_RATE,
    TICKS_PER_FRAME,
    Voice,
    to_frame,
    to_ticks,
)


def test_frames_and_ticks_agree() -> None:
    assert TICKS_PER_FRAME == 2 and to_ticks(1.0) == round(TICK_RATE)
    assert [to_frame(tick) for tick in (0, 2, 10)] == [0, 1, 5]


def test_the_ends_of_a_curve_are_held() -> None:
    bend = np.array([0.0, 0.5], np.float32)
    voice = Voice(10, 20, 60, 90, bend, np.ones(1, np.float32), ())
    assert voice.sample_bend(np.array([5, 10, 11, 19])).tolist() == [0.0, 0.0, 0.5, 0.5]
    assert voice.sample_expression(np.array([19])).tolist() == [1.0]
