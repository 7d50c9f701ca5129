"""Closed forms: what they give, what they leave, and where nothing varies."""

import pytest
import torch

from audiostyle.errors import ShapeError
from audiostyle.style import (
    Moments,
    adain,
    compute_coloring,
    compute_hermitian_power,
    compute_whitening,
    optimal_transport,
    wct,
)

EXACT = [wct, optimal_transport]


@pytest.fixture
def pair(make_map):
    return make_map(0, 6, 20, 15), make_map(1, 6, 33, 9)


def test_powers_of_a_hermitian_matrix_multiply_and_are_hermitian(pair):
    covariance = Moments.from_features(pair[0]).covariance
    root, inverse_root = (compute_hermitian_power(covariance, p, floor=0.0) for p in (0.5, -0.5))
    torch.testing.assert_close(root, root.mH)
    torch.testing.assert_close(root @ root, covariance)
    torch.testing.assert_close(inverse_root @ root, torch.eye(6, dtype=covariance.dtype), rtol=0, atol=1e-8)


def test_directions_up_to_the_floor_are_left_out(pair):
    covariance = Moments.from_features(pair[0]).covariance
    values = torch.linalg.eigvalsh(covariance)
    floor = float((values[2] + values[3]) / 2)
    kept = torch.linalg.eigvalsh(compute_hermitian_power(covariance, -0.5, floor))
    assert (kept.abs() > 1e-9).sum() == 3


def test_white_features_have_mean_zero_and_identity_covariance(pair):
    white = Moments.from_features(compute_whitening(Moments.from_features(pair[0]))(pair[0]))
    torch.testing.assert_close(white.mean, torch.zeros_like(white.mean))
    torch.testing.assert_close(white.covariance, torch.eye(6, dtype=white.mean.dtype))


@pytest.mark.parametrize("form", EXACT)
def test_the_result_has_the_styles_mean_and_covariance(pair, form):
    content, style = map(Moments.from_features, pair)
    result = Moments.from_features(form(content, style)(pair[0]))
    torch.testing.assert_close(result.mean, style.mean)
    torch.testing.assert_close(result.covariance, style.covariance)


def test_whitening_then_coloring_is_wct(pair):
    content, style = map(Moments.from_features, pair)
    chained, direct = compute_coloring(style) @ compute_whitening(content), wct(content, style)
    torch.testing.assert_close(chained.matrix, direct.matrix)
    torch.testing.assert_close(chained.bias, direct.bias)


@pytest.mark.parametrize("form", [*EXACT, adain])
def test_the_contents_own_style_changes_nothing(pair, form):
    moments = Moments.from_features(pair[0])
    torch.testing.assert_close(form(moments, moments)(pair[0]), pair[0], rtol=1e-4, atol=1e-4)


def test_optimal_transport_moves_features_least(pair):
    content, style = map(Moments.from_features, pair)
    moved = [(form(content, style)(pair[0]) - pair[0]).abs().square().mean() for form in EXACT]
    assert moved[1] < moved[0]


def test_optimal_transport_is_symmetric_and_positive(pair):
    matrix = optimal_transport(*map(Moments.from_features, pair)).matrix
    torch.testing.assert_close(matrix, matrix.mH)
    assert torch.linalg.eigvalsh(matrix)[0] > 0


def test_adain_gives_means_and_standard_deviations_and_keeps_correlations(pair):
    content, style = map(Moments.from_features, pair)
    result = Moments.from_features(adain(content, style, epsilon=0)(pair[0]))
    torch.testing.assert_close(result.mean, style.mean)
    torch.testing.assert_close(result.covariance.diagonal(), style.covariance.diagonal())
    before, after = (
        m.covariance / m.covariance.diagonal().real.outer(m.covariance.diagonal().real).sqrt()
        for m in (content, result)
    )
    torch.testing.assert_close(before, after)


def test_content_reg_softens_towards_the_mean(pair):
    content, style = map(Moments.from_features, pair)
    plain, soft = (Moments.from_features(wct(content, style, content_reg=reg)(pair[0])) for reg in (0.0, 1.0))
    torch.testing.assert_close(soft.mean, style.mean)
    assert soft.covariance.diagonal().real.sum() < plain.covariance.diagonal().real.sum()


@pytest.mark.parametrize("form", [*EXACT, adain])
def test_where_nothing_varies_the_mean_is_the_styles_and_nothing_explodes(pair, form):
    flat = torch.full_like(pair[0], 0.5)
    result = form(Moments.from_features(flat), Moments.from_features(pair[1]))(flat)
    torch.testing.assert_close(result.mean(dim=(0, 2, 3)), Moments.from_features(pair[1]).mean)
    assert (
        form(Moments.from_features(pair[0]), Moments.from_features(torch.full_like(pair[1], 0.5)))(pair[0])
        .isfinite()
        .all()
    )


def test_a_picture_and_a_spectrogram_of_the_same_numbers_are_transferred_alike(pair):
    content, style = pair
    flat = content.reshape(1, 6, -1), style.reshape(1, 6, -1)
    picture = wct(Moments.from_features(content), Moments.from_features(style))(content)
    sound = wct(*map(Moments.from_features, flat))(flat[0])
    torch.testing.assert_close(picture.reshape(1, 6, -1), sound)


def test_maps_of_different_widths_and_of_nothing_are_refused(make_map):
    with pytest.raises(ShapeError, match="channels"):
        wct(Moments.from_features(make_map(0, 3, 9)), Moments.from_features(make_map(1, 4, 9)))
    with pytest.raises(ShapeError, match="nothing"):
        adain(Moments.empty(3), Moments.empty(3))
