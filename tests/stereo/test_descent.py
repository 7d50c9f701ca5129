"""Two views by optimization: alike where both see the same, each by itself without the loss."""

import numpy as np
import pytest
from films import make_pattern

from audiostyle.errors import AudiostyleError
from audiostyle.image import optimize
from audiostyle.stereo.descent import optimize_views
from audiostyle.stereo.matching import match_by_disparity
from audiostyle.stereo.stylization import stylize_views

STYLE = make_pattern(40, 40, 9).astype(np.float32) / 255
OPTIONS = {"preset": "gatys", "sizes": (0,), "device": "cpu"}


def make_views(disparity=6, height=40, width=56):
    wide = make_pattern(height, width + disparity, 4).astype(np.float32) / 255
    noise = np.random.default_rng(0).normal(0, 0.03, (2, height, width, 3)).astype(np.float32)
    return tuple(
        (view + own).clip(0, 1)
        for view, own in zip((wide[:, :width], wide[:, disparity:]), noise, strict=True)
    )


def compare(views, disparity=6):
    left, right = views
    return float(np.sqrt(np.mean((left[:, disparity:] - right[:, :-disparity]) ** 2)))


def optimize_pair(weight, iterations=12):
    match = match_by_disparity(np.full((40, 56), 6.0))
    return optimize_views(*make_views(), STYLE, match, weight=weight, iterations=iterations, **OPTIONS)


def test_both_eyes_see_the_same_strokes():
    """Each view has noise of its own, from which strokes begin; the loss holds them together."""
    assert compare(optimize_pair(1e6)) < 0.5 * compare(optimize_pair(0))


def test_without_the_loss_each_view_is_optimized_by_itself():
    left, right = make_views()
    for view, made in zip((left, right), optimize_pair(0, 3), strict=True):
        np.testing.assert_allclose(made, optimize(view, STYLE, iterations=3, **OPTIONS), atol=1e-6)


def test_the_left_view_is_what_it_is_alone():
    alone = optimize(make_views()[0], STYLE, iterations=3, **OPTIONS)
    np.testing.assert_allclose(optimize_pair(3000.0, 3)[0], alone, atol=1e-6)


def test_what_only_the_right_eye_sees_is_its_own():
    """Where nothing matches there is nothing to hold to, and it starts from itself."""
    left, right = make_views()
    nothing = match_by_disparity(np.full((40, 56), np.nan))
    made = optimize_views(left, right, STYLE, nothing, iterations=0, **OPTIONS)
    np.testing.assert_allclose(made[1], right, atol=2e-3)  # pixels are kept a little off 0 and 1


def test_optimize_is_a_method_of_two_views_and_progress_never_runs_back():
    told = []
    made = stylize_views(
        *make_views(), STYLE, method="optimize", iterations=2,
        progress=lambda done, total: told.append(done), **OPTIONS,
    )  # fmt: skip
    assert made[0].shape == made[1].shape == (40, 56, 3)
    assert told == sorted(told) and told[-1] == pytest.approx(1)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"weight": -1}, "weight"), ({"preset": "gaty"}, "gatys"), ({"smooth": "x"}, "smooth")],
)
def test_slips_are_named(options, message):
    match = match_by_disparity(np.zeros((40, 56)))
    with pytest.raises(AudiostyleError, match=message):
        optimize_views(*make_views(), STYLE, match, **{**OPTIONS, **options})
