"""Laws of the tone curve: in order, near the style's quantiles, never clipping what was not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.image.grading import tone
from audiostyle.image.grading.tone import TONES, ToneCurve, compress, fit_tone, measure_luminance


def draw(seed: int, count: int = 4000) -> np.ndarray:
    """Luminances of a random mixture, in [0, 1]."""
    rng = np.random.default_rng(seed)
    parts = rng.normal(rng.uniform(0.1, 0.9, 3)[:, None], rng.uniform(0.02, 0.2, 3)[:, None], (3, count))
    return parts.ravel().clip(0, 1)


@given(st.integers(0, 99), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_it_never_falls_and_stays_in_range(seed, other):
    curve = fit_tone(draw(seed), draw(other + 100))
    assert (np.diff(curve.values) >= -1e-12).all()
    assert curve.values.min() >= 0 and curve.values.max() <= 1


@given(st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_a_distribution_that_is_there_already_stays(seed):
    own = draw(seed)
    assert np.abs(fit_tone(own, own)(own) - own).max() < 2 / 255


@given(st.integers(0, 99), st.floats(0.5, 1.5), st.floats(-0.1, 0.1))
@settings(max_examples=15, deadline=None)
def test_a_straight_line_is_found(seed, slope, offset):
    own = 0.35 + 0.3 * draw(seed)
    wanted = 0.5 + slope * (own - 0.5) + offset
    np.testing.assert_allclose(fit_tone(own, wanted)(own), wanted, atol=0.01)


def test_slopes_are_limited_where_the_style_has_no_range_or_too_much():
    own = np.linspace(0.4, 0.6, 999)
    for wanted in (np.full(9, 0.5), np.linspace(0, 1, 999)):
        slopes = np.diff(fit_tone(own, wanted)(np.linspace(0.42, 0.58, 50))) * 49 / 0.16
        assert slopes.min() > tone.GENTLEST - 1e-6 and slopes.max() < tone.STEEPEST + 1e-6


def test_weights_count_as_repetitions_do():
    own, wanted = draw(0), draw(1)
    twice = fit_tone(np.concatenate([own, own[:500]]), wanted)
    weights = np.ones(len(own))
    weights[:500] = 2
    np.testing.assert_allclose(fit_tone(own, wanted, weights).values, twice.values, atol=1e-9)
    np.testing.assert_allclose(
        fit_tone(own, wanted, None, np.full(len(wanted), 3.0)).values, fit_tone(own, wanted).values
    )


def test_one_tone_becomes_the_mean_of_the_style():
    own, wanted = np.full(100, 0.3), draw(3)
    assert fit_tone(own, wanted)(own)[0] == pytest.approx(wanted.mean(), abs=0.02)


@given(st.floats(1.0, 1.8), st.floats(-0.5, 0.0))
@settings(max_examples=25, deadline=None)
def test_tones_beyond_the_ends_are_bent_in_and_stay_in_order(brightest, darkest):
    values = np.linspace(darkest, brightest, 400)
    bent = compress(values, darkest, brightest)
    assert (np.diff(bent) > -1e-12).all()
    assert bent[0] == pytest.approx(max(darkest, 0), abs=1e-9) and bent[-1] == pytest.approx(1)
    inside = (values > 0.6) & (values < 0.7)
    if brightest < 1.25:
        np.testing.assert_allclose(bent[inside], values[inside], atol=0.08)


def test_tones_that_need_no_bending_stay():
    values = np.linspace(0, 1, 50)
    np.testing.assert_allclose(compress(values, 0.0, 1.0), values, atol=1e-15)


def test_a_curve_is_looked_up_linearly():
    curve = ToneCurve(np.linspace(0, 1, TONES + 1) ** 2)
    assert curve(np.array(0.3)) == pytest.approx(0.09, abs=1e-4)


def test_luminance_of_grays_is_their_value():
    assert measure_luminance(np.full((2, 3), 0.25)) == pytest.approx([0.25, 0.25])
