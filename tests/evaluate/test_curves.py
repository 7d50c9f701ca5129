"""Laws of correlations of curves: direction counts, sizes do not."""

import numpy as np
import pytest

from audiostyle.errors import ShapeError
from audiostyle.evaluate import loudness_correlation, pitch_correlation
from audiostyle.evaluate.curves import correlate

RATE = 16_000
TIME = np.arange(RATE) / RATE
SWELL = (0.05 + TIME) * np.sin(2 * np.pi * 300 * TIME)


def glide(low, high):
    return 0.3 * np.sin(2 * np.pi * np.cumsum(np.linspace(low, high, RATE)) / RATE)


def test_what_swells_alike_is_one_and_the_reverse_is_negative():
    assert loudness_correlation(SWELL, SWELL, RATE) == 1
    assert loudness_correlation(SWELL[::-1], SWELL, RATE) < -0.5


def test_level_and_what_is_played_do_not_matter():
    """What it is blind to, as its documentation says."""
    noise = (0.05 + TIME) * np.random.default_rng(0).standard_normal(RATE)
    assert loudness_correlation(0.01 * SWELL, SWELL, RATE) == pytest.approx(1)
    assert loudness_correlation(noise, SWELL, RATE) > 0.95


def test_melodies_go_together_or_apart():
    up = glide(200, 400)
    assert pitch_correlation(glide(300, 600), up, RATE) > 0.99  # a fifth higher
    assert pitch_correlation(glide(400, 200), up, RATE) < -0.9


def test_straight_curves_go_with_straight_ones_only():
    steady = 0.3 * np.sin(2 * np.pi * 320 * TIME)
    assert loudness_correlation(steady, 0.5 * steady, RATE) == 1
    assert loudness_correlation(steady, SWELL, RATE) == 0
    assert correlate(np.ones(4), np.arange(4.0)) == 0 and correlate(np.ones(4), np.ones(4)) == 1


def test_without_a_melody_nothing_is_known():
    noise = np.random.default_rng(1).standard_normal((2, RATE))
    assert abs(pitch_correlation(noise[0], noise[1], RATE)) <= 1
    with pytest.warns(UserWarning, match="silent"):
        assert pitch_correlation(np.zeros(RATE), glide(200, 400), RATE) == 0


@pytest.mark.parametrize("metric", [loudness_correlation, pitch_correlation])
def test_lengths_must_agree(metric):
    with pytest.raises(ShapeError, match="pad or cut"):
        metric(SWELL[:-1], SWELL, RATE)
