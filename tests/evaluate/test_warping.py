"""Laws of the warping error: closed forms, known motion, and bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.evaluate import warping_error


def make_pan(frames=4, height=12, width=16, speed=2, seed=0):
    wide = np.random.default_rng(seed).random((height, width + speed * frames, 3))
    film = np.stack([wide[:, speed * n : speed * n + width] for n in range(frames)])
    motion = np.zeros((frames - 1, height, width, 2))
    motion[..., 0] = speed
    return film, motion


def test_along_the_true_motion_a_pan_does_not_change():
    film, motion = make_pan()
    still = np.zeros_like(film)
    assert warping_error(film, still, motion) == pytest.approx(0, abs=1e-12)
    assert warping_error(film, still, 0 * motion) > 0.2


@given(st.floats(0.01, 0.4), st.integers(0, 99))
def test_flicker_is_what_it_costs(size, seed):
    film, motion = make_pan(seed=seed)
    flicker = 0.5 * film + 0.25 + size / 2 * np.array([1, -1, 1, -1])[:, None, None, None] * 0.5
    calm = 0.5 * film + 0.25
    assert warping_error(flicker, calm, motion) == pytest.approx(size / 2, rel=1e-6)


def test_what_the_content_has_too_is_taken_off():
    film, motion = make_pan()
    noisy = np.clip(film + np.random.default_rng(1).normal(0, 0.05, film.shape), 0, 1)
    assert warping_error(noisy, noisy, motion) == 0


def test_only_what_is_trusted_counts():
    film, motion = make_pan(speed=0)
    broken = film.copy()
    broken[1, :6] = 0
    trusted = np.ones(motion.shape[:3])
    trusted[:, :6] = 0
    assert warping_error(broken, film, motion) > 0.1
    assert warping_error(broken, film, motion, trusted) == 0
    assert warping_error(broken, film, motion, 0 * trusted) == 0


@pytest.mark.parametrize("change", [slice(0, 1), slice(0, 3)])
def test_shapes_that_do_not_fit_are_one_line(change):
    film, motion = make_pan()
    with pytest.raises(ShapeError):
        warping_error(film[change], film[change], motion)
    with pytest.raises(ShapeError):
        warping_error(film, film, motion, np.ones((1, 2, 3)))
