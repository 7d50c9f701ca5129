"""Tuning: found where notes agree, at whatever distance from the keys, and nowhere else."""

import numpy as np
import pytest

from audiostyle.translation.fragments import Fragment
from audiostyle.translation.tuning import estimate_tuning


def make_fragments(cents: np.ndarray) -> list[Fragment]:
    return [Fragment(40, 0, 0.9, [np.outer([1, 1, value, 0, 0], np.ones(9))]) for value in cents]


@pytest.mark.parametrize("tuning", [-50, -30, 0, 15, 48])
def test_notes_of_one_tuning_show_it_from_either_key(tuning):
    cents = (tuning + np.random.default_rng(0).normal(0, 5, 60) + 50) % 100 - 50
    away = (estimate_tuning(make_fragments(cents)) - tuning + 50) % 100 - 50
    assert abs(away) < 2


def test_voices_that_do_not_agree_have_none():
    assert estimate_tuning(make_fragments(np.random.default_rng(0).uniform(-50, 50, 60))) == 0


def test_few_notes_say_nothing():
    assert estimate_tuning([]) == estimate_tuning(make_fragments(np.full(3, 40.0))) == 0
