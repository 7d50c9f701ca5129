"""Rims and turned gradients of known size, and what is none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from audiostyle.evaluate import gradient_reversals, halo_ratio
from audiostyle.evaluate.halos import FAR, NEAR, find_smooth, measure_overshoot


def to_picture(luminance: np.ndarray) -> np.ndarray:
    return np.repeat(luminance[..., None], 3, axis=2)


def make_step(height=100, width=120, dark=0.3, bright=0.6) -> np.ndarray:
    """A vertical edge, (height, width)."""
    return np.where(np.arange(width) < width // 2, dark, bright)[None].repeat(height, axis=0)


def add_rim(step: np.ndarray, size: float, both: bool = True) -> np.ndarray:
    """Overshoot by ``size`` within 11 pixels of the edge."""
    distance = np.arange(step.shape[1]) - step.shape[1] // 2 + 0.5
    rim = np.where(np.abs(distance) < 11, size * np.sign(distance), 0)
    return step + (rim if both else np.maximum(rim, 0))


def ramp(height=80, width=120, low=0.2, high=0.8) -> np.ndarray:
    return np.linspace(low, high, width)[None].repeat(height, axis=0)


@pytest.mark.parametrize("size", [0.03, 0.06, 0.12])
@pytest.mark.parametrize("turned", [False, True])
def test_a_rim_of_known_size_is_measured(size, turned):
    """The step between the sides grows by both rims, each is a share of it."""
    step = make_step().T if turned else make_step()
    rimmed = add_rim(make_step(), size)
    rimmed = rimmed.T if turned else rimmed
    assert max(NEAR) < 10 and min(FAR) > 13
    assert measure_overshoot(rimmed, step) == pytest.approx(size / (0.3 + 2 * size), rel=0.02)


def test_a_rim_on_one_side_counts_half():
    step, size = make_step(), 0.06
    rimmed = add_rim(step, size, both=False)
    assert measure_overshoot(rimmed, step) == pytest.approx(size / (0.3 + size) / 2, rel=0.02)


def test_a_rim_of_an_inverted_picture_is_one_too():
    step = make_step()
    assert measure_overshoot(1 - add_rim(step, 0.06), step) == pytest.approx(
        measure_overshoot(add_rim(step, 0.06), step)
    )


@given(st.floats(0.3, 1.0), st.floats(0, 0.2), st.booleans())
@settings(max_examples=15, deadline=None)
def test_contrast_and_brightness_make_no_rim(factor, offset, inverted):
    content = to_picture(add_rim(make_step(), 0.04))
    changed = offset + factor * content * 0.8
    assert halo_ratio(1 - changed if inverted else changed, content) == pytest.approx(1, abs=0.03)


def test_sharpening_with_a_wide_radius_makes_halos_and_blur_none():
    rng = np.random.default_rng(0)
    content = to_picture(gaussian_filter(make_step(), 1) + 0.005 * rng.standard_normal((100, 120)))
    wide = content + 0.5 * (content - gaussian_filter(content, (10, 10, 0)))
    assert halo_ratio(wide.clip(0, 1), content) > 3
    assert halo_ratio(gaussian_filter(content, (1, 1, 0)), content) < 1.2


def test_pictures_without_edges_have_no_halos():
    assert halo_ratio(to_picture(ramp()), to_picture(ramp())) == 1.0


def test_a_ring_in_a_sky_turns_as_many_gradients_as_it_covers():
    """A bump of the height that turns the gradient on one of its flanks, over a known part of the picture."""
    content = ramp(width=400)
    columns = np.arange(400)
    bumped = content + 0.08 * np.exp(-(((columns - 200) / 20) ** 2) / 2)
    slope = np.diff(gaussian_filter(bumped[0], 4))
    expected = (slope < -0.02 / 255).mean()
    assert 0.05 < expected < 0.2
    assert gradient_reversals(to_picture(bumped), to_picture(content)) == pytest.approx(expected, abs=0.01)


@given(st.floats(0.2, 1.5), st.floats(0.5, 2.0))
@settings(max_examples=15, deadline=None)
def test_no_monotone_curve_turns_a_gradient(factor, power):
    content = to_picture(ramp())
    assert gradient_reversals((factor * content**power / 1.5).clip(0, 1), content) == 0


def test_all_turn_in_a_negative_and_none_in_edges():
    content = to_picture(ramp())
    assert gradient_reversals(1 - content, content) == 1
    busy = to_picture(make_step() + 0.1 * np.sin(np.arange(120) / 2))
    assert gradient_reversals(1 - busy, busy) == 0


def test_bands_are_found_where_quantization_makes_them_wide():
    """Steps go up only: a posterized sky has no turned gradients, a dithered blotch has."""
    content = ramp(width=400, low=0.4, high=0.6)
    posterized = np.round(content * 40) / 40
    assert gradient_reversals(to_picture(posterized), to_picture(content)) == 0
    noise = gaussian_filter(np.random.default_rng(0).standard_normal(content.shape), 6)
    blotched = content + 0.02 * noise / noise.std()
    assert gradient_reversals(to_picture(blotched.clip(0, 1)), to_picture(content)) > 0.1


def test_smooth_areas_are_those_without_texture():
    content = ramp(width=200)
    content[:, 100:] += 0.2 * np.random.default_rng(0).standard_normal((80, 100))
    smooth = find_smooth(content)
    assert smooth[:, :80].all() and not smooth[:, 110:].any()
