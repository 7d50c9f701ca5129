"""Laws of the contrast against that of content and style."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter, zoom

from audiostyle.errors import ShapeError
from audiostyle.evaluate import contrast_ratio
from audiostyle.evaluate.contrast import SCALES, WIDER, compare_contrasts, measure_contrasts


def make_picture(seed: int, size=(64, 80)) -> np.ndarray:
    """Grain on soft shapes in [0.3, 0.7], (height, width, 3)."""
    rng = np.random.default_rng(seed)
    shapes = gaussian_filter(rng.standard_normal((*size, 3)), (5, 5, 0))
    return 0.5 + 0.15 * shapes / np.abs(shapes).max() + 0.05 * rng.uniform(-1, 1, (*size, 3))


def scale(picture: np.ndarray, factor: float) -> np.ndarray:
    return 0.5 + factor * (picture - 0.5)


@given(st.integers(0, 99), st.floats(0.2, 1.8))
@settings(max_examples=15, deadline=None)
def test_of_a_style_like_the_content_it_is_the_factor(seed, factor):
    picture = make_picture(seed)
    assert compare_contrasts(scale(picture, factor), picture, picture) == pytest.approx([factor] * 3)


@given(st.integers(0, 99), st.floats(0.3, 1.9))
@settings(max_examples=15, deadline=None)
def test_the_closer_of_content_and_style_is_what_counts(seed, factor):
    content = scale(make_picture(seed), 0.8)
    style = scale(content, 0.4)
    wanted = factor if abs(np.log(factor)) <= abs(np.log(factor / 0.4)) else factor / 0.4
    assert contrast_ratio(scale(content, factor), content, style) == pytest.approx(wanted)


def test_a_wave_shows_at_its_own_scale():
    """A sine passes both Gaussians; what is left of its deviation is known in closed form."""
    side, period = 320, 20.0
    columns = np.arange(4 * side)
    wave = 0.5 + 0.2 * np.sin(2 * np.pi * columns / period)
    picture = np.broadcast_to(wave[None, :, None], (side, len(columns), 3))
    sigmas = [side * s * times for s in SCALES for times in (1, WIDER)]
    left = np.exp(-((2 * np.pi / period * np.array(sigmas)) ** 2) / 2)
    expected = 0.2 / np.sqrt(2) * np.abs(np.subtract(left[::2], left[1::2]))
    found = measure_contrasts(picture)
    assert found[:2] == pytest.approx(expected[:2], rel=0.02) and found[2] < 0.01


def test_haze_is_below_one_and_harshness_above():
    picture = make_picture(0)
    assert contrast_ratio(0.3 + 0.5 * picture, picture, picture) == pytest.approx(0.5)
    assert contrast_ratio(scale(picture, 1.6), picture, picture) == pytest.approx(1.6)


def test_a_style_may_be_of_any_resolution():
    content, style = make_picture(0), zoom(make_picture(0), (3, 3, 1), order=3).clip(0, 1)
    ratios = compare_contrasts(content, scale(content, 0.2), style)
    assert ratios[1:] == pytest.approx([1, 1], abs=0.05)  # the grain is finer than the zoom keeps


def test_flat_pictures_are_as_flat_as_each_other():
    flat = np.full((20, 20, 3), 0.5)
    with pytest.warns(UserWarning, match="of a single color"):
        assert contrast_ratio(flat, flat, flat) == 1.0


def test_result_and_content_have_one_size():
    picture = make_picture(0)
    with pytest.raises(ShapeError, match="result has 32 × 80 pixels, content 64 × 80"):
        contrast_ratio(picture[:32], picture, picture)
