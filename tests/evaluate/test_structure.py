"""Laws of structural similarity, with scikit-image as the oracle."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from audiostyle.errors import ShapeError
from audiostyle.evaluate import edge_ssim, ssim
from audiostyle.evaluate.structure import evaluate

ROUNDING = 1e-9


def make_blobs(seed: int, height: int = 40, width: int = 50) -> np.ndarray:
    """Soft random shapes in [0.1, 0.9], (height, width, 3)."""
    noise = gaussian_filter(np.random.default_rng(seed).standard_normal((height, width, 3)), (2, 2, 0))
    return 0.1 + 0.8 * (noise - noise.min()) / (noise.max() - noise.min())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("spread", [0.01, 0.3])
def test_ssim_equals_scikit_image(seed, spread):
    metrics = pytest.importorskip("skimage.metrics")
    one = make_blobs(seed)
    other = np.clip(one + spread * (make_blobs(seed + 10) - 0.5), 0, 1)
    expected = metrics.structural_similarity(
        one,
        other,
        channel_axis=2,
        data_range=1,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
    )
    assert ssim(one, other) == pytest.approx(expected, abs=ROUNDING)


@given(
    st.integers(0, 99), st.tuples(st.integers(1, 20), st.integers(1, 20)).filter(lambda s: s[0] * s[1] > 1)
)
@settings(max_examples=25, deadline=None)
def test_identity_is_one_at_any_size(seed, size):
    picture = np.random.default_rng(seed).random((*size, 3))
    assert evaluate(picture, picture.copy()) == pytest.approx({"ssim": 1, "edge_ssim": 1})


@given(st.integers(0, 99), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_symmetric_at_most_one_and_indifferent_to_mirrors(seed, other_seed):
    one, other = make_blobs(seed), make_blobs(other_seed)
    for metric in (ssim, edge_ssim):
        score = metric(one, other)
        assert -1 <= score <= 1
        assert metric(other, one) == pytest.approx(score, abs=ROUNDING)
        assert metric(one[:, ::-1], other[:, ::-1]) == pytest.approx(score, abs=ROUNDING)


@given(st.integers(0, 99), st.floats(0.1, 1), st.booleans())
@settings(max_examples=25, deadline=None)
def test_edges_do_not_care_for_brightness_contrast_or_inversion(seed, contrast, inverted):
    picture = make_blobs(seed)
    changed = (1 - picture if inverted else picture) * contrast
    assert edge_ssim(changed, picture) == pytest.approx(1, abs=1e-6)


def test_scores_fall_with_noise_and_with_blur():
    picture = make_blobs(0, 64, 64)
    noise = np.random.default_rng(1).standard_normal(picture.shape)
    for metric in (ssim, edge_ssim):
        noisy = [metric(np.clip(picture + s * noise, 0, 1), picture) for s in (0, 0.02, 0.05, 0.2)]
        blurred = [metric(gaussian_filter(picture, (s, s, 0)), picture) for s in (0, 1, 2, 6)]
        assert sorted(noisy, reverse=True) == noisy
        assert sorted(blurred, reverse=True) == blurred


def test_edges_elsewhere_are_not_kept():
    picture = make_blobs(0)
    assert edge_ssim(np.roll(picture, 10, axis=1), picture) < 0.5


def test_two_flat_pictures_differ_by_luminance_only():
    """Without variance the structure term is 1, and (2ab + C₁) / (a² + b² + C₁) remains."""
    one, other = np.full((20, 20, 3), 0.2), np.full((20, 20, 3), 0.6)
    with pytest.warns(UserWarning, match="result is of a single color"):
        assert ssim(one, other) == pytest.approx((2 * 0.12 + 1e-4) / (0.04 + 0.36 + 1e-4))
    with pytest.warns(UserWarning, match="content is of a single color"):
        assert edge_ssim(one, other) == 1


def test_a_flat_result_has_kept_no_edge():
    with pytest.warns(UserWarning, match="result is of a single color"):
        assert edge_ssim(np.full((40, 50, 3), 0.5), make_blobs(0)) < 0.3


def test_tensors_will_do():
    one, other = make_blobs(0), make_blobs(1)
    assert ssim(torch.from_numpy(one), torch.from_numpy(other)) == ssim(one, other)


GOOD = np.random.default_rng(0).random((8, 9, 3))
MALFORMED = [
    (GOOD[..., 0], r"must have shape \(H, W, 3\), got \(8, 9\)"),
    (GOOD[..., :2], r"must have shape .* got \(8, 9, 2\)"),
    (GOOD[:0], "has no pixels"),
    ((GOOD * 255).astype(np.int32), "must hold floats in .*, not int32; divide by the largest value"),
    (np.where(GOOD > 0.9, np.nan, GOOD), "holds NaN"),
    (GOOD * 2, "must lie in .*; clamp it first"),
]


@pytest.mark.parametrize("metric", [ssim, edge_ssim, evaluate])
@pytest.mark.parametrize(("bad", "message"), MALFORMED)
def test_malformed_pictures_are_named(metric, bad, message):
    with pytest.raises(ShapeError, match="result " + message):
        metric(bad, GOOD)
    with pytest.raises(ShapeError, match="content " + message):
        metric(GOOD, bad)


def test_pictures_of_two_sizes_are_an_error():
    with pytest.raises(ShapeError, match="result has 8 × 9 pixels, content 7 × 9; resize one"):
        ssim(GOOD, GOOD[:7])
