"""Two views in a style: alike for both eyes, with detail of their own, by one map; slips are named."""

import numpy as np
import pytest
import torch
from films import make_pattern

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.image import mkl
from audiostyle.models.style_network import StyleNetwork
from audiostyle.stereo.matching import match_by_disparity
from audiostyle.stereo.stylization import settle_right, stylize_views

STYLE = make_pattern(48, 56, 9) // 2 + np.array([90, 30, 0], np.uint8)


def make_views(disparity, height=64, width=96, seed=0):
    wide = make_pattern(height, width + disparity, seed)
    return wide[:, :width], wide[:, disparity:]


def compare(left, right, disparity):
    """How far results differ where both eyes see, in levels of 255."""
    return np.abs(left[:, disparity:].astype(float) - right[:, :-disparity]).mean()


def pull_apart(views):
    """The views in very different surroundings, so that each by itself gets another map."""
    left, right = (view.copy() for view in views)
    left[:20], right[:20] = 250, 5
    return left, right


@pytest.mark.parametrize("method", ["mkl", "reinhard", "grade", "idt"])
def test_colors_of_both_views_are_mapped_by_one_map(method):
    views = pull_apart(make_views(8))
    together = stylize_views(*views, STYLE, method=method)
    assert compare(together[0][24:], together[1][24:], 8) < 1.5


def test_the_map_is_that_of_both_views_statistics():
    left, right = (view / 255 for view in pull_apart(make_views(8)))
    one, _ = stylize_views(left, right, STYLE / 255, method="mkl", disparity=np.full(left.shape[:2], np.nan))
    both = mkl(np.concatenate([left, right], axis=1), STYLE / 255)
    np.testing.assert_allclose(one, both[:, : left.shape[1]], atol=1e-5)


def test_strokes_of_networks_follow_the_disparity(untrained):
    from audiostyle.image import wct

    views = make_views(7)
    alone = [wct(view, STYLE, backbone=untrained, device="cpu") for view in views]
    together = stylize_views(*views, STYLE, method="wct", backbone=untrained, device="cpu")
    assert compare(*together, 7) < 0.5 * compare(*alone, 7)


def test_a_network_of_one_style_needs_no_style(tmp_path):
    from audiostyle.models.style_network import save_style_network

    torch.manual_seed(0)
    save_style_network(StyleNetwork(8, 1), tmp_path / "rain.safetensors", {})
    views = make_views(8)
    one, other = stylize_views(*views, None, network=tmp_path / "rain.safetensors", device="cpu")
    assert one.shape == other.shape == views[0].shape and compare(one, other, 8) < 2


def test_views_that_are_one_have_one_result(untrained):
    view, _ = make_views(8)
    one, other = stylize_views(view, view, STYLE, method="photowct", backbone=untrained, device="cpu")
    np.testing.assert_array_equal(one, other)
    np.testing.assert_allclose(
        one.astype(int), photowct_guided(view, untrained).astype(int), atol=1
    )  # pooled with itself, a picture has its own moments


def photowct_guided(view, backbone):
    from audiostyle.image import stylize

    return stylize(view, STYLE, method="photowct", backbone=backbone, device="cpu")


def test_nothing_is_done_at_strength_0():
    views = make_views(8)
    for view, result in zip(views, stylize_views(*views, STYLE, method="mkl", strength=0), strict=True):
        np.testing.assert_array_equal(view, result)


def test_segments_are_found_in_both_views_at_once(untrained):
    views = make_views(8)
    together = stylize_views(
        *views, STYLE, method="photowct", segments="auto", backbone=untrained, device="cpu"
    )
    assert together[0].shape == views[0].shape and np.ptp(together[1]) > 20


def test_kinds_and_transparency_are_kept():
    left, right = (view.astype(np.float32) / 255 for view in make_views(8))
    alpha = np.linspace(0.2, 1, left.shape[1], dtype=np.float32) * np.ones((left.shape[0], 1), np.float32)
    tensor = torch.from_numpy(np.concatenate([left, alpha[..., None]], axis=2))
    one, other = stylize_views(tensor, right, STYLE, method="mkl")
    assert isinstance(one, torch.Tensor) and isinstance(other, np.ndarray)
    np.testing.assert_array_equal(one[..., 3], alpha)


def test_only_what_the_left_eye_sees_too_is_taken_over():
    gray = np.full((32, 40, 3), 0.5, np.float32)
    disparity = np.full((32, 40), 5.0)
    settled = settle_right(gray, gray, gray + 0.2, gray - 0.2, match_by_disparity(disparity))
    np.testing.assert_allclose(settled[:, :32], 0.7, atol=1e-5)
    np.testing.assert_allclose(settled[:, -3:], 0.3, atol=1e-5)


def test_what_looks_otherwise_to_the_right_eye_keeps_its_own_result():
    left, right = np.full((32, 40, 3), 0.2, np.float32), np.full((32, 40, 3), 0.9, np.float32)
    settled = settle_right(left, right, left + 0.3, right - 0.3, match_by_disparity(np.zeros((32, 40))))
    np.testing.assert_allclose(settled, right - 0.3, atol=1e-4)


def test_results_that_differ_as_the_views_do_stay():
    rng = np.random.default_rng(0)
    left = rng.random((32, 40, 3), dtype=np.float32) * 0.5 + 0.2
    right = left + rng.normal(0, 0.01, left.shape).astype(np.float32)
    settled = settle_right(left, right, 0.8 * left, 0.8 * right, match_by_disparity(np.zeros((32, 40))))
    np.testing.assert_allclose(settled, 0.8 * right, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"style": None}, AudiostyleError, "or a network"),
        ({"network": "mosaic"}, AudiostyleError, "or a network"),
        ({"content_mask": np.zeros((2, 2))}, AudiostyleError, "no content_mask"),
        ({"method": "mlk"}, AudiostyleError, "mkl"),
        ({"levels": (9,), "method": "photowct"}, AudiostyleError, "levels must be among"),
        ({"right": np.zeros((64, 95, 3))}, ShapeError, "of one size, not 96×64 and 95×64"),
        ({"disparity": np.zeros((3, 3))}, ShapeError, "disparities are"),
    ],
)
def test_slips_are_named(arguments, error, message):
    left, right = make_views(8)
    with pytest.raises(error, match=message):
        stylize_views(**{"left": left, "right": right, "style": STYLE, "device": "cpu"} | arguments)
