"""Muon: orthogonal steps, whatever the gradient's scale, and which weights it is for."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from audiostyle.training.muon import Muon, find_hidden_weights, orthogonalize


def matrix(height: int, width: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(height, width, generator=torch.Generator().manual_seed(seed))


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 40), st.integers(2, 40), st.integers(0, 99), st.floats(1e-6, 1e6))
def test_singular_values_come_near_one_and_vectors_stay(height, width, seed, scale):
    x = matrix(height, width, seed) * scale
    u, s, vh = torch.linalg.svd(x, full_matrices=False)
    result = u.mT @ orthogonalize(x) @ vh.mT  # the oracle's frame: diagonal, if vectors stay
    strong = s > 0.05 * s.norm()
    assert ((result.diagonal()[strong] > 0.6) & (result.diagonal()[strong] < 1.3)).all()
    assert (result - result.diagonal().diag()).abs().max() < 1e-2


def test_a_transposed_matrix_gives_the_transposed_step():
    x = matrix(7, 19)
    torch.testing.assert_close(orthogonalize(x.mT), orthogonalize(x).mT)


def test_no_gradient_no_step():
    assert torch.equal(orthogonalize(torch.zeros(3, 4)), torch.zeros(3, 4))


def step(weight: nn.Parameter, gradient: torch.Tensor) -> torch.Tensor:
    before = weight.detach().clone()
    weight.grad = gradient
    Muon([weight], lr=0.1).step()
    return weight.detach() - before


@pytest.mark.parametrize("shape", [(6, 5), (5, 6, 3, 3)])
def test_a_step_ignores_the_gradients_scale_and_goes_down(shape):
    gradient = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    moves = [step(nn.Parameter(torch.zeros(shape)), factor * gradient) for factor in (1.0, 1e4)]
    torch.testing.assert_close(*moves, rtol=1e-3, atol=1e-5)
    assert (moves[0] * gradient).sum() < 0
    assert torch.linalg.matrix_norm(moves[0].flatten(1), 2) < 0.1 * 1.3 * max(1, 6 / 5) ** 0.5


def test_the_memory_layout_of_kernels_does_not_matter():
    gradient = torch.randn(6, 5, 3, 3)
    plain = step(nn.Parameter(torch.ones(6, 5, 3, 3)), gradient)
    laid_out = torch.ones(6, 5, 3, 3).contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(step(nn.Parameter(laid_out), gradient), plain)


def test_weights_without_gradient_stay():
    idle = nn.Parameter(matrix(5, 5))
    before = idle.detach().clone()
    Muon([idle], lr=0.1).step()
    assert torch.equal(idle, before)


def test_hidden_weights_are_matrices_that_read_or_write_no_picture():
    module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 9, 3), nn.Linear(9, 6), nn.Conv2d(6, 3, 3))
    assert [p.shape[0] for p in find_hidden_weights(module)] == [9, 6]
