"""lαβ and its inverse; means and standard deviations in lαβ become the style's."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.image.reinhard import FAINT, reinhard, to_lab, to_rgb


def soft(seed: int, height: int = 24, width: int = 20) -> np.ndarray:
    """Colors of little spread around one that differs by seed, so that nothing is clamped."""
    random = np.random.default_rng(seed)
    return random.uniform(0.4, 0.55, 3) + random.uniform(-0.05, 0.05, (height, width, 3)) * random.uniform(
        0.5, 1, 3
    )


def lab(picture: np.ndarray) -> torch.Tensor:
    return to_lab(torch.from_numpy(picture).movedim(2, 0)).flatten(1)


@given(st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_the_way_back_is_exact(seed):
    rgb = torch.rand(3, 50, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    rgb[:, 0], rgb[:, 1] = 0, 1  # black has no logarithm, yet it comes back
    torch.testing.assert_close(to_rgb(to_lab(rgb)), rgb)


def test_gray_has_hardly_any_color():
    """The published matrix takes white to cones that agree within 0.3 percent."""
    grays = torch.linspace(0, 1, 9, dtype=torch.float64).expand(3, 9)
    assert to_lab(grays)[1:].abs().max() < 2e-3
    assert (to_lab(grays)[0].diff() > 0).all()


def test_known_color():
    """White, from the published matrices by hand: logarithms of the rows' sums."""
    long, middle, short = np.log10(np.array([0.9996, 0.9993, 0.9973]) + 1 / 255)
    expected = [
        (long + middle + short) / 3**0.5,
        (long + middle - 2 * short) / 6**0.5,
        (long - middle) / 2**0.5,
    ]
    np.testing.assert_allclose(to_lab(torch.ones(3, 1, dtype=torch.float64))[:, 0], expected, atol=1e-6)


@given(st.integers(0, 99), st.integers(100, 199))
@settings(max_examples=20, deadline=None)
def test_means_and_deviations_become_those_of_the_style(content, style):
    result, wanted = lab(reinhard(soft(content), soft(style, 15, 17))), lab(soft(style, 15, 17))
    torch.testing.assert_close(result.mean(dim=1), wanted.mean(dim=1), atol=1e-5, rtol=0)
    own = lab(soft(content)).var(dim=1)
    expected = wanted.std(dim=1) * (own / (own + FAINT)).sqrt()
    torch.testing.assert_close(result.std(dim=1), expected, rtol=1e-3, atol=0)


def test_a_gray_content_is_toned_evenly():
    """What the matrix sees of color in a gray is not stretched to the style's colors."""
    gray = np.linspace(0.2, 0.8, 400).reshape(20, 20, 1).repeat(3, axis=2)
    colorful = np.random.default_rng(1).random((20, 20, 3))
    result, style = lab(reinhard(gray, colorful))[1:], lab(colorful)[1:]
    assert (result.std(dim=1) < 0.01 * style.std(dim=1)).all()
    torch.testing.assert_close(result.mean(dim=1), style.mean(dim=1), atol=0.02, rtol=0)


def test_a_darker_black_and_white_style_takes_the_color_away():
    gray = soft(1).mean(axis=2, keepdims=True).repeat(3, axis=2) / 2
    result = reinhard(soft(0), gray)
    assert np.ptp(result, axis=2).max() < 0.01
    assert result.mean() == pytest.approx(gray.mean(), abs=0.01)
