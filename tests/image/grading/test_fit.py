"""Tone and color together: what is there stays, tones keep their order, distributions come together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.evaluate import sliced_wasserstein
from audiostyle.image.grading.fit import fit_table
from audiostyle.image.grading.samples import Colors
from audiostyle.image.grading.tone import measure_luminance


def cloud(seed: int, count: int = 3000) -> np.ndarray:
    """Colors of three kinds, in [0, 1]."""
    rng = np.random.default_rng(seed)
    centers = rng.uniform(0.2, 0.8, (3, 1, 3))
    spread = rng.uniform(0.02, 0.12, (3, 1, 3))
    return (centers + spread * rng.standard_normal((3, count // 3, 3))).clip(0, 1).reshape(-1, 3)


@given(st.integers(0, 50))
@settings(max_examples=5, deadline=None)
def test_colors_that_are_there_already_stay(seed):
    own = cloud(seed)
    mapped = fit_table(Colors.of(own), Colors.of(own))(own.astype(np.float32))
    assert np.abs(mapped - own).max() < 3 / 255


@given(st.integers(0, 50))
@settings(max_examples=5, deadline=None)
def test_distributions_come_together(seed):
    own, wanted = cloud(seed), cloud(seed + 60)
    mapped = fit_table(Colors.of(own), Colors.of(wanted))(own.astype(np.float32))
    before, after = (sliced_wasserstein(picture[None], wanted[None]) for picture in (own, mapped.clip(0, 1)))
    assert after < 0.6 * before and mapped.min() >= 0 and mapped.max() <= 1


@given(st.integers(0, 50))
@settings(max_examples=5, deadline=None)
def test_what_is_brighter_stays_brighter(seed):
    own, wanted = cloud(seed), cloud(seed + 60)
    mapped = fit_table(Colors.of(own), Colors.of(wanted))(own.astype(np.float32))
    order = np.argsort(measure_luminance(own))
    falls = np.diff(measure_luminance(mapped)[order])
    assert falls.min() > -0.01  # what interpolation in the table leaves


def test_a_gray_picture_gets_no_colors_from_its_grain():
    gray = np.random.default_rng(0).normal(0.5, 0.1, (2000, 1)).clip(0, 1).repeat(3, axis=1)
    gray = gray + np.random.default_rng(1).normal(0, 1 / 255, gray.shape)
    mapped = fit_table(Colors.of(gray), Colors.of(cloud(1)))(gray.astype(np.float32))
    neighbors = np.diff(mapped[np.argsort(measure_luminance(gray))], axis=0)
    assert np.sqrt((neighbors**2).mean()) < 6 * np.sqrt(2) / 255  # what grain is multiplied by, at the most


@pytest.mark.parametrize("color", [0.0, 0.5, 1.0])
def test_single_colors_give_finite_tables(color):
    flat, other = Colors.of(np.full((5, 3), color)), Colors.of(cloud(2))
    for own, wanted in ((flat, other), (other, flat), (flat, flat)):
        table = fit_table(own, wanted)
        assert np.isfinite(table.values).all()
    np.testing.assert_allclose(fit_table(flat, flat)(np.full((1, 3), color, np.float32)), color, atol=0.01)
