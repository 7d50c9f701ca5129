"""Regrain keeps flat areas as smooth as they were and takes the new colors at edges."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.image.regrain import regrain


def noisy_halves(noise: float = 0.5 / 255) -> torch.Tensor:
    """A dark and a bright half, each with faint grain: (3, 40, 60)."""
    picture = torch.full((3, 40, 60), 0.3)
    picture[:, :, 30:] = 0.7
    return picture + noise * torch.randn(picture.shape, generator=torch.Generator().manual_seed(0))


def grain(picture: torch.Tensor) -> float:
    """Root mean square of the steps from pixel to pixel inside the left half."""
    return picture[:, 5:-5, 5:25].diff(dim=2).square().mean().sqrt().item()


def test_amplified_grain_goes_back_and_amplified_contrast_stays():
    content = noisy_halves()
    amplified = 0.5 + 2 * (content - 0.5)  # twice the contrast, twice the grain
    result = regrain(content, amplified)
    assert grain(amplified) > 1.9 * grain(content)
    assert grain(result) < 1.1 * grain(content)
    wanted = amplified[:, :, :25].mean() - amplified[:, :, 35:].mean()
    assert abs(result[:, :, :25].mean() - result[:, :, 35:].mean() - wanted) < 0.02


def test_gradients_of_the_content_are_kept_better():
    content = noisy_halves()
    recolored = (content * 20).round() / 20  # as banding does
    result = regrain(content, recolored)

    def error(picture: torch.Tensor) -> float:
        return sum((picture - content).diff(dim=dim).square().mean().item() for dim in (1, 2))

    assert error(result) < 0.1 * error(recolored)


def test_edges_take_their_new_colors():
    content = torch.rand(3, 30, 30, generator=torch.Generator().manual_seed(0))
    recolored = 1 - content
    left = (regrain(content, recolored) - recolored).abs().mean() / (recolored - content).abs().mean()
    assert left < 0.15


@given(st.integers(1, 9), st.integers(1, 9), st.floats(-0.3, 0.3))
@settings(max_examples=20, deadline=None)
def test_the_same_change_everywhere_is_kept_exactly(height, width, shift):
    content = torch.rand(3, height, width, generator=torch.Generator().manual_seed(height * width))
    torch.testing.assert_close(regrain(content, content + shift), content + shift, atol=1e-5, rtol=0)


def test_a_flat_content_gets_the_mean_of_the_new_colors():
    content = torch.full((3, 20, 20), 0.5)
    recolored = torch.rand(3, 20, 20, generator=torch.Generator().manual_seed(0))
    result = regrain(content, recolored)
    torch.testing.assert_close(result.mean(dim=(1, 2)), recolored.mean(dim=(1, 2)), atol=2e-3, rtol=0)
    assert result.std() < 0.2 * recolored.std()


def test_arguments_are_left_alone():
    content, recolored = noisy_halves(), 1 - noisy_halves()
    before = content.clone(), recolored.clone()
    regrain(content, recolored)
    assert torch.equal(content, before[0]) and torch.equal(recolored, before[1])
