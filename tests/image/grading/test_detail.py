"""Detail is what the base leaves, and its factor leads to the style's within limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.image.grading.detail import CRISPEST, SOFTEST, Detail, choose_factor


def texture(contrast: float, size=(60, 80)) -> np.ndarray:
    rows, columns = np.mgrid[: size[0], : size[1]]
    waves = contrast * np.sin(columns * 1.3) * np.sin(rows * 1.1)
    return np.repeat((0.5 + waves)[..., None], 3, axis=2)


def test_a_flat_picture_and_a_large_step_have_hardly_any():
    step = np.where(np.arange(80) < 40, 0.1, 0.9)[None, :, None] * np.ones((60, 1, 3))
    assert Detail.of(np.full((60, 80, 3), 0.4)).strength.max() < 1e-9
    assert Detail.of(step).strength.mean() < 0.05 * np.var(step)


def test_small_waves_are_detail_wholly():
    waves = texture(0.02)
    assert Detail.of(waves).strength.mean() == pytest.approx(np.var(waves), rel=0.15)


@given(st.floats(0.001, 0.1), st.floats(0.001, 0.1))
def test_the_factor_leads_to_the_style_as_far_as_it_may(own, wanted):
    factor = choose_factor(own, wanted)
    assert SOFTEST <= factor <= CRISPEST
    if SOFTEST < factor < CRISPEST:
        assert own * factor**2 == pytest.approx(wanted)


def test_without_any_detail_there_is_nothing_to_lead():
    assert np.isfinite(choose_factor(0.0, 0.0)) and choose_factor(0.0, 0.0) == SOFTEST
