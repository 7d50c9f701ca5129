"""The number of listeners that is promised finds the difference as often as is promised."""

import numpy as np
import pytest
from scipy import stats

from audiostyle.errors import AudiostyleError
from audiostyle.study.power import count_listeners


def make_interval(deviation: float, listeners: int) -> float:
    return float(stats.t.ppf(0.975, listeners - 1)) * deviation / np.sqrt(listeners)


def test_the_promised_number_gives_the_promised_power():
    difference, deviation = 0.5, 1.0
    half = make_interval(deviation, 10)
    needed = count_listeners(difference, difference - half, difference + half, 10)
    assert needed == 32  # (1.96 + 0.84)² / 0.5²
    random = np.random.default_rng(0)
    found = [
        abs(stats.ttest_1samp(random.normal(difference, deviation, needed), 0).statistic) for _ in range(600)
    ]
    assert np.mean(np.array(found) > 1.96) == pytest.approx(0.8, abs=0.06)


def test_half_the_difference_needs_four_times_as_many():
    assert count_listeners(0.25, -0.75, 1.25, 10) == pytest.approx(
        4 * count_listeners(0.5, -0.5, 1.5, 10), abs=4
    )


def test_what_cannot_be_told_is_none():
    assert count_listeners(0.0, -1, 1, 10) is None
    assert count_listeners(1e-6, -1, 1, 10) is None
    assert count_listeners(1.0, -np.inf, np.inf, 1) is None


def test_a_level_must_be_a_share():
    with pytest.raises(AudiostyleError, match="level"):
        count_listeners(0.5, 0, 1, 5, level=1.5)
