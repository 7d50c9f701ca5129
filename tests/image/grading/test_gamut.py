"""What is inside stays, what is outside comes in without a change of luminance."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.image.grading.gamut import desaturate
from audiostyle.image.grading.tone import measure_luminance


@given(st.integers(0, 999), st.floats(0.1, 3))
@settings(max_examples=25, deadline=None)
def test_all_come_in_with_their_luminance(seed, spread):
    colors = 0.5 + spread * (np.random.default_rng(seed).random((50, 3)) - 0.5)
    mapped = desaturate(colors)
    assert mapped.min() >= 0 and mapped.max() <= 1
    np.testing.assert_allclose(measure_luminance(mapped), measure_luminance(colors).clip(0, 1), atol=1e-9)
    inside = ((colors >= 0) & (colors <= 1)).all(axis=1)
    np.testing.assert_allclose(mapped[inside], colors[inside], atol=1e-9)


def test_hue_stays():
    color = np.array([1.6, 0.4, 0.2])
    mapped = desaturate(color)
    gray = measure_luminance(color)
    np.testing.assert_allclose(np.cross(mapped - gray, color - gray), 0, atol=1e-9)
    assert mapped.max() == 1


def test_beyond_white_is_white_and_below_black_is_black():
    np.testing.assert_allclose(
        desaturate(np.array([[1.2, 1.5, 1.1], [-0.2, -0.1, -0.3]])), [[1] * 3, [0] * 3]
    )
