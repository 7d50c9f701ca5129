"""All frames at once come to what a sample after the other does."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import solve_toeplitz

from audiostyle.music.performance import Performance
from audiostyle.translation.training.wavenet.residuals import compute_residual, solve_together
from audiostyle.translation.wavenet.lpc import LinearPredictor, list_harmonics


@pytest.mark.parametrize(("order", "spread", "partials"), [(8, 0, 0), (32, 1, 0), (60, 0, 4)])
def test_it_is_the_residual_of_the_predictor(prediction, make_notes, order, spread, partials):
    own = LinearPredictor(prediction.decoder, order, spread, 1e-9, list_harmonics(partials))
    performance = Performance(make_notes((0.1, 0.7, 72), (0.3, 0.9, 91)))
    wave = 0.1 * np.random.default_rng(0).standard_normal(16000).astype(np.float32)
    expected = own.compute_residual(wave, performance)
    found = compute_residual(own, wave, performance, torch.device("cpu"))
    np.testing.assert_allclose(found, expected, atol=2e-4 * np.abs(expected).max())  # single precision


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 999), st.integers(1, 20))
def test_it_solves_the_normal_equations_of_every_frame(seed, order):
    rng = np.random.default_rng(seed)
    power = np.exp(rng.normal(0, 2, (3, 64)))
    lags = np.cos(np.pi * np.outer((np.arange(64) + 0.5) / 64, np.arange(order + 1)))
    correlation = power @ lags
    weights, left = solve_together(torch.from_numpy(correlation))
    for row, own, power_left in zip(correlation, weights.numpy(), left.numpy(), strict=True):
        np.testing.assert_allclose(own, solve_toeplitz(row[:-1], row[1:]), atol=1e-8)
        assert power_left == pytest.approx(row[0] - own @ row[1:], rel=1e-8)


@pytest.mark.gpu
def test_a_gpu_finds_the_same_residual(prediction, make_notes):
    own = LinearPredictor(prediction.decoder, 32, 1, 1e-9, list_harmonics(0))
    performance = Performance(make_notes((0.1, 0.7, 72), (0.3, 0.9, 91)))
    wave = 0.1 * np.random.default_rng(0).standard_normal(16000).astype(np.float32)
    there, here = (compute_residual(own, wave, performance, torch.device(name)) for name in ("cuda", "cpu"))
    np.testing.assert_allclose(there, here, atol=2e-4 * np.abs(here).max())
